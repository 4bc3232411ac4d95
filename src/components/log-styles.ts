import { css, type CSSResult } from 'lit';

/** The messages. */
export const logStyles: CSSResult = css`
  .log {
    display: flex;
    flex-direction: column;
    overflow: hidden auto;
    overflow-anchor: none;
    overscroll-behavior: contain;
    overflow-wrap: anywhere;
    padding: 12px 12px 28px;
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
  .own .bubble:is(.waiting, .failed) {
    background: none;
    box-shadow: inset 0 0 0 1px var(--rtc-chat-edge);
  }
  .own .bubble.failed {
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
  .meta summary,
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
  .meta summary {
    min-block-size: 24px;
    cursor: pointer;
    list-style: none;
  }
  .meta ul {
    margin: 0;
    padding: 0 0 4px;
    list-style: none;
  }
  .seen .icon {
    color: var(--rtc-chat-accent-text);
  }
  .meta.failed {
    color: var(--rtc-chat-danger-text);
  }
  .sending .sign {
    animation: late 0.4s step-end;
  }
`;
