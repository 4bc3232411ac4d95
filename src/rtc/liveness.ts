import { Timer } from './timer.ts';

/** Heard this recently, a channel counts as live without asking. */
export const LIVE_MS = 3_000;
/** Silent for so long, the other side is asked; and for so long an answer is awaited. */
export const PING_AFTER_MS = 5_000;
/** So many unanswered in a row, and the connection is dead. */
const PINGS_UNANSWERED = 2;
/** A timer that rings this late has slept: what was awaited meanwhile says nothing. */
const LATE_MS = 2_000;

/**
 * Knows whether a channel still carries. Silence alone is no fault (a hidden page has timers of a minute), an
 * unanswered ping is one only if our own timers ran meanwhile.
 */
export class Liveness {
  readonly #ping: (id: number) => void;
  readonly #dead: () => void;
  readonly #timer = new Timer();
  #heardAt = -Infinity;
  #pings = 0;
  #unanswered = 0;

  constructor(ping: (id: number) => void, dead: () => void) {
    this.#ping = ping;
    this.#dead = dead;
  }

  /** Heard in the last 3 s. */
  get live(): boolean {
    return performance.now() - this.#heardAt < LIVE_MS;
  }

  /** Anything has arrived. */
  heard(): void {
    this.#heardAt = performance.now();
    this.#unanswered = 0;
    if (!this.#timer.armed) this.#ask(PING_AFTER_MS);
  }

  /** Ask now (a page that wakes, a network that has changed). */
  probe(): void {
    this.#ping(++this.#pings);
    this.#unanswered = Math.max(1, this.#unanswered);
    this.#ask(PING_AFTER_MS);
  }

  close(): void {
    this.#timer.clear();
  }

  #ask(afterMs: number): void {
    const dueAt = performance.now() + afterMs;
    this.#timer.set(afterMs, () => {
      const now = performance.now();
      const quietMs = now - this.#heardAt;
      if (quietMs < PING_AFTER_MS) return this.#ask(PING_AFTER_MS - quietMs);
      if (now - dueAt > LATE_MS) this.#unanswered = 0;
      if (this.#unanswered >= PINGS_UNANSWERED) return this.#dead();
      this.#unanswered++;
      this.#ping(++this.#pings);
      this.#ask(PING_AFTER_MS);
    });
  }
}
