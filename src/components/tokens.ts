import { css, type CSSResult } from 'lit';

/**
 * What everything else is made of. A page overrides them on the element; two make another brand:
 * `rtc-chat { --rtc-chat-accent: …; --rtc-chat-on-accent: … }`. The accent's text and own bubble keep its hue at a fixed
 * lightness, so that they stay readable with any accent. Light or dark follows the page's `color-scheme`.
 * All pairs that meet have at least 4.5 : 1 for text and 3 : 1 for edges and signs, in light and dark.
 */
export const tokens: CSSResult = css`
  :host {
    color-scheme: light dark;
    --rtc-chat-accent: light-dark(#0b7261, #3fbfa5);
    --rtc-chat-on-accent: light-dark(#fff, #03211b);
    --rtc-chat-accent-text: light-dark(
      oklch(from var(--rtc-chat-accent) 0.45 c h),
      oklch(from var(--rtc-chat-accent) 0.79 c h)
    );
    --rtc-chat-own: light-dark(
      oklch(from var(--rtc-chat-accent) 0.93 min(c, 0.032) h),
      oklch(from var(--rtc-chat-accent) 0.335 min(c, 0.05) h)
    );
    --rtc-chat-surface: light-dark(#fff, #0f1413);
    --rtc-chat-sunken: light-dark(#f4f6f5, #0a0e0d);
    --rtc-chat-raised: light-dark(#fff, #171d1c);
    --rtc-chat-bubble: light-dark(#eef1f0, #1f2725);
    --rtc-chat-text: light-dark(#16201d, #e9efed);
    --rtc-chat-muted: light-dark(#56625e, #9caba6);
    --rtc-chat-line: light-dark(#e0e6e3, #2a3331);
    --rtc-chat-edge: light-dark(#84918c, #66756f);
    --rtc-chat-danger-text: light-dark(#b3261e, #ff938a);
    --rtc-chat-warn-text: light-dark(#6f4700, #f0c56c);
    --rtc-chat-warn-soft: light-dark(#fdf1d8, #2e250f);
    --rtc-chat-scrim: light-dark(rgb(10 20 17 / 0.28), rgb(0 0 0 / 0.56));
    --rtc-chat-font: system-ui, sans-serif;
    --rtc-chat-font-code: ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace;
    --rtc-chat-text-s: max(12px, 0.75rem);
    --rtc-chat-text-m: max(15px, 0.9375rem);
    --rtc-chat-text-field: max(16px, 1rem);
    --rtc-chat-text-l: max(17px, 1.0625rem);
    --rtc-chat-text-xl: max(22px, 1.375rem);
    --rtc-chat-column: 720px;
    --rtc-chat-radius: 12px;
    --rtc-chat-radius-bubble: 18px;
    --rtc-chat-shadow-1: 0 1px 2px rgb(10 20 17 / 0.08), 0 4px 12px rgb(10 20 17 / 0.1);
    --rtc-chat-shadow-2: 0 2px 6px rgb(10 20 17 / 0.08), 0 16px 48px rgb(10 20 17 / 0.18);
  }
  @media (prefers-contrast: more) {
    :host {
      --rtc-chat-muted: var(--rtc-chat-text);
      --rtc-chat-line: var(--rtc-chat-edge);
      --rtc-chat-edge: var(--rtc-chat-text);
    }
  }
`;
