import { html, type TemplateResult } from 'lit';
import type { Call } from '../rtc/call.ts';
import type { CallActions } from './call-actions.ts';
import { callWords } from './call-words.ts';
import type { Scene } from './scene.ts';
import { Stage } from './stage.ts';

/** What stands under the header: a call without pictures, or one that goes on without us. */
export function callStrip(
  call: Call | null,
  { language, peers }: Scene,
  actions: CallActions,
): TemplateResult | undefined {
  if (!call || call.state === 'ringing') return undefined;
  const words = callWords(language);
  const names = language.list(
    peers
      .filter(({ id }) => call.participants.some((participant) => participant.id === id))
      .map(({ name }) => name),
  );
  if (call.state === 'available') {
    return html`<div class="strip" part="call-strip" role="note">
      <div class="words"><b>${words.say('inProgress')}</b> <bdi>${names}</bdi></div>
      <button class="button" @click=${() => actions.answer({})}>${words.say('join')}</button>
    </div>`;
  }
  if (Stage.isWanted(call)) return undefined;
  const calling = call.state === 'calling';
  return html`<div
    class="strip"
    part="call-strip"
    role="group"
    aria-label=${words.say('voiceCall')}
  >
    <div class="words" aria-live="polite">
      <b>${calling ? words.show('calling', { name: names }) : words.say('voiceCall')}</b>
      ${calling ? words.say('ringing') : ''}
    </div>
    <button class="button" @click=${() => actions.hangUp()}>
      ${words.say(calling ? 'cancel' : 'hangUp')}
    </button>
  </div>`;
}
