import { css, type CSSResult } from 'lit';

/** One picture on the stage, its face where there is none, and what is written on it. */
export const tileStyles: CSSResult = css`
  .tile video {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
  }
  .tile.screen video {
    object-fit: contain;
  }
  .tile.mirrored video {
    transform: scaleX(-1);
  }
  .tile h2 {
    margin-block-start: 8px;
    font-size: var(--rtc-chat-text-xl);
    overflow-wrap: anywhere;
  }
  .tile p {
    color: var(--rtc-chat-muted);
  }
  .tile h2 ~ .tag {
    display: none;
  }
  .tile.speaks::after {
    content: '';
    position: absolute;
    inset: 0;
    border: 2px solid var(--rtc-chat-accent);
    border-radius: inherit;
    pointer-events: none;
  }
  .tag {
    position: absolute;
    inset-block-end: 8px;
    inset-inline-start: 8px;
    display: flex;
    align-items: center;
    gap: 5px;
    max-inline-size: calc(100% - 16px);
    padding: 3px 8px;
    border-radius: 6px;
    background: rgb(0 0 0 / 0.62);
    color: #fff;
    font-size: var(--rtc-chat-text-s);
    font-weight: 600;
    line-height: 18px;
  }
  .call-time,
  dd {
    font-variant-numeric: tabular-nums;
  }
  .tag .icon {
    inline-size: 15px;
    block-size: 15px;
    stroke-width: 2.2;
  }
  .icon.weak {
    color: #f0c56c;
  }
  .icon.lost {
    color: #ff938a;
  }
  .corner .own .tag {
    inset-block-end: 4px;
    inset-inline-start: 4px;
    max-inline-size: calc(100% - 8px);
    padding: 1px 6px;
  }
  /* Where we stand ourselves, nothing is written. */
  .corner.below.at-start .large .tag,
  .corner.above.at-start > .tag {
    inset-inline: auto 8px;
  }
  .tile.screen .tag,
  .tag.sharing {
    inset-block: 8px auto;
  }
  .tag.sharing {
    inset-block-start: calc(var(--gap) + 8px);
    inset-inline-start: calc(var(--gap) + 8px);
  }
  /* It has been read, and covers what is shared. */
  .tile.large.screen:not(:hover) .tag {
    animation: fade 400ms 4s forwards;
  }
  @keyframes fade {
    to {
      opacity: 0;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .tile.large.screen .tag {
      animation-duration: 1ms;
    }
  }
  .grip {
    position: absolute;
    inset: 0;
    padding: 0;
    border: 0;
    border-radius: inherit;
    background: none;
    cursor: grab;
    touch-action: none;
  }
  .grip:focus-visible {
    outline-offset: -3px;
  }
  @container tile (aspect-ratio > 1) {
    video.upright {
      object-fit: contain;
    }
  }
  @container tile (width < 100px) or (height < 64px) {
    .tile .tag {
      inset-block-end: 3px;
      inset-inline-start: 3px;
      max-inline-size: calc(100% - 6px);
      padding: 0 5px;
    }
  }
  @container tile (height < 240px) {
    .tile h2 {
      margin: 0;
      font-size: var(--rtc-chat-text-m);
    }
  }
`;
