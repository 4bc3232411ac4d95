import type { Timestamp } from '../protocol/batch.ts';
import type { AuthorId, PeerId } from '../protocol/ids.ts';
import { countBefore } from './bisect.ts';
import type { CheckedBatch } from './batch-verifier.ts';
import { logOf } from './entry.ts';
import type { StoredBatch, StoredMark } from './store.ts';

/** Some of an author's log, as it is asked for. */
export interface Ask {
  readonly author: AuthorId;
  readonly from: number;
  readonly to: number;
  /** From `to` downwards instead of from `from` upwards. */
  readonly down?: boolean | undefined;
}

/** Whom a batch comes from, and where the log that it belongs to begins. */
export interface Source {
  readonly id: PeerId;
  /**
   * `low` of its own log in its own `have`, null where it has not named it. Of a log that was asked for: where it begins
   * when nobody holds more of it, else null.
   */
  readonly ownLow: number | null;
  /** What it was asked for. Without it only what it has written itself is taken. */
  readonly asked?: Ask;
  /** Its name, where nobody but it knows the author. */
  readonly alone?: string | undefined;
}

/** What becomes of a batch. `early`: something before it is missing, it will come again. */
export type Verdict = 'taken' | 'repeated' | 'early' | 'fork';

/** The table of PROTOCOL.md section 7; `below` is taken as well, under what is held. */
export function judge(
  mark: StoredMark | undefined,
  batch: CheckedBatch,
  from: Source,
): Verdict | 'below' {
  if (from.asked && from.asked.author !== logOf(batch.author)) return 'early';
  if (!mark) return 'taken';
  const { first, prev } = batch.body;
  const next = mark.high + 1;
  if (from.asked?.down === true && batch.last === mark.low - 1 && mark.prev !== undefined)
    return batch.head === mark.prev ? 'below' : 'fork';
  if (batch.last < next) return 'repeated';
  if (first < next) return 'fork';
  if (first === next) return prev === mark.head ? 'taken' : 'fork';
  return (from.asked || from.id === batch.author) && from.ownLow === first ? 'taken' : 'early';
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
  #bytes = 0;

  constructor(mark: StoredMark, saved: StoredMark | null) {
    this.author = mark.author;
    this.mark = mark;
    this.saved = saved;
  }

  get batches(): readonly Extent[] {
    return this.#batches;
  }

  /** What all below it sorts before. */
  get lowAt(): Timestamp {
    return this.#batches[0]?.sortAt ?? this.mark.at;
  }

  /** Ascending, of what may be given the part that answers this: one batch, or as many as fit. */
  answer({ from, to, down = false }: Ask, maxBytes: number): readonly Extent[] {
    const { low } = this.mark;
    const start = countBefore(this.#batches, ({ first, last }) => first < low || last < from);
    const end = countBefore(this.#batches, ({ first }) => first <= to);
    const all = this.#batches.slice(start, end);
    if (down) all.reverse();
    let bytes = 0;
    const count = all.findIndex((each, at) => (bytes += each.bytes) > maxBytes && at > 0);
    const some = count < 0 ? all : all.slice(0, count);
    return down ? some.toReversed() : some;
  }

  /** Of all bodies remembered. */
  get bytes(): number {
    return this.#bytes;
  }

  add({ first, last, bytes, sortAt }: Extent): void {
    this.#batches.push({ first, last, bytes, sortAt });
    this.#bytes += bytes;
  }

  /** These stand before everything that is remembered. */
  restore(older: readonly Extent[]): void {
    const extents = older.map(({ first, last, bytes, sortAt }) => ({ first, last, bytes, sortAt }));
    this.#batches = extents.concat(this.#batches);
    this.#bytes += bytesOf(extents);
  }

  /** Drops what begins at or before `through`, and gives it back. */
  drop(through: number): readonly Extent[] {
    const gone = this.#batches.splice(
      0,
      countBefore(this.#batches, ({ first }) => first <= through),
    );
    this.#bytes -= bytesOf(gone);
    return gone;
  }
}

function bytesOf(batches: readonly Extent[]): number {
  return batches.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The mark after everything up to `through` has been dropped. */
export function droppedThrough(mark: StoredMark, through: number, trimmed: boolean): StoredMark {
  const { trimmed: before = false, prev, ...rest } = mark;
  const low = Math.max(mark.low, Math.min(through, mark.high) + 1);
  const isWhole = low === mark.low && prev !== undefined;
  // What was dropped is not asked for again.
  return { ...rest, low, ...(isWhole && { prev }), ...((trimmed || before) && { trimmed: true }) };
}
