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
    display: grid;
    place-items: center;
    block-size: 168px;
    border-radius: var(--rtc-chat-radius);
    overflow: clip;
    background: var(--rtc-chat-sunken);
  }
  .preview video {
    grid-area: 1 / 1;
    inline-size: 100%;
    block-size: 168px;
    object-fit: cover;
    background: #0b0f0e;
  }
  .preview.mirrored video {
    transform: scaleX(-1);
  }
  .select {
    position: relative;
    display: grid;
  }
  .select::after {
    content: '';
    position: absolute;
    inset-block-start: 15px;
    inset-inline-end: 17px;
    inline-size: 8px;
    block-size: 8px;
    border: solid var(--rtc-chat-muted);
    border-width: 0 1.75px 1.75px 0;
    rotate: 45deg;
    pointer-events: none;
  }
  select {
    appearance: none;
    inline-size: 100%;
    min-inline-size: 0;
    min-block-size: 44px;
    margin: 0;
    padding: 8px 12px;
    padding-inline-end: 40px;
    border: 1px solid var(--rtc-chat-edge);
    border-radius: var(--rtc-chat-radius);
    background: var(--rtc-chat-surface);
    color: inherit;
    font: inherit;
    font-size: var(--rtc-chat-text-field);
    text-overflow: ellipsis;
  }
  .meter {
    --bars: repeating-linear-gradient(
      to right,
      #000 0 calc(6.25% - 3px),
      transparent calc(6.25% - 3px) 6.25%
    );
    block-size: 6px;
    margin-block: 8px 4px;
    margin-inline-end: -3px;
    background: var(--rtc-chat-line);
    mask: var(--bars);
    forced-color-adjust: none;
  }
  .meter::before {
    content: '';
    display: block;
    block-size: 100%;
    inline-size: calc(round(var(--level, 0) * 100%, 6.25%));
    background: var(--rtc-chat-accent);
  }
  .steps {
    display: grid;
    gap: 8px;
    margin: 0;
    padding: 0;
    list-style: none;
    counter-reset: step;
  }
  .steps li {
    align-items: start;
    min-block-size: 0;
  }
  .steps:not(.one) li::before {
    content: counter(step);
    counter-increment: step;
    color: var(--rtc-chat-muted);
    font-weight: 600;
  }
  @container rtc-chat (height < 600px) {
    .preview {
      display: none;
    }
  }
`;
