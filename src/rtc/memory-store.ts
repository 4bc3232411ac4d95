import type { AuthorId } from '../protocol/ids.ts';
import { compareTimestamps } from './clock.ts';
import type {
  Fits,
  LogStore,
  Place,
  StoreChange,
  StoredBatch,
  StoredMark,
  StoredReceipts,
  StoredStart,
} from './store.ts';

/** A store for the page's life: `history: "none"`, and where the browser offers nothing that lasts. */
export class MemoryStore implements LogStore {
  readonly #marks = new Map<AuthorId, StoredMark>();
  readonly #batches = new Map<AuthorId, Map<number, StoredBatch>>();
  #receipts: StoredReceipts | null = null;

  load(): Promise<StoredStart> {
    return Promise.resolve({ marks: [...this.#marks.values()], receipts: this.#receipts });
  }

  before(place: Place | null, fits: Fits | null): Promise<readonly StoredBatch[]> {
    const all = [...this.#batches.values()].flatMap((kept) => [...kept.values()]);
    const before = all.filter((batch) => !place || comparePlaces(batch, place) < 0);
    before.sort((a, b) => comparePlaces(b, a));
    const tooMuch = before.findIndex(({ author, first }) => fits && !fits(author, first));
    return Promise.resolve(tooMuch < 0 ? before : before.slice(0, Math.max(tooMuch, 1)));
  }

  after(author: AuthorId, seq: number, count: number): Promise<readonly StoredBatch[]> {
    const batches = [...(this.#batches.get(author)?.values() ?? [])];
    const later = batches.filter(({ first }) => first > seq);
    return Promise.resolve(later.toSorted((a, b) => a.first - b.first).slice(0, count));
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

function comparePlaces(a: Place, b: Place): number {
  if (a.author === b.author) return a.first - b.first;
  return compareTimestamps(a.sortAt, b.sortAt) || (a.author < b.author ? -1 : 1);
}
