import type { AuthorId, PeerId } from '../protocol/ids.ts';
import { countBefore } from './bisect.ts';
import type { CheckedBatch } from './batch-verifier.ts';
import type { StoredBatch, StoredMark } from './store.ts';

/** Whom a batch comes from, and where its own log begins as it says itself. */
export interface Source {
  readonly id: PeerId;
  /** `low` of its own log in its own `have`, null where it has not named it. */
  readonly ownLow: number | null;
}

/** What becomes of a batch. `early`: something before it is missing, it will come again. */
export type Verdict = 'taken' | 'repeated' | 'early' | 'fork';

/** The table of PROTOCOL.md section 7. */
export function judge(mark: StoredMark | undefined, batch: CheckedBatch, from: Source): Verdict {
  if (!mark) return 'taken';
  const { first, prev } = batch.body;
  const next = mark.high + 1;
  if (batch.last < next) return 'repeated';
  if (first < next) return 'fork';
  if (first === next) return prev === mark.head ? 'taken' : 'fork';
  return from.id === batch.author && from.ownLow === first ? 'taken' : 'early';
}

/** What is remembered of a kept batch; what was said in it stands in the conversation, and signed in the store. */
export type Extent = Pick<StoredBatch, 'first' | 'last' | 'bytes' | 'sortAt'>;

/**
 * What is kept of one author. `mark` counts for everybody; `saved` is what the store knows of it. They are the same
 * object until a batch is held in memory only; from then on the store's stays behind.
 */
export class AuthorLog {
  readonly author: AuthorId;
  mark: StoredMark;
  saved: StoredMark | null;
  /** Ascending. Those before `mark.low` are shown and not given to others: something is missing after them. */
  #batches: Extent[] = [];

  constructor(mark: StoredMark, saved: StoredMark | null) {
    this.author = mark.author;
    this.mark = mark;
    this.saved = saved;
  }

  get batches(): readonly Extent[] {
    return this.#batches;
  }

  add({ first, last, bytes, sortAt }: Extent): void {
    this.#batches.push({ first, last, bytes, sortAt });
  }

  /** These stand before everything that is remembered. */
  restore(older: readonly Extent[]): void {
    const extents = older.map(({ first, last, bytes, sortAt }) => ({ first, last, bytes, sortAt }));
    this.#batches = extents.concat(this.#batches);
  }

  /** Drops what begins at or before `through`, and gives it back. */
  drop(through: number): readonly Extent[] {
    return this.#batches.splice(
      0,
      countBefore(this.#batches, ({ first }) => first <= through),
    );
  }
}

/** The mark after everything up to `through` has been dropped. */
export function droppedThrough(mark: StoredMark, through: number, trimmed: boolean): StoredMark {
  const { trimmed: before = false, ...rest } = mark;
  const low = Math.max(mark.low, Math.min(through, mark.high) + 1);
  return { ...rest, low, ...((trimmed || before) && { trimmed: true }) };
}
