import type { AuthorId } from '../protocol/ids.ts';
import type {
  LogStore,
  StoreChange,
  StoredBatch,
  StoredLog,
  StoredMark,
  StoredReceipts,
} from './store.ts';

/** A store for the page's life: `history: "none"`, and where the browser offers nothing that lasts. */
export class MemoryStore implements LogStore {
  readonly #marks = new Map<AuthorId, StoredMark>();
  readonly #batches = new Map<AuthorId, Map<number, StoredBatch>>();
  #receipts: StoredReceipts | null = null;

  load(): Promise<StoredLog> {
    const batches = [...this.#batches.values()].flatMap((kept) => [...kept.values()]);
    batches.sort((a, b) => a.first - b.first);
    return Promise.resolve({ marks: [...this.#marks.values()], batches, receipts: this.#receipts });
  }

  commit({ batches = [], marks = [], drop = [], forget = [] }: StoreChange): Promise<void> {
    for (const { author, through } of drop) {
      const kept = this.#batches.get(author);
      for (const first of kept?.keys() ?? []) if (first <= through) kept?.delete(first);
    }
    for (const author of forget) this.#marks.delete(author);
    for (const batch of batches) {
      const kept = this.#batches.get(batch.author) ?? new Map<number, StoredBatch>();
      this.#batches.set(batch.author, kept.set(batch.first, batch));
    }
    for (const mark of marks) this.#marks.set(mark.author, mark);
    return Promise.resolve();
  }

  saveReceipts(receipts: StoredReceipts): Promise<void> {
    this.#receipts = receipts;
    return Promise.resolve();
  }

  /** Nothing of it outlives the page anyway. */
  abandon(): void {}

  close(): Promise<void> {
    return Promise.resolve();
  }
}
