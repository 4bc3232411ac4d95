import { css, type CSSResult } from 'lit';

/** Sentences that stand alone, and their picture. */
export const cardStyles: CSSResult = css`
  .page {
    display: grid;
    place-items: safe center;
    min-block-size: 0;
    overflow: hidden auto;
    padding: 16px;
    background: var(--rtc-chat-surface);
  }
  .card {
    display: grid;
    gap: 16px;
    inline-size: 100%;
    max-inline-size: 360px;
    text-align: center;
  }
  .card .title {
    display: grid;
    gap: 8px;
    overflow-wrap: anywhere;
    text-wrap: balance;
  }
  .card h2 {
    font-size: var(--rtc-chat-text-xl);
    letter-spacing: -0.01em;
    line-height: 1.25;
  }
  .card p:empty {
    display: none;
  }
  .card p {
    color: var(--rtc-chat-muted);
    text-wrap: pretty;
  }
  .card .button + .button {
    margin-block-start: -8px;
  }
  .mark {
    justify-self: center;
    inline-size: 144px;
    block-size: 48px;
    fill: none;
    stroke: var(--rtc-chat-edge);
    stroke-width: 2;
    stroke-linecap: round;
    margin-block-end: 4px;
  }
  .me {
    fill: var(--rtc-chat-accent);
    stroke: none;
  }
  .mark .on,
  .other {
    stroke: var(--rtc-chat-accent);
  }
  .other {
    fill: var(--rtc-chat-own);
  }
  .gone {
    stroke-dasharray: 4 6;
  }
  .mark .wait {
    stroke-dasharray: 0.1 8;
    stroke-width: 3.5;
  }
  .no {
    stroke: var(--rtc-chat-danger-text);
  }
  @container rtc-chat (width >= 720px) {
    .page {
      background: var(--rtc-chat-sunken);
    }
    .page > .card {
      max-inline-size: 424px;
      padding: 32px;
      border: 1px solid var(--rtc-chat-line);
      border-radius: 20px;
      background: var(--rtc-chat-raised);
      box-shadow: var(--rtc-chat-shadow-1);
    }
  }
  @container rtc-chat (height < 420px) {
    .mark {
      display: none;
    }
    .card {
      gap: 12px;
    }
  }
`;
