import { html, type TemplateResult } from 'lit';
import type { JoinForm } from './join-form.ts';
import type { Language } from './language.ts';
import { card, refusal } from './page.ts';
import type { RoomController } from './room-controller.ts';
import type { View } from './scene.ts';
import type { WakeController } from './wake-controller.ts';

export interface DoorwayOptions {
  readonly rooms: RoomController;
  readonly language: Language;
  readonly wake: WakeController;
  readonly form: JoinForm;
  /** Empty where the page names none. */
  readonly roomName: string;
  readonly name: string;
  readonly server: string;
  readonly capacity: number | null;
  readonly join: () => void;
  readonly chooseRoom: (() => void) | null;
}

function hostOf(server: string): string {
  return URL.canParse(server, location.href) ? new URL(server, location.href).host : server;
}

function content(view: Exclude<View, 'talk'>, options: DoorwayOptions): TemplateResult {
  const { rooms, language, wake, form, roomName, name, join, chooseRoom } = options;
  const error = rooms.room?.error ?? rooms.failure;
  if (view === 'join') {
    return form.render({
      room: roomName,
      name,
      takenName: error?.code === 'name-taken' ? name : null,
      language,
    });
  }
  if (view === 'joining') {
    // A seat held for somebody who vanished is free in a moment: most likely it is our own.
    const held = error?.code === 'room-full' || error?.code === 'name-taken';
    return card({
      picture: 'joining',
      title: held ? language.say('comingBack') : language.show('joining', { room: roomName }),
      text: held ? '' : language.say('looking'),
      role: 'status',
      language,
    });
  }
  if (view === 'left') {
    return card({
      picture: 'alone',
      title: language.show('leftTitle', { room: roomName }),
      text: '',
      role: 'status',
      actions: [
        { words: 'joinAgain', act: join },
        ...(chooseRoom ? [{ words: 'anotherRoom', act: chooseRoom } as const] : []),
      ],
      language,
    });
  }
  const retryAt = rooms.room?.retryAt ?? null;
  const retryInS = retryAt === null ? null : Math.max(0, Math.ceil((retryAt - Date.now()) / 1_000));
  // The number counts down: drawn again when it is due to change.
  if (retryAt && retryInS) wake.passed(retryAt - (retryInS - 1) * 1_000);
  return refusal({
    error,
    roomName,
    capacity: rooms.room?.capacity ?? options.capacity,
    host: hostOf(options.server),
    retryInS,
    language,
    join,
    retry: () => rooms.room?.retry(),
    chooseRoom,
  });
}

/** Everything before and after the conversation: the join form, joining, refused, left. */
export function doorway(view: Exclude<View, 'talk'>, options: DoorwayOptions): TemplateResult {
  return html`<div class="frame" part="frame">
    <div class="page" aria-busy=${view === 'joining'}>${content(view, options)}</div>
  </div>`;
}
