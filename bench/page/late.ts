import '../../src/index.ts';
import { loadEngine, Room, type RoomMessageEvent } from '../../src/rtc/room.ts';
import { shownInFrame } from './frame.ts';
import { textOf } from './text.ts';

/** What one who came late saw, in milliseconds; times from the join on. */
export interface Arrival {
  /** The first of what had been written stood there. */
  readonly firstMs: number;
  /** All of it. */
  readonly allMs: number;
  readonly inOrder: boolean;
  /** From each key that was pressed meanwhile to the end of the frame that shows it. */
  readonly keysMs: readonly number[];
  /** The longest time without a frame. */
  readonly longestGapMs: number;
}

interface Place {
  readonly server: string;
  readonly room: string;
  readonly name: string;
}

const BYTES = 100;
const MAX_ENTRIES = 1_000_000;

export type LatePage = ReturnType<typeof makeLatePage>;

/** A room with much in it, and somebody who comes to it late. Of rtc-chat only. */
function makeLatePage() {
  void loadEngine();
  let room: Room | null = null;
  let arrival: Promise<Arrival> | null = null;

  const enter = async ({ name, ...place }: Place): Promise<Room> => {
    room = new Room({ ...place, name, history: 'session', maxEntries: MAX_ENTRIES });
    await room.join();
    return room;
  };
  return {
    /** Writes so many, each by itself, as people do: each has a signature of its own. */
    async write(place: Place, count: number): Promise<void> {
      const entered = await enter(place);
      for (let number = 0; number < count; number++) await entered.send(textOf(number, BYTES));
    },

    /** Waits in a room for what is written there. */
    async wait(place: Place): Promise<void> {
      await enter(place);
    },

    /** Fulfils when so many are there, and here. */
    async has(count: number): Promise<void> {
      const entered = room;
      if (!entered) throw new Error('Nobody is in a room.');
      while (entered.messages.length < count)
        await new Promise((resolve) => {
          entered.addEventListener('message', resolve, { once: true });
        });
    },

    /** Fulfils when everybody has what was written here, and nobody is here any more. */
    async leave(): Promise<void> {
      await room?.leave();
      room = null;
    },

    /** Comes to a room in which so many have been written, by the element. Fulfils when one can write. */
    async come({ server, room: name, name: person }: Place, count: number): Promise<void> {
      const chat = document.createElement('rtc-chat');
      Object.assign(chat, { server, room: name, name: person });
      const keysMs: number[] = [];
      let [firstMs, longestGapMs, over] = [0, 0, false];
      const from = performance.now();
      let frameAt = from;
      const frame = (): void => {
        const now = performance.now();
        longestGapMs = Math.max(longestGapMs, now - frameAt);
        frameAt = now;
        if (!over) requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
      addEventListener('keydown', ({ timeStamp }) => {
        if (!over) void shownInFrame().then(() => keysMs.push(performance.now() - timeStamp));
      });
      arrival = new Promise((resolve) => {
        let heard = 0;
        chat.addEventListener('rtc-chat-message', ({ message }: RoomMessageEvent) => {
          if (message.own) return;
          heard++;
          firstMs ||= performance.now() - from;
          if (heard < count) return;
          over = true;
          const allMs = performance.now() - from;
          const inOrder = chat.messages.every(({ text }, at) => text === textOf(at, BYTES));
          resolve({ firstMs, allMs, inOrder, keysMs, longestGapMs });
        });
      });
      document.body.append(chat);
      await chat.updateComplete;
      await chat.join();
    },

    arrived: (): Promise<Arrival> => arrival ?? Promise.reject(new Error('Nobody came.')),
  };
}

Object.assign(globalThis, { bench: makeLatePage() });
