import { RtcChatError, type RtcChatErrorCode } from '../../../src/protocol/errors.ts';
import { MemoryStore } from '../../../src/rtc/memory-store.ts';
import type { LogStore, StoreChange, StoredLog, StoredReceipts } from '../../../src/rtc/store.ts';

/** A store that can be made to fail, and to wait; notes what it was asked for. */
export class FailingStore implements LogStore {
  readonly inner: LogStore;
  /** As long as it is set, each commit fails with it. */
  failure: RtcChatErrorCode | null = null;
  #gate: Promise<void> = Promise.resolve();
  #begin: () => void = () => {};
  readonly changes: StoreChange[] = [];
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

  load(): Promise<StoredLog> {
    return this.inner.load();
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
