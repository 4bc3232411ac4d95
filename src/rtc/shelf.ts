import type { AuthorId, PeerId } from '../protocol/ids.ts';
import { MAX_ANSWER_BYTES } from '../protocol/limits.ts';
import type { Ask, AuthorLog } from './author-log.ts';
import { countBefore } from './bisect.ts';
import { logOf } from './entry.ts';
import type { LogStore, StoredBatch } from './store.ts';

/** Of one author what comes after this seq, nothing left out. */
interface Page {
  readonly author: AuthorId;
  after: number;
  batches: StoredBatch[];
}

/** Of our own newest batches so much stays at hand: twice what may be under way to anybody. */
const RECENT_BYTES = 2_097_152;
/** What is read at a time for those who lack more, 2 MiB at the most, and how many such pages stay at hand. */
const PAGE_BATCHES = 16;
const MAX_PAGES = 4;

/**
 * Batches as they travel, at hand for being given to others: our newest ones, what could not be saved, and pages that
 * are read from the store when somebody lacks what they hold. Nothing to close.
 */
export class Shelf {
  /** What was missing is at hand now. Set once, like the other. */
  onRead: () => void = () => {};
  /** What this author wrote up to this seq cannot be read. */
  onUnreadable: (author: AuthorId, through: number) => void = () => {};
  readonly #store: Pick<LogStore, 'after'>;
  /** Our own newest. */
  readonly #recent: Page;
  #recentBytes = 0;
  /** Not in the store; it ends where these begin. */
  readonly #held = new Map<AuthorId, StoredBatch[]>();
  #pages: readonly Page[] = [];
  #rescued: Page | null = null;
  #rescue: Promise<unknown> | null = null;
  readonly #reading = new Set<string>();
  #broken = false;

  /** `high`: where our own log ends. */
  constructor(store: Pick<LogStore, 'after'>, self: AuthorId, high: number) {
    this.#store = store;
    this.#recent = { author: self, after: high, batches: [] };
  }

  /** A batch of ours is in the store, the next one. */
  saved(batch: StoredBatch): void {
    const recent = this.#recent;
    if (recent.batches.length === 0) recent.after = batch.first - 1;
    recent.batches.push(batch);
    this.#recentBytes += batch.bytes;
    if (this.#recentBytes <= RECENT_BYTES * 2) return;
    let gone = 0;
    while (this.#recentBytes > RECENT_BYTES) this.#recentBytes -= recent.batches[gone++]!.bytes;
    recent.after = recent.batches[gone - 1]!.last;
    recent.batches.splice(0, gone);
  }

  /** A batch is in memory only. */
  hold(batch: StoredBatch): void {
    const held = this.#held.get(batch.author) ?? [];
    held.splice(
      countBefore(held, ({ first }) => first < batch.first),
      0,
      batch,
    );
    this.#held.set(batch.author, held);
  }

  /**
   * What answers this, in the order in which it is asked for, as far as it can be read. Nothing that may not be given to
   * this peer, and nothing beyond it: an author who is here would give all of it, to somebody who was all before that.
   */
  async answer(
    log: AuthorLog,
    ask: Ask,
    to: PeerId,
    isAuthorHere: boolean,
  ): Promise<readonly StoredBatch[]> {
    const { author } = log;
    await this.#rescue;
    const firsts = new Set(log.answer(ask, MAX_ANSWER_BYTES).map(({ first }) => first));
    const inMemory = this.#held.get(author) ?? [];
    // What was saved of our own is not held, but there where the store is gone.
    const own = [this.#rescued, this.#recent].flatMap((page) =>
      this.#broken && page?.author === author ? page.batches : [],
    );
    const held = [...own, ...inMemory].filter(({ first }) => firsts.has(first));
    const count = this.#broken ? 0 : firsts.size - held.length;
    const reading = count > 0 && this.#store.after(author, Math.min(...firsts) - 1, count);
    const stored = (await Promise.resolve(reading || []).catch(() => [])).filter(({ first }) =>
      firsts.has(first),
    );
    const batches = [...stored, ...held];
    if (ask.down === true) batches.reverse();
    if (isAuthorHere || author === logOf(to)) return batches;
    const met = inMemory.findLast(({ only }) => only?.includes(to))?.last ?? 0;
    const barred = batches.findIndex(({ only, last }) => only && last > met);
    return barred < 0 ? batches : batches.slice(0, barred);
  }

  /**
   * The batch with the smallest `first` greater than `seq`, where the store has all up to `savedHigh`. Null where there
   * is none, and where it has to be read first: then `onRead` follows.
   */
  after(author: AuthorId, seq: number, savedHigh: number): StoredBatch | null {
    if (seq >= savedHigh) return next(this.#held.get(author) ?? [], seq);
    for (const page of [this.#recent, this.#rescued, ...this.#pages]) {
      if (page?.author !== author || page.after > seq) continue;
      const batch = next(page.batches, seq);
      if (batch) return batch;
    }
    void this.#read(author, seq);
    return null;
  }

  /** These are no longer kept. */
  drop(author: AuthorId, through: number): void {
    const isKept = ({ first }: StoredBatch): boolean => first > through;
    const held = this.#held.get(author)?.filter(isKept) ?? [];
    if (held.length > 0) this.#held.set(author, held);
    else this.#held.delete(author);
    const recent = this.#recent;
    if (author !== recent.author || recent.after >= through) return;
    recent.batches = recent.batches.filter(isKept);
    recent.after = through;
    this.#recentBytes = recent.batches.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /**
   * The store will be gone: what it has of these is read while it can be, so that what we say that we hold can be given.
   * Begun before this returns.
   */
  rescue(logs: Iterable<Pick<AuthorLog, 'author' | 'mark' | 'saved'>>): void {
    this.#broken = true;
    const reads = Array.from(logs, async ({ author, mark, saved }) => {
      const own = author === this.#recent.author;
      const after = mark.low - 1;
      const through = own ? this.#recent.after : (saved?.high ?? 0);
      if (after >= through) return;
      try {
        const batches = await this.#store.after(author, after, Infinity);
        if (own) this.#rescued = { author, after, batches: [...batches] };
        else for (const batch of batches) this.hold(batch);
        if (own) this.onRead();
      } catch {
        this.onUnreadable(author, through);
      }
    });
    this.#rescue = Promise.all(reads);
  }

  async #read(author: AuthorId, seq: number): Promise<void> {
    const key = `${author}:${seq}`;
    if (this.#broken || this.#reading.has(key)) return;
    this.#reading.add(key);
    try {
      const batches = await this.#store.after(author, seq, PAGE_BATCHES);
      const page: Page = { author, after: seq, batches: [...batches] };
      this.#pages = [page, ...this.#pages].slice(0, MAX_PAGES);
      if (batches.length > 0) this.onRead();
    } catch {
      if (!this.#broken && author === this.#recent.author)
        this.onUnreadable(author, this.#recent.after);
    } finally {
      this.#reading.delete(key);
    }
  }
}

function next(batches: readonly StoredBatch[], seq: number): StoredBatch | null {
  return batches[countBefore(batches, ({ first }) => first <= seq)] ?? null;
}
