import { html, type LitElement, nothing, type TemplateResult } from 'lit';
import type { Call } from '../rtc/call.ts';
import { columnsOf, type Division, Places } from './call-places.ts';
import type { CallWords } from './call-words.ts';
import type { Scene } from './scene.ts';
import { SelfCorner } from './self-corner.ts';
import { Slots } from './slots.ts';
import type { Speaker } from './speaker.ts';
import { tile } from './tile.ts';

/** All pictures of a call, and how they are divided. */
export class Tiles {
  readonly #host: LitElement;
  readonly #places = new Places();
  readonly #slots = new Slots();
  readonly #corner: SelfCorner;
  /** As somebody has chosen; null until then. */
  #wanted: Division | null = null;
  #division: Division = 'even';
  #screens = 0;

  constructor(host: LitElement) {
    this.#host = host;
    this.#corner = new SelfCorner(host);
  }

  get division(): Division {
    return this.#division;
  }

  /** As at the beginning of a call. */
  reset(): void {
    this.#wanted = null;
    this.#screens = 0;
    this.#corner.reset();
  }

  readonly choose = (division: Division): void => {
    this.#wanted = division;
    this.#host.requestUpdate();
  };

  render(call: Call, { peers, room }: Scene, words: CallWords, speaker: Speaker): TemplateResult {
    const places = this.#places.of(call, peers, room.self);
    const people = places.filter(({ kind }) => kind === 'person');
    const screens = places.filter(({ kind }) => kind === 'screen');
    // A screen is shared to be read, whatever was chosen before.
    if (screens.length > this.#screens) this.#wanted = null;
    this.#screens = screens.length;
    const usual = screens.length > 0 || people.length === 1 ? 'large' : 'even';
    this.#division = people.length > 0 ? (this.#wanted ?? usual) : 'even';
    const large =
      this.#division === 'large'
        ? (screens.at(-1) ?? people.find(({ id }) => id === speaker.floor) ?? people[0])
        : undefined;
    // Two need no row of small ones.
    const corner = large !== undefined && places.length === 2;
    const small = places.length - (large && !corner ? 1 : 0);
    const [tall, wide] = large ? [Math.min(small, 2), small] : columnsOf(small);
    const rows = (columns: number): number => Math.ceil(small / columns);
    const timed = corner ? large : places.at(-1);
    return html`<div
      class="tiles ${corner ? `corner ${this.#corner.place}` : this.#division} ${large?.kind === 'screen' ? 'reads' : ''}"
      .style=${`--tall:${tall};--tall-rows:${rows(tall)};--wide:${wide};--wide-rows:${rows(wide)}`}
    >
      ${this.#slots.of(new Map(places.map((place) => [place.key, place]))).map((place) => {
        if (!place) return nothing;
        const { kind, state, id } = place;
        return tile(
          place,
          {
            large: place === large,
            speaks: people.length > 1 && kind === 'person' && speaker.speaks(id),
            timed: call.since !== null && place === timed,
            alone: people.length === 1 && state === 'ringing',
            over: corner && kind === 'own' ? this.#corner.render(words) : undefined,
          },
          words,
        );
      })}
      ${call.own?.screen ? html`<p class="tag sharing">${words.say('youShare')}</p>` : nothing}
    </div>`;
  }
}
