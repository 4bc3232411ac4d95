import { lastOf } from '../protocol/batch.ts';
import type { UnsignedFrame } from '../protocol/frames.ts';
import { MAX_BATCH_ITEMS, MAX_UNSIGNED_UNITS } from '../protocol/limits.ts';
import { Timer } from './timer.ts';

/** Hidden pages have alarms of a minute; a page that does not run at all is found out by pings before. */
const SIGN_WITHIN_MS = 120_000;
/** An alarm of ours that rings this late has slept: what was awaited meanwhile says nothing. */
const LATE_MS = 2_000;

/** What a neighbour has sent ahead of its signature. Closed with the connection it came by. */
export class LateSignatures {
  readonly #overdue: () => void;
  /** Left running when signatures come: one alarm in two minutes, not one for each message. */
  readonly #timer = new Timer();
  readonly #held: { readonly frame: UnsignedFrame; readonly atMs: number }[] = [];
  #units = 0;

  /** `overdue`: a signature has not come in time. */
  constructor(overdue: () => void) {
    this.#overdue = overdue;
  }

  /** Whose signatures are awaited, in order. */
  get frames(): readonly UnsignedFrame[] {
    return this.#held.map(({ frame }) => frame);
  }

  get awaited(): boolean {
    return this.#held.length > 0;
  }

  /** False where it is more than anybody may send ahead. */
  hold(frame: UnsignedFrame): boolean {
    this.#units += frame.text.length;
    this.#held.push({ frame, atMs: performance.now() });
    if (!this.#timer.armed) this.#watch(SIGN_WITHIN_MS);
    return this.#held.length <= MAX_BATCH_ITEMS && this.#units <= MAX_UNSIGNED_UNITS;
  }

  /** The texts of those whose signature has come: all up to this seq; none where none ends there. */
  release(last: number): readonly string[] {
    const ends = this.#held.findIndex(({ frame: { body } }) => lastOf(body) === last);
    const texts = this.#held.splice(0, ends + 1).map(({ frame }) => frame.text);
    for (const { length } of texts) this.#units -= length;
    return texts;
  }

  close(): void {
    this.#timer.clear();
  }

  #watch(afterMs: number): void {
    const dueAt = performance.now() + afterMs;
    this.#timer.set(afterMs, () => {
      const [oldest] = this.#held;
      if (!oldest) return;
      const now = performance.now();
      const leftMs = oldest.atMs + SIGN_WITHIN_MS - now;
      if (now - dueAt > LATE_MS) this.#watch(SIGN_WITHIN_MS);
      else if (leftMs > 0) this.#watch(leftMs);
      else this.#overdue();
    });
  }
}
