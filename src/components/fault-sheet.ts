import { html, nothing, type TemplateResult } from 'lit';
import type { Call } from '../rtc/call.ts';
import type { CallActions } from './call-actions.ts';
import { callWords, type CallWordKey } from './call-words.ts';
import { ADVICE, type Trouble } from './device-fault.ts';
import type { Scene } from './scene.ts';

/** The page stands in a frame: what the browser asks may have no sign of its own there. */
const isFramed = (): boolean => window.self !== window.top;

export interface FaultSheet {
  readonly title: string;
  readonly body: TemplateResult;
}

/** What of one's devices does not work, what that means for the call, and what to do. */
export function faultSheet(
  { reason, faults }: Trouble,
  { own, participants }: Call,
  { language, peers }: Scene,
  actions: CallActions,
  goOn: () => void,
): FaultSheet {
  const words = callWords(language);
  const { title, steps, again } = ADVICE[reason];
  const names = faults.map(({ device }) => words.say(device));
  const values = { device: language.list(names), n: names.length };
  const screen = faults.some(({ device }) => device === 'screen');
  const mute = faults.some(({ device }) => device === 'microphone');
  const others = peers.filter(({ id }) =>
    participants.some((participant) => participant.id === id && participant.answer === 'in'),
  );
  const hears = !screen && !mute && own?.microphone.on && others.length > 0;
  const goOnWith = (again: boolean) => () => {
    goOn();
    for (const { device } of faults)
      if (device !== 'screen') actions.turn(device, again);
      else if (again) actions.ask((room) => room.shareScreen());
  };
  const all: readonly CallWordKey[] =
    reason === 'denied' && isFramed() ? [...steps, 'ownTab'] : steps;
  const body = html`<div class="body">
      <p class="muted">
        ${words.say(screen ? 'withoutScreen' : mute ? 'withoutVoice' : 'withoutPicture')}
        ${
          hears
            ? words.show('hearEachOther', { name: language.list(others.map(({ name }) => name)) })
            : nothing
        }
      </p>
      <ol class="steps ${steps.length > 1 ? '' : 'one'}">
        ${all.map((key) => html`<li>${words.say(key, values)}</li>`)}
      </ol>
    </div>
    <div class="actions">
      <button class="button main" @click=${goOnWith(false)}>${words.say('goOnWithout')}</button>
      ${again ? html`<button class="button" @click=${goOnWith(true)}>${words.say('tryAgain')}</button>` : nothing}
    </div>`;
  return { title: words.say(title, values), body };
}
