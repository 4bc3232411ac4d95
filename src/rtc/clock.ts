import type { Timestamp } from '../protocol/batch.ts';
import { MAX_CLOCK_AHEAD_MS, MAX_COUNTER } from '../protocol/limits.ts';

/** Negative where `a` is earlier: by milliseconds, then by counter. */
export function compareTimestamps(a: Timestamp, b: Timestamp): number {
  return a[0] - b[0] || a[1] - b[1];
}

export function laterTimestamp(a: Timestamp, b: Timestamp): Timestamp {
  return compareTimestamps(a, b) < 0 ? b : a;
}

/**
 * A hybrid logical clock: what is written after something was read never reads earlier than it, and stays close to the
 * real time. PROTOCOL.md section 7, "Clock". One for each Room; nothing to close.
 */
export class Clock {
  /** Local milliseconds since 1970, the source of everything; injectable for tests. */
  readonly time: () => number;
  #offsetMs = 0;
  /** What is added to ours where the broadcaster says less. */
  #leastMs = -Infinity;
  #last: Timestamp = [0, 0];

  constructor(time: () => number = Date.now) {
    this.time = time;
  }

  /** Milliseconds since 1970, corrected by the broadcaster's clock. */
  now(): number {
    return Math.max(0, Math.round(this.time() + this.#offsetMs));
  }

  /**
   * What time it is at the least. Our own clock can be wrong and the broadcaster can lie: neither of them alone makes
   * anything old. `-Infinity` until both are known.
   */
  leastNow(): number {
    return this.time() + this.#leastMs;
  }

  /** The broadcaster's clock read `serverNowMs` when `time()` was `atMs` (half the round trip ago). */
  correct(serverNowMs: number, atMs: number): void {
    this.#offsetMs = serverNowMs - atMs;
    this.#leastMs = Math.min(0, this.#offsetMs);
  }

  /** The reading for something that is being written: later than everything read or written before. */
  tick(): Timestamp {
    const [lastMs, lastN] = this.#last;
    const now = this.now();
    if (now > lastMs) this.#last = [now, 0];
    // A counter at its bound was put there by a peer; one more would make our own batch invalid.
    else if (lastN >= MAX_COUNTER) this.#last = [lastMs + 1, 0];
    else this.#last = [lastMs, lastN + 1];
    return this.#last;
  }

  /**
   * Takes note of a reading that arrived and gives the one that it sorts by: itself, or the moment of its arrival where
   * it lies further ahead than `MAX_CLOCK_AHEAD_MS`; then no clock moves.
   */
  observe(at: Timestamp): Timestamp {
    const now = this.now();
    if (at[0] - now > MAX_CLOCK_AHEAD_MS) return laterTimestamp(this.#last, [now, 0]);
    this.#last = laterTimestamp(this.#last, at);
    return at;
  }
}
