import { html, type TemplateResult } from 'lit';
import type { Call } from '../rtc/call.ts';
import type { CallActions } from './call-actions.ts';
import { callWords } from './call-words.ts';
import type { Scene } from './scene.ts';

/** What stands under the header: a call that goes on without us. */
export function callStrip(
  call: Call | null,
  { language, peers }: Scene,
  actions: CallActions,
): TemplateResult | undefined {
  if (call?.state !== 'available') return undefined;
  const words = callWords(language);
  const names = language.list(
    peers
      .filter(({ id }) => call.participants.some((participant) => participant.id === id))
      .map(({ name }) => name),
  );
  return html`<div class="strip" part="call-strip" role="note">
    <div class="words"><b>${words.say('inProgress')}</b> <bdi>${names}</bdi></div>
    <button class="button" @click=${() => actions.answer({})}>${words.say('join')}</button>
  </div>`;
}
