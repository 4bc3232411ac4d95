import { css, type CSSResult } from 'lit';

/** The panel of devices, and what is said of one that does not work. */
export const devicesStyles: CSSResult = css`
  .sheet .actions {
    flex: none;
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    padding: 8px 16px 16px;
  }
  .sheet .actions .button {
    flex: 1 1 150px;
  }
  .devices .field .text-button {
    justify-self: start;
    margin-block-start: 4px;
    font-size: var(--rtc-chat-text-s);
  }
  .preview {
    inline-size: 100%;
    block-size: 168px;
    background: var(--rtc-chat-sunken);
  }
  .meter {
    block-size: 6px;
    margin-block: 8px 4px;
    background: var(--rtc-chat-line);
    forced-color-adjust: none;
  }
  .meter::before {
    content: '';
    display: block;
    inline-size: calc(var(--level, 0) * 100%);
    block-size: 100%;
    background: var(--rtc-chat-accent);
  }
  .steps {
    margin: 0;
    padding-inline-start: 24px;
  }
  .steps.one {
    padding: 0;
    list-style: none;
  }
  .steps li {
    display: list-item;
    min-block-size: 0;
    margin-block-end: 8px;
  }
  @container rtc-chat (height < 600px) {
    .preview {
      display: none;
    }
  }
`;
