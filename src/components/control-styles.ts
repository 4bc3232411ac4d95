import { css, type CSSResult } from 'lit';

/** Buttons and fields. */
export const controlStyles: CSSResult = css`
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    min-block-size: 44px;
    padding: 8px 16px;
    border: 1px solid var(--rtc-chat-edge);
    border-radius: var(--rtc-chat-radius);
    background: none;
    font-weight: 600;
    line-height: 1.25;
    cursor: pointer;
  }
  .button:hover,
  .round:hover {
    background: color-mix(in srgb, currentColor 8%, transparent);
  }
  .button.main {
    border-color: transparent;
    background: var(--rtc-chat-accent);
    color: var(--rtc-chat-on-accent);
  }
  .button.main:hover {
    background: color-mix(in srgb, var(--rtc-chat-accent), var(--rtc-chat-text) 12%);
  }
  .button.leave {
    border-color: transparent;
    color: var(--rtc-chat-danger-text);
  }
  .wide {
    inline-size: 100%;
  }
  .round {
    position: relative;
    flex: none;
    display: grid;
    place-items: center;
    inline-size: 44px;
    block-size: 44px;
    padding: 0;
    border: 0;
    border-radius: 50%;
    background: none;
    cursor: pointer;
  }
  .count {
    position: absolute;
    inset-block-start: 3px;
    inset-inline-end: 1px;
    min-inline-size: 16px;
    padding: 0 4px;
    border-radius: 9px;
    background: var(--rtc-chat-bubble);
    font-size: 12px;
    font-weight: 600;
    line-height: 16px;
  }
  .text-button {
    flex: none;
    position: relative;
    padding: 0;
    border: 0;
    background: none;
    font-weight: 600;
    text-decoration: underline;
    text-underline-offset: 2px;
    cursor: pointer;
  }
  .text-button::after {
    content: '';
    position: absolute;
    inset: -14px 0;
  }
  .field {
    display: grid;
    gap: 4px;
    text-align: start;
  }
  label,
  .label {
    font-size: 13px;
    font-weight: 600;
  }
  input,
  select,
  .copy {
    inline-size: 100%;
    min-inline-size: 0;
    min-block-size: 44px;
    padding: 8px 12px;
    border: 1px solid var(--rtc-chat-edge);
    border-radius: var(--rtc-chat-radius);
    background: var(--rtc-chat-surface);
    font-size: var(--rtc-chat-text-field);
  }
  [aria-invalid='true'] {
    border-color: var(--rtc-chat-danger-text);
    box-shadow: inset 0 0 0 1px var(--rtc-chat-danger-text);
  }
  .error {
    display: flex;
    gap: 6px;
    color: var(--rtc-chat-danger-text);
    font-size: 13px;
    line-height: 18px;
  }
  .error .icon {
    inline-size: 16px;
    block-size: 16px;
    margin-block-start: 1px;
    stroke-width: 2;
  }
  .copy {
    display: flex;
    align-items: center;
    gap: 8px;
    padding: 3px;
    padding-inline-start: 12px;
    text-align: start;
  }
  .link {
    flex: 1;
    direction: ltr;
    font-size: var(--rtc-chat-text-m);
    user-select: all;
  }
  .copy .button,
  .notice .button {
    position: relative;
    min-block-size: 36px;
    padding: 4px 12px;
    border-radius: 9px;
  }
  .copy .button::after,
  .notice .button::after {
    content: '';
    position: absolute;
    inset: -4px 0;
  }
  .copy .button:not(.main) {
    border-color: transparent;
    background: var(--rtc-chat-bubble);
  }
`;
