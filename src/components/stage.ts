import { html, type LitElement, type TemplateResult } from 'lit';
import type { Call } from '../rtc/call.ts';
import type { CallActions } from './call-actions.ts';
import { callWords } from './call-words.ts';
import type { Scene } from './scene.ts';

/** The pictures of a call, and what can be done in it. */
export class Stage {
  readonly #actions: CallActions;

  constructor(_host: LitElement, actions: CallActions) {
    this.#actions = actions;
  }

  /** Whether there is anything to see in this call, or will be. */
  static isWanted({ own, participants }: Call): boolean {
    return !!own?.camera.wanted || participants.some(({ media }) => media.video || media.screen);
  }

  /** Class names of the frame while there is a stage. */
  look(_scene: Scene): string {
    return 'calling beside';
  }

  render(call: Call, { language, peers }: Scene): TemplateResult {
    const words = callWords(language);
    const calling = call.state === 'calling';
    const names = language.list(peers.map(({ name }) => name));
    return html`<section class="stage" part="stage" aria-label=${words.say('call')}>
      ${
        calling
          ? html`<div class="ring" aria-live="polite">
              <h2>${words.show('calling', { name: names })}</h2>
              <p>${words.say('ringing')}</p>
            </div>`
          : call.participants.map(
              ({ streams }) =>
                html`<video autoplay playsinline .srcObject=${streams?.person ?? null}></video>`,
            )
      }
      <div class="bar">
        <button class="button end" @click=${() => this.#actions.hangUp()}>
          ${words.say(calling ? 'cancel' : 'hangUp')}
        </button>
      </div>
    </section>`;
  }
}
