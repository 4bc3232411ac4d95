import type { Rate } from './options.ts';

interface Window {
  count: number;
  endsAtMs: number;
}

/** Below so many keys nothing is looked through. */
const FEW_KEYS = 1_024;

/**
 * Counts by key within windows that begin with the first of them, in this process and without waiting: for what happens
 * so often that a promise and a timer for each would cost more than what is counted. Bounded: keys can be forgotten, and
 * those whose window is over go whenever the number of keys has doubled.
 */
export class Windows {
  readonly rate: Rate;
  readonly #windows = new Map<string, Window>();
  #sweepAt = FEW_KEYS;

  constructor(rate: Rate) {
    this.rate = rate;
  }

  get size(): number {
    return this.#windows.size;
  }

  /** Adds to the count of a key and returns it. */
  add(key: string, points: number): number {
    const nowMs = performance.now();
    const window = this.#windows.get(key);
    if (window && nowMs < window.endsAtMs) return (window.count += points);
    if (window) {
      window.count = points;
      window.endsAtMs = nowMs + this.rate.perMs;
      return points;
    }
    if (this.#windows.size >= this.#sweepAt) this.#sweep(nowMs);
    this.#windows.set(key, { count: points, endsAtMs: nowMs + this.rate.perMs });
    return points;
  }

  /** Until the count of this key begins anew; 1 at least. */
  endsInMs(key: string): number {
    const { endsAtMs = 0 } = this.#windows.get(key) ?? {};
    return Math.max(1, Math.ceil(endsAtMs - performance.now()));
  }

  forget(key: string): void {
    this.#windows.delete(key);
  }

  #sweep(nowMs: number): void {
    for (const [key, { endsAtMs }] of this.#windows) {
      if (endsAtMs <= nowMs) this.#windows.delete(key);
    }
    this.#sweepAt = Math.max(FEW_KEYS, 2 * this.#windows.size);
  }
}
