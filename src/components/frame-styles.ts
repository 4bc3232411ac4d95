import { css, type CSSResult } from 'lit';

/** The host, the frame, and what stands everywhere: words, signs, buttons, fields, faces, cards. */
export const frameStyles: CSSResult = css`
  :host {
    display: block;
    block-size: 640px;
    container: rtc-chat / size;
  }
  :host([hidden]) {
    display: none;
  }
  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }
  .frame {
    position: relative;
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(0, 1fr);
    block-size: 100%;
    overflow: clip;
    border: 1px solid var(--rtc-chat-line);
    border-radius: var(--rtc-chat-radius);
    background: var(--rtc-chat-surface);
    color: var(--rtc-chat-text);
    font: 400 var(--rtc-chat-text-m) / 1.4 var(--rtc-chat-font);
    text-align: start;
    -webkit-text-size-adjust: 100%;
    -webkit-tap-highlight-color: transparent;
  }
  h2,
  p,
  ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  h2 {
    font-size: var(--rtc-chat-text-l);
    font-weight: 600;
    line-height: 1.3;
  }
  button,
  input,
  textarea {
    font: inherit;
    color: inherit;
    margin: 0;
  }
  :focus-visible {
    outline: 2px solid var(--rtc-chat-accent);
    outline-offset: 2px;
  }
  .icon {
    flex: none;
    inline-size: 22px;
    block-size: 22px;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .icon.s {
    inline-size: 14px;
    block-size: 14px;
    stroke-width: 2.4;
  }
  .up {
    rotate: 180deg;
  }
  .hidden {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .muted {
    color: var(--rtc-chat-muted);
  }
  .small {
    font-size: var(--rtc-chat-text-s);
    line-height: 16px;
  }
  .clip {
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
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
  .face {
    flex: none;
    display: grid;
    place-items: center;
    inline-size: 36px;
    block-size: 36px;
    border-radius: 50%;
    background: light-dark(oklch(0.91 0.04 var(--hue)), oklch(0.36 0.045 var(--hue)));
    color: light-dark(oklch(0.36 0.07 var(--hue)), oklch(0.92 0.04 var(--hue)));
    font-size: 14px;
    font-weight: 600;
    line-height: 1;
    user-select: none;
  }
  .face.s {
    inline-size: 28px;
    block-size: 28px;
    font-size: 12px;
  }
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
  @keyframes turn {
    to {
      transform: rotate(1turn);
    }
  }
  @keyframes march {
    to {
      stroke-dashoffset: -16.2;
    }
  }
  @keyframes breathe {
    0%,
    60%,
    100% {
      opacity: 0.35;
    }
    30% {
      opacity: 1;
    }
  }
  @keyframes rise {
    from {
      opacity: 0;
      transform: translateY(16px);
    }
  }
  @keyframes appear {
    from {
      opacity: 0;
    }
  }
  @keyframes late {
    from {
      visibility: hidden;
    }
  }
  @media (prefers-reduced-motion: no-preference) {
    .live {
      animation: march 1.2s linear infinite;
    }
    .dot.busy,
    .sending .icon {
      animation: turn 1s linear infinite;
    }
    .dots i {
      animation: breathe 1.2s infinite;
    }
    .fresh .bubble {
      animation: appear 120ms;
    }
    .sheet {
      animation: rise 240ms cubic-bezier(0.2, 0.7, 0.2, 1);
    }
  }
  @media (forced-colors: active) {
    .bubble,
    .sheet,
    .pill,
    .round[aria-expanded='true'] {
      border: 1px solid;
    }
    .dot {
      forced-color-adjust: none;
    }
  }
`;
