import { html, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Participant } from '../rtc/call.ts';

/** What plays voices: apart from the pictures, so that a voice goes on whatever becomes of those. */
export function voices(participants: readonly Participant[]): TemplateResult {
  return html`${repeat(
    participants.flatMap(({ id, streams }) =>
      streams
        ? [['person', streams.person, id] as const, ['screen', streams.screen, id] as const]
        : [],
    ),
    ([kind, , id]) => id + kind,
    ([, stream]) => html`<audio class="call-media" autoplay .srcObject=${stream}></audio>`,
  )}`;
}
