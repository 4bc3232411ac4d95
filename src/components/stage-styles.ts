import { css, type CSSResult } from 'lit';

/**
 * The stage, dark whatever is around it, and how it shares the frame with the conversation: over it, above it with the
 * chat open, from 720 px on beside it.
 */
export const stageStyles: CSSResult = css`
  .calling > :is(.stage, .talk) {
    grid-area: 1 / 1;
  }
  .calling:not(.chat) > .talk {
    visibility: hidden;
  }
  .calling.chat {
    grid-template-rows: minmax(0, 2fr) minmax(0, 3fr);
    background: #0b0f0e;
  }
  .calling.chat > .talk {
    grid-row: 2;
    border-radius: 20px 20px 0 0;
    box-shadow: 0 0 0 1px var(--rtc-chat-line);
    overflow: clip;
  }
  :host(:fullscreen) .frame {
    border: 0;
    border-radius: 0;
  }
  .stage {
    container: stage / size;
    color-scheme: dark;
    display: grid;
    grid-template: minmax(0, 1fr) auto / minmax(0, 1fr);
    background: #0b0f0e;
    color: #fff;
  }
  .stage:focus-visible {
    outline: none;
  }
  .tiles {
    --gap: 6px;
    --columns: var(--tall);
    --rows: var(--tall-rows);
    --high: 58%;
    position: relative;
    display: flex;
    flex-wrap: wrap;
    place-content: center;
    gap: var(--gap);
    min-block-size: 0;
    padding: var(--gap) var(--gap) 0;
    overflow: clip;
  }
  .tiles.reads {
    --high: min(62.5cqi, 58%);
  }
  .tile {
    container: tile / size;
    position: relative;
    display: grid;
    place-content: center;
    justify-items: center;
    gap: 8px;
    /* A hair less, so that what is rounded does not break the line. */
    inline-size: calc((100% - (var(--columns) - 1) * var(--gap)) / var(--columns) - 0.1px);
    block-size: calc((100% - (var(--rows) - 1) * var(--gap)) / var(--rows) - 0.1px);
    margin: 0;
    overflow: clip;
    border-radius: var(--rtc-chat-radius);
    background: #1b2321;
    text-align: center;
  }
  .large .tile {
    block-size: calc((100% - var(--high) - var(--rows) * var(--gap)) / var(--rows) - 0.1px);
  }
  .tiles .tile.large {
    order: -1;
    inline-size: 100%;
    block-size: var(--high);
  }
  .tiles.corner .tile.large {
    block-size: 100%;
  }
  /* Ourselves last, whoever came when. */
  .tile.own {
    order: 1;
  }
  .corner .tile.own {
    z-index: 1;
    position: absolute;
    inline-size: clamp(60px, 28cqmin, 208px);
    block-size: auto;
    aspect-ratio: 3 / 4;
    box-shadow: 0 0 0 2px #0b0f0e;
  }
  .below .own {
    inset-block-end: 8px;
  }
  .above .own {
    inset-block-start: calc(var(--gap) + 8px);
  }
  .at-end .own {
    inset-inline-end: calc(var(--gap) + 8px);
  }
  .at-start .own {
    inset-inline-start: calc(var(--gap) + 8px);
  }
  @container stage (aspect-ratio >= 1) {
    .tiles {
      --columns: var(--wide);
      --rows: var(--wide-rows);
      --strip: clamp(48px, 26%, 104px);
    }
    .tiles,
    .tiles.reads {
      --high: calc(100% - var(--strip) - var(--gap));
    }
    .large .tile {
      max-inline-size: 166px;
    }
    .tiles .tile.large {
      max-inline-size: none;
    }
    .corner .tile.own {
      aspect-ratio: 16 / 10;
    }
  }
  @container stage (width >= 720px) {
    .tiles {
      --gap: 8px;
    }
  }
  @container rtc-chat (width >= 720px) {
    .calling.chat {
      grid-template: minmax(0, 1fr) / minmax(0, 1fr) 320px;
      background: none;
    }
    .calling.chat > .talk {
      grid-area: 1 / 2;
      border-inline-start: 1px solid var(--rtc-chat-line);
      border-radius: 0;
      box-shadow: none;
    }
    .calling.aside {
      grid-template: minmax(0, 1fr) / minmax(0, 1fr) 320px;
    }
    /* One side column at a time: what is opened takes the place of the chat. */
    .calling.aside > .talk {
      visibility: hidden;
    }
    .calling.aside > .scrim:not(.over) {
      grid-area: 1 / 2;
    }
  }
  @container rtc-chat (width >= 1080px) {
    .calling:is(.chat, .aside) {
      grid-template-columns: minmax(0, 1fr) 360px;
    }
  }
  /* Under a phone's keyboard: the buttons are what is left of the stage. */
  @container rtc-chat (width < 720px) and (height < 420px) {
    .calling.chat {
      grid-template-rows: 56px minmax(0, 1fr);
    }
    .frame.chat .tiles {
      display: none;
    }
  }
`;
