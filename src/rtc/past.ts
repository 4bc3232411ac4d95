import { parseBatchBody } from '../protocol/batch.ts';
import type { AuthorId } from '../protocol/ids.ts';
import { entriesOf, type Entry } from './entry.ts';
import type { Fits, LogStore, Place, StoredBatch, StoredMark } from './store.ts';

/** A part of what is kept, oldest first. */
export interface Piece {
  readonly batches: readonly StoredBatch[];
  readonly entries: readonly Entry[];
}

/** Entries of a piece, about: more than a screen shows, few enough to be taken in within a frame. */
const PIECE_ENTRIES = 256;

/**
 * What was kept when the log was opened, read from the newest to the oldest. Each piece stands before everything read
 * so far. One piece at a time, and nothing is committed meanwhile.
 */
export class Past {
  readonly #store: Pick<LogStore, 'before'>;
  readonly #self: AuthorId;
  /** Where each log ended; later entries are told of when they are committed. */
  readonly #highs: ReadonlyMap<AuthorId, number>;
  /** Of each log everything from here on has been read. */
  readonly #firsts = new Map<AuthorId, number>();
  /** Everything from here on has been read. */
  #place: Place | null = null;
  /** Everything that is left, once the store is about to go. */
  #rest: Promise<readonly StoredBatch[]> | null = null;
  #over = false;

  constructor(store: Pick<LogStore, 'before'>, self: AuthorId, marks: readonly StoredMark[]) {
    this.#store = store;
    this.#self = self;
    this.#highs = new Map(marks.map(({ author, high }) => [author, high]));
    this.#over = marks.length === 0;
  }

  /** There is nothing left to be read. */
  get over(): boolean {
    return this.#over;
  }

  /** The next piece. Rejects where the store cannot be read; then it is over. */
  async next(): Promise<Piece> {
    const batches: StoredBatch[] = [];
    const entries: Entry[][] = [];
    let count = 0;
    try {
      while (!this.#over && count < PIECE_ENTRIES) {
        const read = await (this.#rest ?? this.#store.before(this.#place, this.#fits));
        this.#over = this.#rest !== null || read.length === 0;
        for (const batch of read) {
          this.#place = batch;
          if (batch.first > (this.#highs.get(batch.author) ?? 0)) continue;
          this.#firsts.set(batch.author, batch.first);
          count += batch.last - batch.first + 1;
          batches.push(batch);
          entries.push(this.#entriesOf(batch));
        }
      }
    } catch (error) {
      this.#over = true;
      throw error;
    }
    return { batches: batches.toReversed(), entries: entries.toReversed().flat() };
  }

  /** Nothing of it is kept any more. */
  end(): void {
    this.#over = true;
  }

  /** The store will be gone: the rest is read while it can be. Begun before this returns. */
  rescue(): void {
    if (this.#over) return;
    this.#rest = this.#store.before(this.#place, null);
    // Who asks for the next piece is told.
    this.#rest.catch(() => undefined);
  }

  /** Seqs tell how much it is: what others wrote in between counts when it has been read. */
  readonly #fits: Fits = (author, first) => {
    const high = this.#highs.get(author) ?? 0;
    return (this.#firsts.get(author) ?? high + 1) - first <= PIECE_ENTRIES;
  };

  #entriesOf({ author, body, sortAt }: StoredBatch): Entry[] {
    const parsed = parseBatchBody(body);
    return parsed ? entriesOf(author, parsed, sortAt, author === this.#self) : [];
  }
}
