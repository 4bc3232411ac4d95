import { css, type CSSResult } from 'lit';
import { barStyles } from './bar-styles.ts';
import { stageStyles } from './stage-styles.ts';
import { tileStyles } from './tile-styles.ts';

/** Somebody calls; and what stands under the header of a call. */
const ringStyles: CSSResult = css`
  .face.xl {
    inline-size: min(96px, 42cqmin);
    block-size: min(96px, 42cqmin);
    font-size: min(36px, 17cqmin);
    font-weight: 500;
  }
  .pulse {
    position: relative;
    display: grid;
  }
  .pulse::before,
  .pulse::after {
    content: '';
    position: absolute;
    inset: 0;
    border-radius: 50%;
    border: 2px solid var(--rtc-chat-accent);
  }
  .switch {
    border-color: transparent;
    color: var(--rtc-chat-muted);
  }
  .no-sound {
    position: absolute;
    inset-block-start: 12px;
    inset-inline: 0;
    z-index: 1;
    display: grid;
    justify-content: center;
    pointer-events: none;
  }
  .no-sound .button {
    pointer-events: auto;
    /* It stands out from any picture. */
    box-shadow: 0 0 0 4px rgb(0 0 0 / 62%);
  }
  .strips {
    grid-row: 3;
  }
  .strip .words {
    flex-basis: 130px;
  }
  .call-line {
    padding-block: 4px 12px;
    text-align: center;
  }
  @keyframes ripple {
    from {
      opacity: 0.9;
    }
    to {
      opacity: 0;
      transform: scale(1.35);
    }
  }
  @media (prefers-reduced-motion: no-preference) {
    .pulse::before,
    .pulse::after {
      animation: ripple 2.4s cubic-bezier(0.2, 0.7, 0.2, 1) infinite;
    }
    .pulse::after {
      animation-delay: 1.2s;
    }
  }
  @container rtc-chat (height < 520px) {
    .incoming {
      padding-block: 16px 8px;
    }
  }
`;

/** Everything that calls look like; each region's styles with whoever draws it. */
export const callStyles: readonly CSSResult[] = [ringStyles, stageStyles, tileStyles, barStyles];
