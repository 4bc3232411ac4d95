import { css, type CSSResult } from 'lit';

/** Where one writes, what stands above it, and what the width and height change in a conversation. */
export const composerStyles: CSSResult = css`
  .foot {
    grid-row: 6;
    position: relative;
    padding: 0 12px 12px;
    background: inherit;
  }
  .foot::before {
    content: '';
    position: absolute;
    inset: -24px 0 auto;
    block-size: 24px;
    background: linear-gradient(to top, var(--rtc-chat-surface) 35%, transparent);
    pointer-events: none;
  }
  .foot:has(.typing)::before {
    inset-block-start: -36px;
    block-size: 36px;
    background: linear-gradient(to top, var(--rtc-chat-surface) 66%, transparent);
  }
  .foot > * {
    max-inline-size: var(--rtc-chat-column);
    margin-inline: auto;
  }
  .foot .error {
    padding-block-end: 8px;
  }
  .typing {
    position: relative;
    display: flex;
    align-items: center;
    gap: 6px;
    block-size: 20px;
    margin-block: -24px 4px;
    padding-inline-start: 4px;
    color: var(--rtc-chat-muted);
    font-size: var(--rtc-chat-text-s);
  }
  .dots {
    display: flex;
    gap: 3px;
  }
  .dots i {
    inline-size: 5px;
    block-size: 5px;
    border-radius: 50%;
    background: currentColor;
  }
  .dots i:nth-child(2) {
    animation-delay: 0.15s;
  }
  .dots i:nth-child(3) {
    animation-delay: 0.3s;
  }
  .composer {
    position: relative;
    display: flex;
    align-items: end;
    min-block-size: 46px;
    padding-inline-start: 16px;
    border: 1px solid var(--rtc-chat-edge);
    border-radius: 23px;
    background: var(--rtc-chat-surface);
  }
  .composer:has(textarea:focus) {
    border-color: var(--rtc-chat-accent);
    box-shadow: 0 0 0 1px var(--rtc-chat-accent);
  }
  textarea {
    flex: 1;
    min-inline-size: 0;
    field-sizing: content;
    min-block-size: 44px;
    max-block-size: 154px;
    padding: 11px 0;
    border: 0;
    resize: none;
    background: none;
    font-size: var(--rtc-chat-text-field);
    line-height: 22px;
  }
  textarea:focus-visible {
    outline: none;
  }
  ::placeholder {
    color: var(--rtc-chat-muted);
    opacity: 1;
  }
  .send,
  .send:hover {
    padding: 4px;
    background: var(--rtc-chat-bubble) content-box;
    color: var(--rtc-chat-muted);
  }
  textarea:not(:placeholder-shown) + .send {
    background-color: var(--rtc-chat-accent);
    color: var(--rtc-chat-on-accent);
  }
  .pill {
    position: absolute;
    inset: auto 0 calc(100% + 8px);
    inline-size: max-content;
    display: flex;
    align-items: center;
    gap: 6px;
    min-block-size: 44px;
    padding-block: 0;
    padding-inline: 12px 16px;
    border: 1px solid var(--rtc-chat-line);
    border-radius: 22px;
    background: var(--rtc-chat-raised);
    box-shadow: var(--rtc-chat-shadow-1);
    color: var(--rtc-chat-accent-text);
    font-size: 13px;
    font-weight: 600;
    cursor: pointer;
  }
  @container rtc-chat (width < 360px) {
    .header > .face,
    .find > :last-child {
      display: none;
    }
  }
  @container rtc-chat (width >= 480px) {
    .log,
    .foot {
      padding-inline: 16px;
    }
  }
  @container rtc-chat (height < 420px) {
    .header {
      min-block-size: 52px;
      padding-block: 3px;
    }
  }
`;
