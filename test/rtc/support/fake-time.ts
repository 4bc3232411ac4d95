/** A clock that stands still until it is told to go on, in the place of the browser's. */
export class FakeTime {
  #now = 1_000;
  #handles = 0;
  readonly #alarms = new Map<number, { readonly at: number; readonly ring: () => void }>();
  readonly #real = {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    now: performance.now.bind(performance),
    date: Date.now,
  };

  constructor() {
    const set = (ring: () => void, delayMs = 0): number => {
      this.#alarms.set(++this.#handles, { at: this.#now + Math.max(0, delayMs), ring });
      return this.#handles;
    };
    globalThis.setTimeout = set as typeof globalThis.setTimeout;
    globalThis.clearTimeout = (handle?: unknown) => {
      if (typeof handle === 'number') this.#alarms.delete(handle);
    };
    performance.now = () => this.#now;
    Date.now = () => this.#now;
  }

  get now(): number {
    return this.#now;
  }

  /** How many alarms are set. */
  get alarms(): number {
    return this.#alarms.size;
  }

  /** Time goes on, and what is due rings, each at its time; promises settle in between. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    await this.settle();
    for (;;) {
      const [due] = [...this.#alarms].toSorted(([, a], [, b]) => a.at - b.at);
      if (!due || due[1].at > end) break;
      this.#alarms.delete(due[0]);
      this.#now = Math.max(this.#now, due[1].at);
      due[1].ring();
      await this.settle();
    }
    this.#now = end;
  }

  /** The page is frozen: time goes by, and only then does what was due ring. */
  async sleep(ms: number): Promise<void> {
    this.#now += ms;
    await this.pass(0);
  }

  /** All promises that can settle without time have. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  }

  restore(): void {
    globalThis.setTimeout = this.#real.setTimeout;
    globalThis.clearTimeout = this.#real.clearTimeout;
    performance.now = this.#real.now;
    Date.now = this.#real.date;
  }
}

/**
 * Makes our timers, and the clock that they are compared with, run `factor` times as fast, for what happens between real
 * connections after seconds. Gives the way back.
 */
export function hurry(factor: number): () => void {
  const { setTimeout } = globalThis;
  const now = performance.now.bind(performance);
  globalThis.setTimeout = ((ring: () => void, delayMs = 0) =>
    setTimeout(ring, delayMs / factor)) as typeof globalThis.setTimeout;
  performance.now = () => now() * factor;
  return () => {
    globalThis.setTimeout = setTimeout;
    performance.now = now;
  };
}
