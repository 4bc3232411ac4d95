import type { Mark } from '../protocol/frames.ts';
import type { AuthorId, PeerId } from '../protocol/ids.ts';
import { MAX_AUTHORS, MAX_PASSED_ON_AUTHORS, MAX_PASSED_ON_BYTES } from '../protocol/limits.ts';
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
  readonly #forgotten = new Set<AuthorId>();
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

  /** Whether this author's log may be begun, or gone on with, when this peer gives it, whom alone it is known to. */
  mayPassOn(id: PeerId, author: AuthorId): boolean {
    const mark = this.#logs.get(author)?.mark;
    if (mark && !mark.passedOn) return true;
    const by = mark?.passedOn?.[0] ?? id;
    const logs = [...this.#logs.values()].filter((log) => log.mark.passedOn?.[0] === by);
    const bytes = logs.reduce((sum, log) => sum + log.bytes, 0);
    return (
      bytes < MAX_PASSED_ON_BYTES && (mark !== undefined || logs.length < MAX_PASSED_ON_AUTHORS)
    );
  }

  /** It was dropped whole because there were too many. */
  forgot(author: AuthorId): boolean {
    return this.#forgotten.has(author);
  }

  get(author: AuthorId): AuthorLog | undefined {
    return this.#logs.get(author);
  }

  apply({ marks, taken }: Stage): void {
    for (const { mark, saved } of marks.values()) this.#setMark(mark, saved);
    for (const { batch, below } of taken) {
      const log = this.#logs.get(batch.author);
      if (below) log?.restore([batch]);
      else log?.add(batch);
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
          this.#forgotten.add(author);
        }
        for (const oldest of this.#forgotten) {
          if (this.#forgotten.size <= MAX_AUTHORS) break;
          this.#forgotten.delete(oldest);
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
