import { RtcChatError } from '../protocol/errors.ts';
import type { LogStore, StoreChange, StoredReceipts } from './store.ts';

/** The store as the log knows it, with what has become of it. Whoever made the store closes it. */
export class Vault {
  /** Full (said once until something fits again) or broken (once). Set once. */
  onError: (error: RtcChatError) => void = () => {};
  /** It breaks, and will be gone: what is needed of it must be asked for before this returns. */
  onBreak: () => void = () => {};
  readonly #store: LogStore;
  #broken = false;
  #full: RtcChatError | null = null;

  constructor(store: LogStore) {
    this.#store = store;
  }

  get broken(): boolean {
    return this.#broken;
  }

  /** Why what comes now is held in memory only, until something fits again; null where it is kept. */
  get full(): RtcChatError | null {
    return this.#full;
  }

  /** Rejects with `store-full` only, not yet said: a store that is broken is replaced by memory. */
  async save(change: StoreChange): Promise<void> {
    const empty = Object.values(change).every((part: readonly unknown[]) => part.length === 0);
    if (this.broken || empty) return;
    try {
      await this.#store.commit(change);
      this.#full = null;
    } catch (error) {
      if (error instanceof RtcChatError && error.code === 'store-full') throw error;
      this.break(error);
    }
  }

  /** Keeps ticks beside the log. Whether they could be saved: what could not comes again with the next `have`. */
  async saveReceipts(receipts: StoredReceipts): Promise<boolean> {
    if (this.broken) return false;
    return this.#store.saveReceipts(receipts).then(
      () => true,
      () => false,
    );
  }

  /** Says that something did not fit, and is held in memory instead. */
  sayFull(error: RtcChatError): void {
    if (this.#full) return;
    this.#full = error;
    this.#say(error);
  }

  /** Says that older messages cannot be read; what is written now may be kept all the same. */
  sayUnreadable(cause: unknown): void {
    const message = 'Older messages could not be read on this device.';
    this.onError(new RtcChatError('store-unreadable', message, { cause }));
  }

  /** It keeps nothing any more, and is replaced by memory. */
  break(cause: unknown): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#full = null;
    this.onBreak();
    this.#store.abandon();
    this.#say(cause);
  }

  #say(cause: unknown): void {
    this.onError(
      cause instanceof RtcChatError
        ? cause
        : new RtcChatError('store-unavailable', 'Messages can no longer be kept on this device.', {
            cause,
          }),
    );
  }
}
