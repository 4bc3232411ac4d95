import { html, nothing, type TemplateResult } from 'lit';
import type { Participant } from '../rtc/call.ts';
import { Slots } from './slots.ts';

/** What plays voices: apart from the pictures, so that a voice goes on whatever becomes of those. */
export class Voices {
  readonly #slots = new Slots();

  render(participants: readonly Participant[]): TemplateResult {
    const heard = participants.filter(({ streams }) => streams);
    return html`${this.#slots.of(heard.map(({ id }) => id)).map((key) => {
      const streams = heard.find(({ id }) => id === key)?.streams;
      return streams
        ? html`<audio class="call-media" autoplay .srcObject=${streams.person}></audio
            ><audio class="call-media" autoplay .srcObject=${streams.screen}></audio>`
        : nothing;
    })}`;
  }
}
