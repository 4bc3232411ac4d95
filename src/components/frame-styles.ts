import { css, type CSSResult } from 'lit';

/** The host, the frame, and what stands everywhere: words, signs, faces. */
export const frameStyles: CSSResult = css`
  :host {
    display: block;
    box-sizing: border-box;
    inline-size: 100%;
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
  select,
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
  .log,
  .page,
  .body,
  textarea {
    scrollbar-width: thin;
    scrollbar-color: var(--rtc-chat-edge) transparent;
  }
  p,
  .words,
  .card h2,
  .label,
  .status .clip,
  .sub .clip,
  .typing .clip,
  .error > span,
  .sign > span {
    unicode-bidi: plaintext;
    text-align: -webkit-match-parent;
    text-align: match-parent;
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
`;
