import { html, nothing, type TemplateResult } from 'lit';
import type { Call } from '../rtc/call.ts';
import type { CallActions } from './call-actions.ts';
import { type Control, controlButton, controlsOf } from './call-bar.ts';
import { callWords } from './call-words.ts';
import type { Scene } from './scene.ts';

/** A call of voices, under the header: it needs no stage. */
export function voiceStrip(
  call: Call,
  actions: CallActions,
  { language, peers }: Scene,
  news: string,
): TemplateResult {
  const words = callWords(language);
  const { participants } = call;
  const names = language.list(
    peers.filter(({ id }) => participants.some((one) => one.id === id)).map(({ name }) => name),
  );
  // With two of us it is plain who.
  const many = participants.length > 1;
  const calling = call.state === 'calling';
  const { microphone, camera, devices, end } = controlsOf(call, actions, true);
  const button = (control: Control): TemplateResult => controlButton(control, words);
  return html`<div
    class="notice strip voice ${calling ? 'rings' : ''}"
    part="call-strip"
    role="group"
    aria-label=${words.say('callVoice')}
  >
    <span class="levels" aria-hidden="true"><i></i><i></i><i></i><i></i><i></i></span>
    <div class="words" aria-live=${calling ? 'polite' : nothing}>
      <span class="clip title"
        >${calling ? words.show('calling', { name: names }) : many ? html`<bdi>${names}</bdi>` : words.say('callVoice')}</span
      >
      <span class="clip small muted"
        >${calling ? words.say('tile-ringing') : html`${many ? html`${words.say('callVoice')} · ` : nothing}<span class="call-time" aria-hidden="true"></span>`}</span
      >
    </div>
    ${button(microphone)}${button(camera)}${calling ? nothing : button(devices)}${button(end)}
    <p class="hidden" aria-live="polite">${news}</p>
  </div>`;
}
