import { parseBatchBody } from '../protocol/batch.ts';
import type { AuthorId } from '../protocol/ids.ts';
import { entriesOf, type Entry } from './entry.ts';
import type { LogStore, Place, StoredBatch, StoredMark } from './store.ts';

/** A part of what is kept, oldest first. */
export interface Piece {
  readonly batches: readonly StoredBatch[];
  readonly entries: readonly Entry[];
}

/** Entries of a piece, about: more than a screen shows, few enough to be taken in within a frame. */
const PIECE_ENTRIES = 256;
/** Batches read at once: a few at first, which show how much one of them holds, then as many as give a piece. */
const FIRST_BATCHES = 2;
const MAX_BATCHES = 128;

/**
 * What was kept when the log was opened, read from the newest to the oldest. Each piece stands before everything read
 * so far. One piece at a time, and nothing is committed meanwhile.
 */
export class Past {
  readonly #store: Pick<LogStore, 'before'>;
  readonly #self: AuthorId;
  /** Where each log ended; later entries are told of when they are committed. */
  readonly #highs: ReadonlyMap<AuthorId, number>;
  /** Everything from here on has been read. */
  #place: Place | null = null;
  #count = FIRST_BATCHES;
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
        const wanted = this.#rest ? Infinity : this.#count;
        const read = await (this.#rest ?? this.#store.before(this.#place, wanted));
        this.#over = read.length < wanted;
        for (const batch of read) {
          if (count >= PIECE_ENTRIES && !this.#rest) {
            // Of long batches too many came at once: those that are left come again.
            this.#over = false;
            break;
          }
          this.#place = batch;
          if (batch.first > (this.#highs.get(batch.author) ?? 0)) continue;
          const texts = this.#entriesOf(batch);
          count += batch.last - batch.first + 1;
          batches.push(batch);
          entries.push(texts);
        }
        const fitting = Math.ceil((batches.length * PIECE_ENTRIES) / Math.max(count, 1));
        if (fitting > 0) this.#count = Math.min(fitting, MAX_BATCHES);
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
    this.#rest = this.#store.before(this.#place, Infinity);
    // Who asks for the next piece is told.
    this.#rest.catch(() => undefined);
  }

  #entriesOf({ author, body, sortAt }: StoredBatch): Entry[] {
    const parsed = parseBatchBody(body);
    return parsed ? entriesOf(author, parsed, sortAt, author === this.#self) : [];
  }
}
