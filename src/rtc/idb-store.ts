import { RtcChatError } from '../protocol/errors.ts';
import type { AuthorId } from '../protocol/ids.ts';
import { deleteSeat, ofSeat, openDatabase, type Database } from './database.ts';
import type {
  Fits,
  LogStore,
  Place,
  StoreChange,
  StoredBatch,
  StoredReceipts,
  StoredStart,
} from './store.ts';

export interface IdbStoreOptions {
  readonly database: Database;
  readonly seat: string;
  /** The seat itself is stored: no batch is before that. Rejects where it cannot be. */
  readonly seated?: Promise<unknown> | undefined;
  /** Opens the database again after it was lost. */
  readonly reopen?: (lost: () => void) => Promise<Database>;
  /** Told when the log goes on without this store, so that the seat is not leased again. */
  readonly onAbandon?: () => void;
}

/** So many batches are read at once at the most. */
const MAX_STEP = 128;

/** What the browser says when there is no space; a DOMException in some, a class of its own in others. */
function isQuota(error: unknown): boolean {
  return error instanceof Error && error.name === 'QuotaExceededError';
}

/** Batches of an author that begin later than this. */
function afterSeq(seat: string, author: AuthorId, seq: number): IDBKeyRange {
  return IDBKeyRange.bound([seat, author, seq], [seat, author, []], true);
}

/** From here on, and up to before there. */
function bound(begin: IDBValidKey, end: IDBValidKey): IDBKeyRange {
  return IDBKeyRange.bound(begin, end, false, true);
}

function storeError(cause: unknown): RtcChatError {
  if (cause instanceof RtcChatError) return cause;
  return isQuota(cause)
    ? new RtcChatError('store-full', 'There is no space left on this device.', { cause })
    : new RtcChatError('store-unavailable', 'Messages can no longer be kept on this device.', {
        cause,
      });
}

/**
 * The log of one seat in IndexedDB. The seat is ours alone: whoever made the store holds its lock until after `close()`.
 * A connection that the browser or another tab took away is opened once more; changes can be repeated, so what was under
 * way is tried again.
 */
export class IdbStore implements LogStore {
  readonly #options: IdbStoreOptions;
  readonly #seat: string;
  #database: Database | null;
  #ahead: Promise<StoredStart> | null = null;
  #closed = false;

  constructor(options: IdbStoreOptions) {
    this.#options = options;
    this.#seat = options.seat;
    this.#database = options.database;
  }

  /** The connection that this store was made with has been closed by somebody else. */
  lost(): void {
    this.#database = null;
  }

  /** Begins what the next `load()` gives: for whoever knows that it comes, and writes nothing before. */
  loadAhead(): void {
    this.#ahead = this.#load();
    // Whoever asks is told.
    this.#ahead.catch(() => undefined);
  }

  load(): Promise<StoredStart> {
    const start = this.#ahead ?? this.#load();
    this.#ahead = null;
    return start;
  }

  #load(): Promise<StoredStart> {
    return this.#run(async (database) => {
      const transaction = database.transaction(['marks', 'receipts'], 'readonly');
      const [marks, receipts] = await Promise.all([
        transaction.objectStore('marks').getAll(ofSeat(this.#seat)),
        transaction.objectStore('receipts').get(this.#seat),
      ]);
      return { marks, receipts: receipts ?? null };
    });
  }

  before(place: Place | null, fits: Fits | null): Promise<readonly StoredBatch[]> {
    const seat = this.#seat;
    return this.#run(async (database) => {
      const index = database.transaction('batches', 'readonly').store.index('place');
      // Arrays sort after numbers: the end.
      const end = place ? [seat, [...place.sortAt], place.author, place.first] : [seat, [[]]];
      let begin: IDBValidKey = [seat];
      const oldest = fits && (await index.getKey(bound(begin, end)));
      if (oldest && !fits(oldest[1] as AuthorId, oldest[2])) {
        // The browser gives the last ones of a range only from where they begin. That is looked for in longer and longer
        // steps, without reading them.
        let cursor = await index.openKeyCursor(bound(begin, end), 'prev');
        for (let step = 1; cursor && step <= MAX_STEP; step *= 2) {
          begin = cursor.key;
          cursor = await cursor.advance(step);
          if (cursor && !fits(cursor.primaryKey[1] as AuthorId, cursor.primaryKey[2])) break;
        }
      }
      return (await index.getAll(bound(begin, end))).toReversed();
    });
  }

  after(author: AuthorId, seq: number, count: number): Promise<readonly StoredBatch[]> {
    return this.#run((database) => {
      const range = afterSeq(this.#seat, author, seq);
      return database.getAll('batches', range, count < Infinity ? count : undefined);
    });
  }

  commit({ batches = [], marks = [], drop = [], forget = [] }: StoreChange): Promise<void> {
    const seat = this.#seat;
    return this.#run(async (database) => {
      await this.#options.seated;
      const transaction = database.transaction(['batches', 'marks'], 'readwrite', {
        durability: 'strict',
      });
      const kept = transaction.objectStore('batches');
      const marked = transaction.objectStore('marks');
      const savedAt = Date.now();
      const requests: Promise<unknown>[] = [transaction.done];
      try {
        for (const { author, through } of drop) {
          requests.push(kept.delete(IDBKeyRange.bound([seat, author], [seat, author, through])));
        }
        for (const author of forget) requests.push(marked.delete([seat, author]));
        for (const batch of batches) requests.push(kept.put({ ...batch, seat }));
        for (const mark of marks) requests.push(marked.put({ ...mark, seat, savedAt }));
        await Promise.all(requests);
      } catch (error) {
        // Requests that were waiting say only that they were aborted; the transaction knows why.
        const cause: unknown = transaction.error ?? error;
        try {
          // A request that could not even be made does not end the transaction of those before it.
          transaction.abort();
        } catch {
          // It has ended by itself.
        }
        await Promise.allSettled(requests);
        throw cause;
      }
    });
  }

  saveReceipts(receipts: StoredReceipts): Promise<void> {
    return this.#run(async (database) => {
      await database.put('receipts', { ...receipts, seat: this.#seat });
    });
  }

  abandon(): void {
    this.#options.onAbandon?.();
    if (!this.#database) return;
    // Best effort: the store has just failed, and `onAbandon` keeps the seat from being leased in any case.
    deleteSeat(this.#database, this.#seat).catch(() => undefined);
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#database?.close();
    this.#database = null;
    return Promise.resolve();
  }

  async #run<T>(work: (database: Database) => Promise<T>): Promise<T> {
    try {
      const database = this.#database ?? (await this.#reopen());
      try {
        return await work(database);
      } catch (error) {
        // Still ours: the failure has nothing to do with the connection.
        if (this.#database === database || isQuota(error)) throw error;
        return await work(await this.#reopen());
      }
    } catch (error) {
      throw storeError(error);
    }
  }

  async #reopen(): Promise<Database> {
    if (this.#closed) throw new Error('the store is closed');
    const reopen = this.#options.reopen ?? openDatabase;
    const database = await reopen(() => {
      this.lost();
    });
    if ((await database.getKey('seats', this.#seat)) === undefined) {
      database.close();
      throw new Error('the key of this log is gone from the store');
    }
    this.#database = database;
    return database;
  }
}
