import { Dice } from './dice.ts';

export type Engine = 'chromium' | 'firefox';

/** Something that can die: a page. What it wanted to do later does not happen then. */
export class Actor {
  /** Where it is in the network. */
  readonly node: number;
  readonly engine: Engine;
  dead = false;
  /** Its clock is ahead by so much. */
  skewMs = 0;
  /** Nothing happens to it before: the machine sleeps, or the page is frozen. */
  frozenUntilMs = 0;
  /** It dies instead of the effect after so many; null while it is to live. */
  effectsLeft: number | null = null;
  onDeath: () => void = () => {};

  constructor(node: number, engine: Engine) {
    this.node = node;
    this.engine = engine;
  }

  /**
   * It is about to do something that others can notice: the only moments at which a crash differs from a crash a moment
   * later. False where it is dead, or dies of this.
   */
  acts(): boolean {
    if (this.dead) return false;
    if (this.effectsLeft === null || this.effectsLeft-- > 0) return true;
    this.die();
    return false;
  }

  die(): void {
    if (this.dead) return;
    this.dead = true;
    this.onDeath();
  }
}

export interface Alarm {
  atMs: number;
  readonly order: number;
  readonly actor: Actor | null;
  run: (() => void) | null;
}

const START_MS = 1_700_000_000_000;

/**
 * Time and chance of a simulation. Things happen one after the other; between two of them all promises settle that can. So
 * whatever runs in between belongs to the actor of the last one, and its timers die with it.
 */
export class World {
  readonly dice: Dice;
  /** Errors that nobody expected. */
  readonly errors: unknown[] = [];
  nowMs = 0;
  current: Actor | null = null;
  happened = 0;
  readonly #heap: Alarm[] = [];
  #orders = 0;
  #holds = 0;

  constructor(seed: number) {
    this.dice = new Dice(seed);
  }

  /** Milliseconds since 1970, as whoever acts believes. */
  get dateMs(): number {
    return Math.floor(START_MS + this.nowMs + (this.current?.skewMs ?? 0));
  }

  /** Nothing else happens until `done` is called: for what takes turns that are not ours, as the loading of a module. */
  hold(): () => void {
    this.#holds++;
    return () => this.#holds--;
  }

  /** Runs this later, unless its actor is dead then. */
  after(delayMs: number, actor: Actor | null, run: () => void): Alarm {
    const alarm = { atMs: this.nowMs + Math.max(0, delayMs), order: this.#orders++, actor, run };
    this.#push(alarm);
    return alarm;
  }

  /** Time goes on until then, or until `over` says so. */
  async run(untilMs: number, over: () => boolean = () => false): Promise<void> {
    for (;;) {
      const [next] = this.#heap;
      if (!next || next.atMs > untilMs || over()) break;
      this.#pop();
      const { run, actor } = next;
      if (!run || actor?.dead) continue;
      if (actor && actor.frozenUntilMs > next.atMs) {
        next.atMs = actor.frozenUntilMs;
        this.#push(next);
        continue;
      }
      this.nowMs = next.atMs;
      this.happened++;
      this.current = actor;
      run();
      do await settled();
      while (this.#holds > 0);
      this.current = null;
    }
    if (!over()) this.nowMs = Math.max(this.nowMs, untilMs);
  }

  #push(alarm: Alarm): void {
    const heap = this.#heap;
    let at = heap.push(alarm) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (isBefore(heap[parent]!, alarm)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = alarm;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (isBefore(last, heap[child]!)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}

function isBefore(a: Alarm, b: Alarm): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

const later = setImmediate;

/** Fulfils when all promises have settled that can without anything happening. */
export function settled(): Promise<void> {
  return new Promise((resolve) => later(resolve));
}
