import { css, type CSSResult } from 'lit';

/** The people: a sheet from below, from 720 px on a column at the side. */
export const panelStyles: CSSResult = css`
  .scrim {
    position: absolute;
    inset: 0;
    z-index: 2;
    display: grid;
    place-items: end center;
    background: var(--rtc-chat-scrim);
  }
  .over {
    z-index: 3;
  }
  .sheet {
    display: flex;
    flex-direction: column;
    inline-size: 100%;
    max-inline-size: 480px;
    max-block-size: calc(100cqb - 24px);
    border-radius: 20px 20px 0 0;
    background: var(--rtc-chat-raised);
    box-shadow: var(--rtc-chat-shadow-2);
    overflow: clip;
  }
  .sheet:focus-visible,
  dialog:focus-visible {
    outline: none;
  }
  .head {
    flex: none;
    display: flex;
    align-items: center;
    gap: 8px;
    min-block-size: 60px;
    padding-block: 8px;
    padding-inline: 16px 5px;
  }
  .head h2 {
    flex: 1;
  }
  .body {
    display: grid;
    grid-auto-rows: max-content;
    gap: 16px;
    min-block-size: 0;
    overflow: hidden auto;
    padding: 0 16px 16px;
  }
  li {
    display: flex;
    align-items: center;
    gap: 12px;
    min-block-size: 56px;
  }
  li .words {
    display: grid;
  }
  .name {
    font-weight: 600;
    line-height: 20px;
  }
  .over dialog {
    position: static;
    display: grid;
    justify-items: center;
    inline-size: 100%;
    max-inline-size: 480px;
    max-block-size: 100%;
    margin: 0;
    padding: 28px 16px 16px;
    border: 0;
    border-radius: 20px 20px 0 0;
    overflow: hidden auto;
    background: var(--rtc-chat-raised);
    color: inherit;
    box-shadow: var(--rtc-chat-shadow-2);
  }
  [part='clear'] .main + .button {
    border-color: transparent;
    background: var(--rtc-chat-danger-text);
    color: var(--rtc-chat-surface);
  }
  hr {
    margin: 0;
    border: 0;
    border-block-start: 1px solid var(--rtc-chat-line);
  }
  @container rtc-chat (width >= 720px) {
    .aside {
      grid-template-columns: minmax(0, 1fr) 320px;
    }
    .scrim:not(.over) {
      position: static;
      display: block;
      background: none;
      border-inline-start: 1px solid var(--rtc-chat-line);
      min-block-size: 0;
    }
    .sheet {
      block-size: 100%;
      max-inline-size: none;
      max-block-size: none;
      border-radius: 0;
      background: var(--rtc-chat-surface);
      box-shadow: none;
      animation: none;
    }
    .over {
      place-items: center;
    }
    .over dialog {
      max-inline-size: 400px;
      border-radius: 20px;
    }
  }
  @container rtc-chat (width >= 1080px) {
    .aside {
      grid-template-columns: minmax(0, 1fr) 360px;
    }
  }
`;
