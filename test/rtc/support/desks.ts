import type { PeerId } from '../../../src/protocol/ids.ts';
import { parseFrame, stringifyFrame } from '../../../src/protocol/frames.ts';
import { CallDesk } from '../../../src/rtc/call-desk.ts';
import type { CallFrame, CallScope } from '../../../src/rtc/call-record.ts';
import { isSame } from '../../../src/rtc/call-record.ts';
import type { Ended } from '../../../src/rtc/call-standing.ts';

export const AUDIO = { audio: true, video: false } as const;

export interface Person {
  readonly id: PeerId;
  readonly desk: CallDesk;
  readonly endings: Ended[];
  /** The call for which this browser has its lock, or asks for it. */
  readonly lock: { readonly held: CallScope | null };
}

interface Hold {
  readonly scope: CallScope;
  granted: boolean;
}

/** As `CallLock`, of a browser of its own, in which another tab has a call where it is `busy`; given when it is told to. */
class SlowLock {
  readonly #busy: boolean;
  readonly #turn: () => Promise<void>;
  #hold: Hold | null = null;
  #asked: Promise<boolean> = Promise.resolve(false);

  constructor(busy: boolean, turn: () => Promise<void>) {
    this.#busy = busy;
    this.#turn = turn;
  }

  get held(): CallScope | null {
    return this.#hold?.scope ?? null;
  }

  holds(scope: CallScope): boolean {
    return this.#hold?.granted === true && isSame(this.#hold.scope, scope);
  }

  async take(scope: CallScope): Promise<boolean> {
    if (!this.#hold || !isSame(this.#hold.scope, scope)) this.#asked = this.#ask(scope);
    const hold = this.#hold;
    return (await this.#asked) && this.#hold === hold;
  }

  async #ask(scope: CallScope): Promise<boolean> {
    const hold = { scope, granted: false };
    this.#hold = hold;
    await this.#turn();
    hold.granted = !this.#busy;
    if (this.#busy && this.#hold === hold) this.release();
    return hold.granted;
  }

  say(): void {}

  release(): void {
    this.#hold = null;
  }
}

/** Several desks, and between each two of them a way that keeps its order and delivers when it is told to. */
export class Desks {
  readonly people: readonly Person[];
  readonly #ways = new Map<string, { open: boolean; frames: string[] }>();
  /** From now on each lock that is asked for waits for `grant`. */
  slow = false;
  readonly #asked: (() => void)[] = [];

  /** `busy`: the lock of those is taken by another tab. */
  constructor(names: readonly string[], busy: readonly string[] = []) {
    this.people = names.map((name) => {
      const id = name as PeerId;
      const endings: Ended[] = [];
      const lock = new SlowLock(
        busy.includes(name),
        () => new Promise((given) => (this.slow ? this.#asked.push(given) : given())),
      );
      const desk = new CallDesk(
        {
          self: id,
          nowMs: () => Date.now(),
          unable: new Set(),
          lock: () => lock,
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
      return { id, desk, endings, lock };
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
    this.person(one).desk.opened(other as PeerId, false);
    this.person(other).desk.opened(one as PeerId, false);
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

  /** The lock that was asked for first, or all. */
  async grant(count = Infinity): Promise<void> {
    for (const given of this.#asked.splice(0, count)) given();
    await settled();
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
      await settled();
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

/** All promises that can settle have. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

/** Where somebody stands. */
export const where = ({ desk }: Person): string => {
  const { engaged, ring } = desk;
  return engaged?.phase ?? (ring ? 'ringing' : desk.available ? 'available' : 'idle');
};

/** Why their calls and rings have ended. */
export const why = ({ endings }: Person): readonly string[] => endings.map((ended) => ended.why);

/** What they have missed. */
export const missed = ({ endings }: Person): readonly (readonly [from: string, why: string])[] =>
  endings.flatMap((ended) => (ended.missed ? [[ended.was.from ?? '', ended.why] as const] : []));
