import { RtcChatError, type RtcChatErrorCode } from '../../../src/protocol/errors.ts';
import { MemoryStore } from '../../../src/rtc/memory-store.ts';
import type { AuthorId } from '../../../src/protocol/ids.ts';
import type {
  Fits,
  LogStore,
  Place,
  StoreChange,
  StoredBatch,
  StoredReceipts,
  StoredStart,
} from '../../../src/rtc/store.ts';

/** A store that can be made to fail, and to wait; notes what it was asked for. */
export class FailingStore implements LogStore {
  readonly inner: LogStore;
  /** As long as it is set, each commit fails with it. */
  failure: RtcChatErrorCode | null = null;
  #gate: Promise<void> = Promise.resolve();
  #begin: () => void = () => {};
  /** As long as it is set, no batch can be read. */
  unreadable = false;
  readonly changes: StoreChange[] = [];
  /** Batches that were read. */
  read = 0;
  abandoned = 0;

  constructor(inner: LogStore = new MemoryStore()) {
    this.inner = inner;
  }

  /** Commits wait until `finish` is called; `begun` fulfils when the first one does. */
  hold(): { readonly begun: Promise<void>; readonly finish: () => void } {
    const { promise: begun, resolve: begin } = defer();
    const { promise: gate, resolve: finish } = defer();
    this.#begin = begin;
    this.#gate = gate;
    return { begun, finish };
  }

  load(): Promise<StoredStart> {
    return this.inner.load();
  }

  async before(place: Place | null, fits: Fits | null): Promise<readonly StoredBatch[]> {
    // A database takes a task for it.
    await new Promise((resolve) => setTimeout(resolve));
    return this.#give(await this.inner.before(place, fits));
  }

  async after(author: AuthorId, seq: number, count: number): Promise<readonly StoredBatch[]> {
    return this.#give(await this.inner.after(author, seq, count));
  }

  async commit(change: StoreChange): Promise<void> {
    this.changes.push(change);
    const { failure } = this;
    this.#begin();
    await this.#gate;
    if (failure) throw new RtcChatError(failure, 'as the test wants it');
    await this.inner.commit(change);
  }

  saveReceipts(receipts: StoredReceipts): Promise<void> {
    return this.inner.saveReceipts(receipts);
  }

  #give(batches: readonly StoredBatch[]): readonly StoredBatch[] {
    if (this.unreadable) throw new RtcChatError('store-unavailable', 'as the test wants it');
    this.read += batches.length;
    return batches;
  }

  abandon(): void {
    this.abandoned++;
  }

  close(): Promise<void> {
    return this.inner.close();
  }
}

function defer(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((fulfil) => (resolve = fulfil));
  return { promise, resolve };
}
