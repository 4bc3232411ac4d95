import { html, type LitElement, nothing, type ReactiveController, type TemplateResult } from 'lit';
import type { CallQuality } from '../rtc/call-quality.ts';
import type { Participant } from '../rtc/call.ts';
import { Timer } from '../rtc/timer.ts';
import { type CallWordKey, callWords, type CallWords } from './call-words.ts';
import { iconButton } from './icon-button.ts';
import type { Scene } from './scene.ts';

/** As often as there are new figures. */
const REFRESH_MS = 2_000;

/** How the connection to somebody in a call is: opened and closed beside them in the panel of people. */
export class ConnectionDetails implements ReactiveController {
  readonly #host: LitElement;
  readonly #timer = new Timer();
  readonly #open = new Set<string>();

  constructor(host: LitElement) {
    this.#host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.#timer.clear();
  }

  render(
    { id, quality, held }: Participant,
    name: string,
    { language }: Scene,
  ): TemplateResult | typeof nothing {
    if (!quality) return nothing;
    const words = callWords(language);
    const open = this.#open.has(id);
    // The call says when the level changes; its figures are newer each time they are asked for.
    if (open && !this.#timer.armed) this.#timer.set(REFRESH_MS, () => this.#host.requestUpdate());
    const toggle = (): void => {
      if (!this.#open.delete(id)) this.#open.add(id);
      this.#host.requestUpdate();
    };
    return html`${iconButton('tower', words.say('connectionTo', { name }), toggle, {
      className: `path-${quality.level}`,
      expanded: open,
    })}${
      open
        ? html`<div class="connection">
            <p>
              ${words.say(`path-${quality.level}`)}${held ? html`<br />${words.say('pathHeld')}` : nothing}
            </p>
            <dl>
              ${figuresOf(quality, language.tag, words).map(
                ([key, figure]) =>
                  html`<dt>${words.say(key)}</dt>
                    <dd>${figure}</dd>`,
              )}
            </dl>
          </div>`
        : nothing
    }`;
  }
}

type Figure = readonly [CallWordKey, string];

/** What is known, in the reader's own numbers. */
function figuresOf(quality: CallQuality, tag: string, words: CallWords): readonly Figure[] {
  const { roundTripMs, loss, receivedBps, sentBps, relayed, picture } = quality;
  const show = (value: number, options: Intl.NumberFormatOptions): string =>
    new Intl.NumberFormat(tag, options).format(value);
  const rate = (bps: number): string =>
    show(bps / 1e6, { style: 'unit', unit: 'megabit-per-second', maximumFractionDigits: 2 });
  const figures: Figure[] = [];
  if (relayed !== null)
    figures.push(['pathWay', words.say(relayed ? 'pathRelayed' : 'pathDirect')]);
  if (roundTripMs !== null)
    figures.push(['pathRoundTrip', show(roundTripMs, { style: 'unit', unit: 'millisecond' })]);
  figures.push(
    ['pathLoss', show(loss, { style: 'percent', maximumFractionDigits: 1 })],
    ['pathReceived', rate(receivedBps)],
    ['pathSent', rate(sentBps)],
  );
  if (picture) figures.push(['pathPicture', `${picture.width} × ${picture.height}`]);
  return figures;
}
