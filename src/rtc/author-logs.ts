import type { Mark } from '../protocol/frames.ts';
import type { AuthorId } from '../protocol/ids.ts';
import { AuthorLog, droppedThrough, type Extent } from './author-log.ts';
import { grouped } from './merge.ts';
import type { Stage } from './staging.ts';
import type { StoreChange, StoredBatch, StoredMark } from './store.ts';
import type { Dropped, LogSize } from './trim.ts';

/** Something to be dropped: first from the store, then, when that has said yes, here. */
export interface Drop {
  readonly change: StoreChange;
  readonly apply: () => void;
}

/** What is remembered of all authors. Changes only by what the store has taken or has given. */
export class AuthorLogs {
  /** As `have` tells it. */
  readonly marks = new Map<AuthorId, Mark>();
  readonly #logs = new Map<AuthorId, AuthorLog>();
  #entries = 0;
  #bytes = 0;

  constructor(marks: readonly StoredMark[]) {
    for (const mark of marks) this.#setMark(mark, mark);
  }

  get all(): ReadonlyMap<AuthorId, AuthorLog> {
    return this.#logs;
  }

  get size(): LogSize {
    return { entries: this.#entries, bytes: this.#bytes };
  }

  get(author: AuthorId): AuthorLog | undefined {
    return this.#logs.get(author);
  }

  apply({ marks, taken }: Stage): void {
    for (const { mark, saved } of marks.values()) this.#setMark(mark, saved);
    for (const { batch } of taken) {
      this.#logs.get(batch.author)?.add(batch);
      this.#count(batch, 1);
    }
  }

  /** Batches that the store has given: ascending, and before everything that is remembered. */
  restore(batches: readonly StoredBatch[]): void {
    for (const [author, older] of grouped(batches, (batch) => batch.author))
      this.#logs.get(author)?.restore(older);
    for (const batch of batches) this.#count(batch, 1);
  }

  /** Of this author nothing up to `through` is given to others any more; it stays where it is shown. */
  raise(author: AuthorId, through: number): Drop {
    const log = this.#logs.get(author);
    if (!log) return { change: {}, apply: () => undefined };
    const mark = droppedThrough(log.mark, through, false);
    const saved = log.saved && droppedThrough(log.saved, through, false);
    const isSame = log.saved === log.mark;
    return {
      change: { marks: saved ? [saved] : [] },
      apply: () => this.#setMark(mark, isSame ? mark : saved),
    };
  }

  /** With `trimmed` it is noted that something was dropped because of the bounds. */
  drop(dropped: readonly Dropped[], forget: readonly AuthorId[] = [], trimmed = false): Drop {
    const moved = dropped.flatMap(({ author, through }) => {
      const log = this.#logs.get(author);
      if (!log) return [];
      const mark = droppedThrough(log.mark, through, trimmed);
      const savedMoves = log.saved && droppedThrough(log.saved, through, trimmed);
      return [{ log, through, mark, saved: log.saved === log.mark ? mark : savedMoves }];
    });
    const marks = moved.flatMap(({ saved }) => saved ?? []);
    return {
      change: {
        drop: dropped,
        marks: marks.filter(({ author }) => !forget.includes(author)),
        forget,
      },
      apply: () => {
        for (const { log, through, mark, saved } of moved) {
          for (const batch of log.drop(through)) this.#count(batch, -1);
          this.#setMark(mark, saved);
        }
        for (const author of forget) {
          this.#logs.delete(author);
          this.marks.delete(author);
        }
      },
    };
  }

  #setMark(mark: StoredMark, saved: StoredMark | null): void {
    const { author, low, high, head } = mark;
    const log = this.#logs.get(author) ?? new AuthorLog(mark, saved);
    log.mark = mark;
    log.saved = saved;
    this.#logs.set(author, log);
    this.marks.set(author, [low, high, head]);
  }

  #count({ first, last, bytes }: Extent, sign: 1 | -1): void {
    this.#entries += sign * (last - first + 1);
    this.#bytes += sign * bytes;
  }
}
