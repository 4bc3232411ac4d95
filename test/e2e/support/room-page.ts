/// The engine alone in a page, and what tests ask of it; runs in the page, is called by tests as `page.evaluate`.
import { Room, type RoomEventMap, type RoomOptions } from '../../../src/rtc/room.ts';

const types: readonly (keyof RoomEventMap)[] = [
  'status',
  'message',
  'delivery',
  'peer-join',
  'peer-change',
  'peer-leave',
  'error',
];

/** Fulfils as soon as the room is as described; looked at now and after each of its events. */
function until(room: Room, holds: () => boolean): Promise<void> {
  if (holds()) return Promise.resolve();
  const life = new AbortController();
  return new Promise((resolve) => {
    const look = (): void => {
      if (!holds()) return;
      life.abort();
      resolve();
    };
    for (const type of types) room.addEventListener(type, look, { signal: life.signal });
  });
}

const isConnected = (room: Room) => () => room.status === 'connected';

export interface Flow {
  /** From the first message to the last one, in the receiver's page. */
  readonly ms: number;
  readonly count: number;
  /** The first number that was not the one expected; null when all came in order. */
  readonly outOfOrderAt: number | null;
}

const engine = {
  room: null as Room | null,

  async join(options: RoomOptions): Promise<void> {
    const room = new Room(options);
    engine.room = room;
    await room.join();
  },

  async connected(): Promise<void> {
    const { room } = engine;
    if (room) await until(room, isConnected(room));
  },

  async leave(): Promise<void> {
    await engine.room?.leave();
    engine.room = null;
  },

  /**
   * Joins when the machine's clock, which all processes share, shows `atMs`. Answers how long it took until connected,
   * and with whom.
   */
  async joinAt(atMs: number, options: RoomOptions): Promise<{ ms: number; others: number }> {
    const room = new Room(options);
    engine.room = room;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, atMs - Date.now() - 20)));
    // A timer is some milliseconds late; the last of them are waited for here.
    while (Date.now() < atMs);
    const startMs = performance.now();
    await Promise.all([room.join(), until(room, isConnected(room))]);
    return { ms: performance.now() - startMs, others: room.peers.length };
  },

  /** Sends `count` numbered messages of `bytes` bytes as fast as they are taken. */
  async flood(count: number, bytes: number): Promise<void> {
    const { room } = engine;
    if (!room) throw new Error('not joined');
    // So many are on their way into the log at a time, as in a page that awaits each of several senders.
    const lanes = 1_000;
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < count) await room.send(String(next++).padEnd(bytes, '.'));
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  },

  /** Fulfils when `count` messages of others have come. Call it before they are sent. */
  receive(count: number): Promise<Flow> {
    const { room } = engine;
    if (!room) throw new Error('not joined');
    let [seen, startMs] = [0, 0];
    let outOfOrderAt: number | null = null;
    return new Promise((resolve) => {
      room.addEventListener('message', ({ message }) => {
        if (message.own) return;
        if (seen === 0) startMs = performance.now();
        if (Number.parseInt(message.text, 10) !== seen) outOfOrderAt ??= seen;
        seen++;
        if (seen === count) resolve({ ms: performance.now() - startMs, count: seen, outOfOrderAt });
      });
    });
  },

  /** How many messages have come or gone; for a test that fails. */
  state(): string {
    const { room } = engine;
    return JSON.stringify({
      status: room?.status,
      peers: room?.peers,
      messages: room?.messages.length,
      last: room?.messages.at(-1),
    });
  },
};

export type Engine = typeof engine;

declare global {
  var engine: Engine;
}

globalThis.engine = engine;
