import { html, type TemplateResult } from 'lit';
import { type Action, card } from './card.ts';
import type { JoinForm } from './join-form.ts';
import type { RoomController } from './room-controller.ts';
import type { Surroundings, View } from './scene.ts';

/** Where only another address or another browser helps, there is nothing to press. */
const HOPELESS: readonly unknown[] = ['insecure-context', 'crypto-unavailable'];

function hostOf(server: string): string {
  return URL.canParse(server, location.href) ? new URL(server, location.href).host : server;
}

/** When the next attempt is due. */
function retryWords(retryAt: number | null, { language, wake }: Surroundings): string {
  if (retryAt === null) return '';
  const n = Math.ceil((retryAt - Date.now()) / 1_000);
  if (n <= 0) return language.say('retrying');
  // The number counts down: drawn again when it is due to change.
  wake.passed(retryAt - (n - 1) * 1_000);
  return language.say('retryIn', { n });
}

function content(
  view: View,
  { room, failure }: RoomController,
  form: JoinForm,
  surroundings: Surroundings,
): TemplateResult {
  const { language, roomName, name, server, capacity, join, chooseRoom } = surroundings;
  const error = room?.error ?? failure;
  const code = error?.code ?? (isSecureContext ? undefined : 'insecure-context');
  const values = {
    room: roomName,
    n: room?.capacity ?? capacity ?? undefined,
    host: hostOf(server),
    reason: error?.message,
  };
  const another: Action[] = chooseRoom ? [['anotherRoom', chooseRoom]] : [];
  if (view === 'join') {
    return form.render(language, roomName, name, code === 'name-taken');
  }
  if (view === 'joining') {
    // A seat held for somebody who vanished is free in a moment: most likely it is our own.
    const held = code === 'room-full' || code === 'name-taken';
    const news = language.tell(held ? 'held' : 'joining', values);
    return card(language, 'joining', news, { role: 'status' });
  }
  if (view === 'left') {
    const actions: Action[] = [['joinAgain', join], ...another];
    return card(language, 'alone', language.tell('left', values), { role: 'status', actions });
  }
  const full = code === 'room-full';
  const news = language.tell(code ?? 'refused', values);
  if (code === 'server-unreachable') {
    return card(language, 'cut', news, {
      role: 'alert',
      actions: [['tryNow', () => room?.retry()]],
      more: retryWords(room?.retryAt ?? null, surroundings),
    });
  }
  const again: Action = [code === 'replaced' ? 'useHere' : 'tryAgain', join];
  return card(language, full ? 'full' : 'cut', news, {
    role: 'alert',
    actions: HOPELESS.includes(code) ? [] : full ? [again, ...another] : [again],
  });
}

/** Everything before and after the conversation: the join form, joining, refused, left. */
export function doorway(
  view: View,
  rooms: RoomController,
  form: JoinForm,
  surroundings: Surroundings,
): TemplateResult {
  return html`<div class="frame" part="frame">
    <div class="page" aria-busy=${view === 'joining'}>
      ${content(view, rooms, form, surroundings)}
    </div>
  </div>`;
}
