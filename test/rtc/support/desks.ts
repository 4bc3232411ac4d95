import type { PeerId } from '../../../src/protocol/ids.ts';
import { parseFrame, stringifyFrame } from '../../../src/protocol/frames.ts';
import { CallDesk, type CallDeskOptions } from '../../../src/rtc/call-desk.ts';
import type { CallFrame, CallScope } from '../../../src/rtc/call-record.ts';
import { isSame } from '../../../src/rtc/call-record.ts';
import type { Ended } from '../../../src/rtc/call-standing.ts';

export const AUDIO = { audio: true, video: false } as const;

export interface Person {
  readonly id: PeerId;
  readonly desk: CallDesk;
  readonly endings: Ended[];
}

/** Of a browser of its own, in which another tab has a call where it is `busy`. */
function lock(busy: boolean): ReturnType<CallDeskOptions['lock']> {
  let held: CallScope | null = null;
  return {
    holds: (scope) => held !== null && isSame(held, scope),
    take: async (scope) => {
      if (!busy) held = scope;
      return !busy;
    },
    say: () => undefined,
    release: () => {
      held = null;
    },
  };
}

/** Several desks, and between each two of them a way that keeps its order and delivers when it is told to. */
export class Desks {
  readonly people: readonly Person[];
  readonly #ways = new Map<string, { open: boolean; frames: string[] }>();

  /** `busy`: the lock of those is taken by another tab. */
  constructor(names: readonly string[], busy: readonly string[] = []) {
    this.people = names.map((name) => {
      const id = name as PeerId;
      const endings: Ended[] = [];
      const desk = new CallDesk(
        {
          self: id,
          nowMs: () => Date.now(),
          unable: new Set(),
          lock: () => lock(busy.includes(name)),
        },
        {
          send: (to, frame) => {
            const way = this.#way(id, to);
            if (way.open) way.frames.push(stringifyFrame(frame));
            return way.open;
          },
          changed: () => undefined,
          over: (ended) => endings.push(ended),
        },
      );
      return { id, desk, endings };
    });
    for (const one of this.people)
      for (const other of this.people) if (one.id < other.id) this.connect(one.id, other.id);
  }

  person(name: string): Person {
    const found = this.people.find(({ id }) => id === name);
    if (!found) throw new Error(`Nobody is called ${name}.`);
    return found;
  }

  /** A new connection between two: each says `hello`, then what it has to say. */
  connect(one: string, other: string): void {
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const)
      this.#way(from as PeerId, to as PeerId).open = true;
    this.person(one).desk.opened(other as PeerId);
    this.person(other).desk.opened(one as PeerId);
  }

  /** The connection breaks; what was on its way is lost. */
  cut(one: string, other: string): void {
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      const way = this.#way(from as PeerId, to as PeerId);
      way.open = false;
      way.frames.length = 0;
    }
  }

  /** Somebody leaves the room, for everybody. */
  leave(name: string): void {
    for (const { id, desk } of this.people) {
      if (id === name) continue;
      this.cut(name, id);
      desk.gone(name as PeerId);
    }
  }

  /** Ways on which something waits. */
  get waiting(): readonly string[] {
    return [...this.#ways].filter(([, { frames }]) => frames.length > 0).map(([key]) => key);
  }

  /** Delivers the first frame of a way. */
  deliver(key: string): void {
    const text = this.#ways.get(key)?.frames.shift();
    const [from, to] = key.split(' ');
    if (text === undefined || !from || !to) return;
    const frame = parseFrame(text);
    if (typeof frame === 'string') throw new Error(`${frame}: ${text}`);
    this.person(to).desk.take(from as PeerId, frame as CallFrame);
  }

  /** Everything arrives, and what follows from it. */
  async quiet(): Promise<void> {
    for (let rounds = 0; rounds < 1_000; rounds++) {
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
      const [key] = this.waiting;
      if (key === undefined) return;
      this.deliver(key);
    }
    throw new Error('They never stop talking.');
  }

  close(): void {
    for (const { desk } of this.people) desk.close();
  }

  #way(from: PeerId, to: PeerId): { open: boolean; frames: string[] } {
    const key = `${from} ${to}`;
    let way = this.#ways.get(key);
    if (!way) this.#ways.set(key, (way = { open: false, frames: [] }));
    return way;
  }
}
