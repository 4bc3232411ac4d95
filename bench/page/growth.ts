import { Room, loadEngine, type RoomEventMap } from '../../src/rtc/room.ts';
import { calibrate } from './clock.ts';
import { textOf } from './text.ts';

interface Entry {
  readonly server: string;
  readonly room: string;
  readonly name: string;
}

const types: readonly (keyof RoomEventMap)[] = [
  'status',
  'peer-join',
  'peer-change',
  'message',
  'history',
];
const LANES = 1_000;
const MAX_ENTRIES = 1_000_000;

/** Fulfils as soon as it holds; looked at now and after each of the room's events. */
function until(room: Room, holds: () => boolean): Promise<void> {
  if (holds()) return Promise.resolve();
  return new Promise((resolve) => {
    const life = new AbortController();
    const look = (): void => {
      if (!holds()) return;
      life.abort();
      resolve();
    };
    for (const type of types) room.addEventListener(type, look, { signal: life.signal });
  });
}

const linkedTo = (room: Room, others: number) => (): boolean =>
  room.peers.filter(({ link }) => link === 'connected').length >= others;

export type GrowthPage = ReturnType<typeof makeGrowthPage>;

/** Several rooms in one page, and rooms with much in them. Of rtc-chat only. */
function makeGrowthPage() {
  void loadEngine();
  const rooms = new Map<string, Room>();
  // Only Chromium tells of those over 50 ms, and of no others.
  let longestTaskMs = 0;
  new PerformanceObserver((list) => {
    longestTaskMs = Math.max(longestTaskMs, ...list.getEntries().map(({ duration }) => duration));
  }).observe({ type: 'longtask', buffered: true });
  let now = calibrate();
  const roomOf = (name: string): Room => {
    const room = rooms.get(name);
    if (!room) throw new Error(`Nobody is called ${name}.`);
    return room;
  };
  const make = ({ name, ...options }: Entry, history: 'none' | 'session'): Room => {
    const room = new Room({ ...options, name, history, maxEntries: MAX_ENTRIES });
    rooms.set(name, room);
    return room;
  };
  return {
    /** All of them join at once. Fulfils when each is linked to `others` people, with the time of it. */
    async enter(entries: readonly Entry[], others: number): Promise<{ from: number; to: number }> {
      now = calibrate();
      const from = now();
      await Promise.all(
        entries.map(async (entry) => {
          const room = make(entry, 'none');
          await Promise.all([room.join(), until(room, linkedTo(room, others))]);
        }),
      );
      return { from, to: now() };
    },

    /** Fulfils with the time at which everyone here is linked to `others`. */
    async linked(others: number): Promise<number> {
      await Promise.all([...rooms.values()].map((room) => until(room, linkedTo(room, others))));
      return now();
    },

    /** Fulfils with the time at which everyone here has this text. */
    async heard(text: string): Promise<number> {
      await Promise.all(
        [...rooms.values()].map((room) =>
          until(room, () => room.messages.some((message) => message.text === text)),
        ),
      );
      return now();
    },

    async say(name: string, text: string): Promise<number> {
      const from = now();
      await roomOf(name).send(text);
      return from;
    },

    /** Enters with a log that survives a reload. Fulfils when admitted, and says how long that took. */
    async open(entry: Entry): Promise<number> {
      const from = performance.now();
      await make(entry, 'session').join();
      return performance.now() - from;
    },

    /** Fulfils when everything kept has been read, with what that took from now on and the longest task meanwhile. */
    async whole(name: string): Promise<{ ms: number; longestMs: number }> {
      const from = performance.now();
      const room = roomOf(name);
      await until(room, () => !room.restoring);
      // A task that ends here is told of after it.
      await new Promise((resolve) => setTimeout(resolve, 50));
      return { ms: performance.now() - from - 50, longestMs: longestTaskMs };
    },

    count: (name: string): number => roomOf(name).messages.length,

    async fill(name: string, count: number, bytes: number): Promise<void> {
      const room = roomOf(name);
      let next = 0;
      const lane = async (): Promise<void> => {
        while (next < count) await room.send(textOf(next++, bytes));
      };
      await Promise.all(Array.from({ length: LANES }, lane));
    },

    /** Times until a text is committed, one after the other. */
    async commits(name: string, count: number): Promise<number[]> {
      const samples: number[] = [];
      for (let number = 0; number < count; number++) {
        const from = performance.now();
        await roomOf(name).send(textOf(number, 100));
        samples.push(performance.now() - from);
      }
      return samples;
    },

    async leave(): Promise<void> {
      await Promise.all([...rooms.values()].map((room) => room.leave()));
      rooms.clear();
    },
  };
}

Object.assign(globalThis, { bench: makeGrowthPage() });
