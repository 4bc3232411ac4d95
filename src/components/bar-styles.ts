import { css, type CSSResult } from 'lit';

/** What one can do in a call: the bar under the pictures, its menu, and the strip of a call of voices. */
export const barStyles: CSSResult = css`
  .bar {
    position: relative;
    display: flex;
    align-items: center;
    justify-content: center;
    gap: 6px;
    min-block-size: 64px;
    padding: 8px;
  }
  .bar .round {
    background: #242c2a;
    color: #fff;
  }
  .bar .round:hover {
    background: #333d3a;
  }
  .bar .round[aria-expanded='true'] {
    background: var(--rtc-chat-own);
  }
  .bar .round.lit {
    background: var(--rtc-chat-accent);
    color: var(--rtc-chat-on-accent);
  }
  .bar .round.off {
    background: #fff;
    color: #0b0f0e;
  }
  .bar .count {
    inset-block-start: -2px;
    inset-inline-end: -2px;
    background: var(--rtc-chat-accent);
    color: var(--rtc-chat-on-accent);
  }
  .round.bye,
  .button.bye {
    flex: none;
    border-color: transparent;
    background: light-dark(#c4322a, #ce3d35);
    color: #fff;
  }
  .round.bye:hover,
  .button.bye:hover {
    background: light-dark(#a82820, #dc4a42);
  }
  .round.bye {
    inline-size: 56px;
    border-radius: 22px;
    margin-inline-start: 2px;
  }
  .bye .icon {
    translate: 0 3px;
    rotate: 135deg;
  }
  .menu {
    inline-size: 240px;
    margin: 8px;
    padding: 6px;
    border: 1px solid #333d3a;
    border-radius: 14px;
    background: #1d2523;
    color: #fff;
    font: inherit;
    box-shadow: var(--rtc-chat-shadow-2);
    position-area: block-start;
    position-try-fallbacks: flip-block;
    max-block-size: 100%;
    overflow: hidden auto;
  }
  .menu button {
    display: flex;
    align-items: center;
    gap: 12px;
    inline-size: 100%;
    min-block-size: 44px;
    padding: 0 12px;
    border: 0;
    border-radius: 9px;
    background: none;
    text-align: start;
    cursor: pointer;
  }
  .menu button:hover,
  .menu button:focus-visible {
    background: #2b3532;
  }
  .menu button:focus-visible {
    outline-offset: -2px;
  }
  .menu [aria-checked='true'] {
    color: var(--rtc-chat-accent-text);
  }
  .strip.voice {
    flex-wrap: nowrap;
    gap: 4px;
    padding-inline-end: 8px;
    min-block-size: 56px;
    padding-block: 4px;
  }
  .voice .round {
    margin-inline-end: 0;
  }
  .voice .words {
    flex: 1;
    display: grid;
    min-inline-size: 0;
  }
  .voice .title {
    font-weight: 600;
    line-height: 18px;
  }
  .voice .off {
    background: var(--rtc-chat-text);
    color: var(--rtc-chat-surface);
  }
  .levels {
    flex: none;
    display: flex;
    align-items: center;
    gap: 2px;
    margin-inline-end: 8px;
    color: var(--rtc-chat-accent-text);
  }
  .levels i {
    --tall: 0.4;
    inline-size: 3px;
    block-size: 20px;
    border-radius: 2px;
    background: currentColor;
    scale: 1 var(--tall);
  }
  .levels :nth-child(even) {
    --tall: 0.7;
  }
  .levels :nth-child(3) {
    --tall: 1;
  }
  @container stage (width < 440px) {
    .bar > :is(.devices-button, .layout-button) {
      display: none;
    }
  }
  @container stage (width < 360px) {
    .bar > .share,
    .bar .button .icon {
      display: none;
    }
  }
  @container stage (width >= 360px) {
    .menu .share {
      display: none;
    }
  }
  @container stage (width >= 440px) {
    .bar {
      gap: 8px;
    }
    .bar .gap {
      inline-size: 8px;
    }
    .bar > .more-button,
    .menu .devices-button {
      display: none;
    }
  }
  @container rtc-chat (width < 480px) {
    .voice .devices-button,
    .voice.rings :is(.levels, .camera, .button .icon) {
      display: none;
    }
  }
  @container rtc-chat (width < 320px) {
    .voice .levels {
      display: none;
    }
  }
  @container rtc-chat (height < 420px) {
    .bar {
      min-block-size: 56px;
      padding-block: 6px;
    }
    .tile .pulse::before,
    .tile .pulse::after {
      display: none;
    }
  }
  @media (prefers-reduced-motion: no-preference) {
    .levels i {
      scale: 1 calc(0.15 + min(0.85, var(--level, 0) * 1.8) * var(--tall));
      transition: scale 150ms;
    }
  }
  @media (forced-colors: active) {
    .bar .round,
    .tile {
      border: 1px solid;
    }
    .tag {
      forced-color-adjust: none;
    }
    .round:is(.off, .lit, [aria-expanded='true']) {
      background: Highlight;
      color: HighlightText;
      forced-color-adjust: none;
    }
  }
`;
