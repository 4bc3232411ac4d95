import { html, type TemplateResult } from 'lit';
import type { RtcChatErrorCode } from '../protocol/errors.ts';
import type { Call } from '../rtc/call.ts';
import type { CallActions } from './call-actions.ts';
import { callWords } from './call-words.ts';
import { icon } from './icon.ts';
import { iconButton } from './icon-button.ts';
import type { Scene } from './scene.ts';

/** A call that goes on without us, under the header. */
export function availableStrip(
  { participants }: Call,
  { language, peers, room }: Scene,
  actions: CallActions,
): TemplateResult {
  const words = callWords(language);
  const inside = peers.filter(({ id }) => participants.some((person) => person.id === id));
  const names = language.list(inside.map(({ name }) => name));
  return html`<div class="notice strip" part="call-strip" role="note">
    <div class="words">
      <b>${words.say('inProgress')}</b>
      ${words.show('inProgressWith', { names, n: inside.length })}
    </div>
    <button
      class="button"
      ?disabled=${room.status !== 'connected'}
      @click=${() => actions.ask((each) => each.answer({}))}
    >
      ${words.say('join')}
    </button>
  </div>`;
}

/** Why what was asked for did not happen; until the next thing is, or it was read. */
export function failureStrip(
  code: RtcChatErrorCode,
  { language }: Scene,
  actions: CallActions,
): TemplateResult {
  return html`<div class="notice warn strip" part="call-strip" role="alert">
    ${icon('failed')}
    <div class="words">${callWords(language).say(`failed-${code}`)}</div>
    ${iconButton('x', language.say('dismiss'), () => actions.dismiss())}
  </div>`;
}
