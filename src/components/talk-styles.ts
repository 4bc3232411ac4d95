import { css, type CSSResult } from 'lit';

/** The conversation: header, notice, find, log, composer. */
export const talkStyles: CSSResult = css`
  .talk {
    position: relative;
    display: grid;
    grid-template: auto auto auto minmax(0, 1fr) auto / minmax(0, 1fr);
    min-inline-size: 0;
    min-block-size: 0;
    background: var(--rtc-chat-surface);
  }
  .header {
    grid-row: 1;
    display: flex;
    align-items: center;
    gap: 8px;
    min-block-size: 60px;
    padding-block: 8px;
    padding-inline: 12px 5px;
    border-block-end: 1px solid var(--rtc-chat-line);
  }
  .header .title {
    flex: 1;
    min-inline-size: 0;
    padding-inline-start: 4px;
  }
  .header .round {
    margin-inline-start: -8px;
  }
  .header .title + .round {
    margin-inline-start: 0;
  }
  .header h2 {
    font-size: var(--rtc-chat-text-m);
    line-height: 20px;
  }
  .status,
  .sub {
    display: flex;
    align-items: center;
    gap: 6px;
    color: var(--rtc-chat-muted);
    font-size: var(--rtc-chat-text-s);
    line-height: 16px;
  }
  .dot {
    flex: none;
    inline-size: 8px;
    block-size: 8px;
    border: 0 solid var(--rtc-chat-muted);
    border-radius: 50%;
    background: var(--rtc-chat-accent);
  }
  .dot:is(.wait, .busy, .off) {
    background: none;
    border-width: 2px;
  }
  .dot.busy {
    border-color: var(--rtc-chat-warn-text);
    border-inline-end-color: transparent;
  }
  .dot.off {
    border-color: var(--rtc-chat-danger-text);
  }
  .notice,
  .find {
    grid-row: 2;
    display: flex;
    align-items: center;
    gap: 12px;
    min-block-size: 52px;
    padding: 8px 16px;
    background: var(--rtc-chat-sunken);
    border-block-end: 1px solid var(--rtc-chat-line);
    font-size: 13px;
    line-height: 18px;
  }
  .notice.warn {
    background: var(--rtc-chat-warn-soft);
    border-color: transparent;
  }
  .warn .icon {
    color: var(--rtc-chat-warn-text);
  }
  .words {
    flex: 1;
    min-inline-size: 0;
  }
  .notice b {
    font-weight: 600;
  }
  .notice .words {
    overflow-wrap: anywhere;
  }
  .notice .round {
    margin-inline-end: -12px;
  }
  .text-button {
    flex: none;
  }
  .find {
    grid-row: 3;
    gap: 0;
    padding-block: 4px;
    padding-inline: 12px 5px;
  }
  .find input {
    flex: 1;
  }
  .find .small {
    min-inline-size: 56px;
    padding-inline: 8px;
    font-variant-numeric: tabular-nums;
    text-align: center;
  }
  .log,
  .talk > .page {
    grid-row: 4;
    grid-column: 1;
    min-block-size: 0;
    background: none;
  }
  .talk > .page > .card {
    border: 0;
    background: none;
    box-shadow: none;
  }
  .log {
    display: flex;
    flex-direction: column;
    overflow: hidden auto;
    overflow-anchor: none;
    overscroll-behavior: contain;
    overflow-wrap: anywhere;
    padding: 12px 12px 28px;
    scrollbar-width: thin;
    scrollbar-color: var(--rtc-chat-line) transparent;
  }
  .log:focus-visible {
    outline-offset: -3px;
  }
  .rows {
    flex: none;
    inline-size: 100%;
    max-inline-size: var(--rtc-chat-column);
    margin: auto auto 0;
  }
  .day {
    padding-block: 12px 8px;
    color: var(--rtc-chat-muted);
    font-size: var(--rtc-chat-text-s);
    font-weight: 600;
    line-height: 16px;
    text-align: center;
  }
  .day.new {
    color: var(--rtc-chat-accent-text);
  }
  .trimmed {
    display: grid;
    justify-items: center;
    gap: 2px;
    padding: 12px 24px;
    color: var(--rtc-chat-muted);
    font-size: var(--rtc-chat-text-s);
    line-height: 16px;
    text-align: center;
    text-wrap: balance;
  }
  .row {
    position: relative;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    justify-items: start;
    padding-block-end: 2px;
  }
  .row.last {
    padding-block-end: 12px;
  }
  .own {
    justify-items: end;
  }
  .faced {
    padding-inline-start: 36px;
  }
  .faced > .face {
    position: absolute;
    inset-block-start: 20px;
    inset-inline-start: 0;
  }
  .who {
    max-inline-size: 100%;
    padding-inline-start: 12px;
    font-size: 13px;
    font-weight: 600;
    line-height: 18px;
  }
  .bubble {
    --round: var(--rtc-chat-radius-bubble);
    --end: var(--round);
    --start: var(--round);
    min-inline-size: 0;
    max-inline-size: min(84%, 36em);
    padding: 7px 12px;
    border-radius: var(--round);
    border-start-start-radius: var(--start);
    border-end-start-radius: var(--end);
    background: var(--rtc-chat-bubble);
    white-space: pre-wrap;
    unicode-bidi: plaintext;
  }
  .faced .bubble {
    max-inline-size: min(94%, 36em);
  }
  .row:not(.first) .bubble {
    --start: 6px;
  }
  .row:not(.last) .bubble {
    --end: 6px;
  }
  .own .bubble {
    border-radius: var(--round);
    border-start-end-radius: var(--start);
    border-end-end-radius: var(--end);
    background: var(--rtc-chat-own);
  }
  .bubble a {
    color: var(--rtc-chat-accent-text);
    text-underline-offset: 2px;
  }
  code,
  pre {
    font: 0.9em / 1.5 var(--rtc-chat-font-code);
    padding: 1px 4px;
    border-radius: 4px;
    background: color-mix(in srgb, currentColor 7%, transparent);
  }
  pre {
    margin: 4px -4px 1px;
    padding: 8px 10px;
    border-radius: 10px;
    white-space: pre-wrap;
    direction: ltr;
    text-align: left;
  }
  .own .bubble.emoji,
  .emoji {
    padding: 2px 0;
    background: none;
    font-size: 40px;
    line-height: 48px;
  }
  .own .kept,
  .own .unsent {
    background: none;
    box-shadow: inset 0 0 0 1px var(--rtc-chat-edge);
  }
  .own .unsent {
    box-shadow: inset 0 0 0 1px var(--rtc-chat-danger-text);
  }
  .hit {
    outline: 2px solid var(--rtc-chat-accent);
    outline-offset: 1px;
  }
  mark {
    border-radius: 3px;
    background: var(--rtc-chat-accent);
    color: var(--rtc-chat-on-accent);
  }
  .meta,
  .sign {
    display: flex;
    align-items: center;
    gap: 4px;
  }
  .meta {
    min-block-size: 18px;
    padding: 2px 4px 0;
    color: var(--rtc-chat-muted);
    font-size: var(--rtc-chat-text-s);
    line-height: 16px;
    font-variant-numeric: tabular-nums;
  }
  .seen .icon {
    color: var(--rtc-chat-accent-text);
  }
  .failed {
    color: var(--rtc-chat-danger-text);
  }
  .sending .sign {
    animation: late 0.4s step-end;
  }
  .foot {
    grid-row: 5;
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
    outline: 0;
    resize: none;
    background: none;
    font-size: var(--rtc-chat-text-field);
    line-height: 22px;
    scrollbar-width: thin;
  }
  ::placeholder {
    color: var(--rtc-chat-muted);
    opacity: 1;
  }
  .send,
  .send:hover {
    background: none;
  }
  .send::before {
    content: '';
    position: absolute;
    inset: 4px;
    border-radius: 50%;
    background: var(--rtc-chat-bubble);
  }
  .send .icon {
    position: relative;
    color: var(--rtc-chat-muted);
  }
  textarea:not(:placeholder-shown) + .send::before {
    background: var(--rtc-chat-accent);
  }
  textarea:not(:placeholder-shown) + .send .icon {
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
    .header > .face {
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
