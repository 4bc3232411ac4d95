import { css, type CSSResult } from 'lit';

/** The conversation around its log: header, notice, find. */
export const talkStyles: CSSResult = css`
  .talk {
    position: relative;
    display: grid;
    grid-template: auto auto auto auto minmax(0, 1fr) auto / minmax(0, 1fr);
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
  .header .round + .round {
    margin-inline-start: -8px;
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
  .dot:not(.connected, .peopleHere) {
    background: none;
    border-width: 2px;
  }
  .dot:is(.connecting, .reconnecting) {
    border-color: var(--rtc-chat-warn-text);
    border-inline-end-color: transparent;
  }
  .dot.unreachable {
    border-color: var(--rtc-chat-danger-text);
  }
  .notice,
  .find {
    grid-row: 2;
    display: flex;
    flex-wrap: wrap;
    justify-content: end;
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
    flex: 1 1 170px;
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }
  .notice b {
    font-weight: 600;
  }
  .notice .round {
    margin-inline-end: -12px;
  }
  .find {
    grid-row: 4;
    flex-wrap: nowrap;
    justify-content: center;
    gap: 0;
    padding-block: 4px;
    padding-inline: 12px 5px;
  }
  .find input {
    flex: 1;
    max-inline-size: 480px;
  }
  .find .small {
    min-inline-size: 56px;
    padding-inline: 8px;
    font-variant-numeric: tabular-nums;
    text-align: center;
  }
  .log,
  .talk > .page {
    grid-row: 5;
    grid-column: 1;
    min-block-size: 0;
    background: none;
  }
  .talk > .page > .card {
    border: 0;
    background: none;
    box-shadow: none;
  }
`;
