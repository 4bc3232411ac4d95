import { html, nothing, type TemplateResult } from 'lit';
import type { Participant } from '../rtc/call.ts';
import { Slots } from './slots.ts';

/** What plays voices: apart from the pictures, so that a voice goes on whatever becomes of those. */
export class Voices {
  readonly #slots = new Slots();

  render(participants: readonly Participant[]): TemplateResult {
    const heard = new Map(participants.map(({ id, streams }) => [id as string, streams]));
    return html`${this.#slots
      .of(heard)
      .map((streams) =>
        streams
          ? html`<audio class="call-media" autoplay .srcObject=${streams.person}></audio
              ><audio class="call-media" autoplay .srcObject=${streams.screen}></audio>`
          : nothing,
      )}`;
  }
}
