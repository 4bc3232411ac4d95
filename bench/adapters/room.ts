import {
  loadEngine,
  prepareJoin,
  Room,
  type RoomCallEvent,
  type RoomMessageEvent,
} from '../../src/rtc/room.ts';
import type { Adapter, Talk } from './adapter.ts';
import { deferred } from '../deferred.ts';

type History = 'none' | 'session' | 'device';

/** What both of our adapters measure: a room, or an element, which has the same methods and state. */
export interface ChatLike {
  readonly status: string;
  send(text: string): Promise<unknown>;
}

/** A page that sends many has so many on their way into the log at a time; `send` fulfils when a message is committed. */
const LANES = 1_000;

export function chatTalk(chat: ChatLike): Talk {
  let [under, free] = [0, deferred()];
  const count = (): void => {
    if (under-- < LANES) return;
    free.resolve();
    free = deferred();
  };
  return {
    send(text) {
      under++;
      void chat.send(text).then(count);
    },
    ready: () => (under < LANES ? null : free.promise),
  };
}

/**
 * Usable: `connected`, which is after both channels have opened, every signature was checked and both have said `hello`.
 * Code is loaded with the page, as every other adapter's is.
 */
export function roomAdapter(history: History): Adapter {
  // Else the first join would wait for it; a page that knows that somebody will talk asks for it ahead, as this one does.
  void loadEngine();
  return {
    // As a page does that shows a button to join with.
    prepare: () => prepareJoin(),
    join({ servers, room, seat }, received) {
      const chat = new Room({
        server: servers.broadcaster,
        room,
        name: seat,
        history,
        maxEntries: 1_000_000,
      });
      chat.addEventListener('message', ({ message }: RoomMessageEvent) => {
        if (!message.own) received.text(message.text);
      });
      let shown: MediaStream | null = null;
      let answered = false;
      chat.addEventListener('call', ({ call }: RoomCallEvent) => {
        if (call?.state === 'ringing' && !answered) {
          answered = true;
          void chat.answer({ video: true });
        }
        const stream = call?.participants[0]?.streams?.person;
        if (!stream || stream === shown || stream.getVideoTracks().length === 0) return;
        shown = stream;
        received.media(stream);
      });
      const usable = new Promise<Talk>((resolve) => {
        chat.addEventListener('status', ({ status }) => {
          if (status === 'connected')
            resolve({ ...chatTalk(chat), call: () => chat.call({ video: true }) });
        });
      });
      return { waiting: chat.join(), usable, leave: () => chat.leave() };
    },
  };
}
