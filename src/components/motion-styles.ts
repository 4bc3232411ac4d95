import { css, type CSSResult } from 'lit';

/** What moves, and only for those who like it; and what colours are left where the reader forces his own. */
export const motionStyles: CSSResult = css`
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
    .dot:is(.connecting, .reconnecting),
    .sending .icon {
      animation: turn 1s linear infinite;
    }
    .dots i {
      animation: breathe 1.2s infinite;
    }
    .fresh .bubble {
      animation: appear 120ms;
    }
    .sheet,
    dialog {
      animation: rise 240ms cubic-bezier(0.2, 0.7, 0.2, 1);
    }
  }
  @media (forced-colors: active) {
    .bubble,
    .sheet,
    dialog,
    .pill,
    .round[aria-expanded='true'] {
      border: 1px solid;
    }
    .dot {
      forced-color-adjust: none;
    }
  }
`;
