import type { AuthorId } from '../protocol/ids.ts';
import type { AuthorLogs, Drop } from './author-logs.ts';
import type { Clock } from './clock.ts';
import { Timer } from './timer.ts';
import { planTrim, type Bounds, type Dropped } from './trim.ts';

export interface TrimmerHandlers {
  /** Of these everything is known that they write; they are not forgotten. */
  present(): readonly AuthorId[];
  /** Rejects where there is no space to note it down; then nothing has changed. */
  drop(drop: Drop): Promise<void>;
  dropped(dropped: readonly Dropped[]): void;
  /** Something may have become too old: `trim()` wants its turn. */
  due(): void;
}

/** What has become too old goes at the latest after this, or a twentieth of the time that it is kept for. */
const MAX_LATE_MS = 60_000;

/** Keeps the logs within the room's bounds. Closed by its log. */
export class Trimmer {
  /** Something has been dropped because of the bounds, in this life or an earlier one. */
  trimmed = false;
  readonly #logs: AuthorLogs;
  readonly #bounds: Bounds;
  readonly #clock: Clock;
  readonly #handlers: TrimmerHandlers;
  readonly #timer = new Timer();

  constructor(logs: AuthorLogs, bounds: Bounds, clock: Clock, handlers: TrimmerHandlers) {
    this.#logs = logs;
    this.#bounds = bounds;
    this.#clock = clock;
    this.#handlers = handlers;
  }

  /** To be called after whatever adds to the logs, when it is this one's turn. */
  async trim(): Promise<void> {
    const { ageMs } = this.#bounds;
    if (ageMs < Infinity)
      this.#timer.set(Math.min(ageMs / 20, MAX_LATE_MS), () => this.#handlers.due());
    const { dropped, forget } = planTrim(
      this.#logs.all,
      this.#logs.size,
      this.#bounds,
      new Set(this.#handlers.present()),
      this.#clock.leastNow() - ageMs,
    );
    if (dropped.length === 0) return;
    try {
      await this.#handlers.drop(this.#logs.drop(dropped, forget, true));
    } catch {
      // No space to note it down: tried again after the next commit.
      return;
    }
    this.trimmed = true;
    this.#handlers.dropped(dropped);
  }

  close(): void {
    this.#timer.clear();
  }
}
