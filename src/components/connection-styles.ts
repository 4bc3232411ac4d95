import { css, type CSSResult } from 'lit';

/** How the connection to somebody is, in the panel of people. */
export const connectionStyles: CSSResult = css`
  .people li:has(.connection) {
    flex-wrap: wrap;
  }
  .people li:has(.connection) .words {
    flex: 1;
    min-inline-size: 0;
  }
  .path-weak {
    color: var(--rtc-chat-warn-text);
  }
  .path-lost {
    color: var(--rtc-chat-danger-text);
  }
  .connection {
    flex-basis: 100%;
    padding-block-end: 12px;
    font-size: var(--rtc-chat-text-s);
  }
  .connection dl {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 4px 16px;
    margin: 8px 0 0;
  }
  .connection dt {
    color: var(--rtc-chat-muted);
  }
  .connection dd {
    margin: 0;
  }
`;
