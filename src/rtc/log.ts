import { prevOf, type SignedBatch, type UnsignedBody } from '../protocol/batch.ts';
import type { RtcChatError } from '../protocol/errors.ts';
import type { Mark, UnsignedFrame } from '../protocol/frames.ts';
import type { AuthorId, PeerId } from '../protocol/ids.ts';
import type { Ask, Source } from './author-log.ts';
import { AuthorLogs, type Drop } from './author-logs.ts';
import { BatchVerifier } from './batch-verifier.ts';
import { BatchWriter } from './batch-writer.ts';
import { Commits, countTogether, type LogChange, type WaitingJob } from './commits.ts';
import { logOf, type Entry } from './entry.ts';
import { guarded } from './guarded.ts';
import type { LogOptions } from './log-options.ts';
import { Past } from './past.ts';
import { Shelf } from './shelf.ts';
import { Previews, type Preview } from './previews.ts';
import type { Outcome } from './staging.ts';
import type { StoredBatch, StoredReceipts, StoredStart, Written } from './store.ts';
import { Timer } from './timer.ts';
import { boundsOf, MAX_LATE_MS, planTrim, type Bounds, type Dropped } from './trim.ts';
import { Turns } from './turns.ts';
import { Vault } from './vault.ts';

export type { LogChange } from './commits.ts';
export type { LogOptions } from './log-options.ts';

/**
 * The room's logs, one an author. Opened by their marks; what was said comes from the store afterwards, the newest
 * first, while everything else goes on. One thing at a time is read or committed; what waits meanwhile shares the next
 * transaction. Memory changes, and anybody is told, only after the store has said yes. Whoever opened it closes it,
 * before the lease is released.
 */
export class Log {
  readonly self: AuthorId;
  /** Something was committed, or marks have moved. Set once, like the others, before anything is awaited. */
  onCommit: (change: LogChange) => void = () => {};
  /** What was kept has been read: these stand before all that was read before them. Nothing new was said. */
  onRestore: (entries: readonly Entry[]) => void = () => {};
  /** Own batches that somebody lacks can be given now. */
  onRead: () => void = () => {};
  /** Entries that were shown ahead of a signature which has not come. */
  onWithdraw: (entries: readonly Entry[]) => void = () => {};
  /** The oldest have been dropped because of the bounds. */
  onTrim: (dropped: readonly Dropped[]) => void = () => {};
  /** The store is full (said once until something fits again) or broken (once); the log goes on in memory. */
  onError: (error: RtcChatError) => void = () => {};
  /** What was saved of the receipts when the log was opened, and what of ours it does not know of. */
  readonly savedReceipts: StoredReceipts | null;
  readonly written: readonly Written[];
  readonly #options: LogOptions;
  readonly #logs: AuthorLogs;
  readonly #past: Past;
  readonly #shelf: Shelf;
  readonly #verifier: BatchVerifier;
  readonly #writer: BatchWriter;
  readonly #vault: Vault;
  readonly #commits: Commits;
  readonly #turns = new Turns();
  /** Who wants to know that everything kept has been read. */
  #restored: (() => void)[] = [];
  /** Up to this seq of ours the saved receipts know who was present. */
  #known: number;
  readonly #previews: Previews;
  readonly #bounds: Bounds;
  readonly #aging = new Timer();
  #trimmed = false;
  #jobs: WaitingJob[] = [];
  #closed = false;

  static async open(options: LogOptions): Promise<Log> {
    return new Log(options, await options.lease.store.load());
  }

  private constructor(options: LogOptions, stored: StoredStart) {
    const { lease, room, clock, name } = options;
    this.#options = options;
    this.self = logOf(lease.identity.id);
    this.savedReceipts = stored.receipts;
    this.#vault = new Vault(lease.store);
    this.#vault.onError = (error) => guarded(() => this.onError(error));
    this.#vault.onBreak = () => {
      this.#past.rescue();
      this.#shelf.rescue(this.#logs.all.values());
    };
    this.#logs = new AuthorLogs(stored.marks);
    this.#past = new Past(lease.store, this.self, stored.marks);
    this.#known = stored.receipts?.through ?? 0;
    const own = this.#logs.get(this.self)?.mark;
    this.written = own?.written ?? [];
    this.#shelf = new Shelf(lease.store, this.self, own?.high ?? 0);
    this.#shelf.onRead = () => guarded(() => this.onRead());
    this.#shelf.onUnreadable = (author, through) => void this.#raise(author, through);
    this.#previews = new Previews(this.self, clock, (of) => guarded(() => this.onWithdraw(of)));
    this.#verifier = new BatchVerifier(room);
    this.#writer = new BatchWriter({
      identity: lease.identity,
      room,
      clock,
      name,
      keep: lease.history !== 'none',
      beforeWrite: () => options.beforeWrite?.() ?? null,
      end: () => this.#logs.get(this.self)?.mark ?? { high: 0, head: '' },
      late: () => options.lateSignature?.() ?? false,
      show: ({ text, body }) => this.#show(this.self, text, body),
      commit: (checked) =>
        new Promise((resolve, reject) => {
          const settle = (_: Outcome, entries: readonly Entry[]): void => resolve(entries);
          this.#enqueue({
            checked: Promise.resolve(checked),
            units: checked.bytes,
            from: null,
            settle,
            fail: reject,
          });
        }),
    });
    this.#commits = new Commits({
      logs: this.#logs,
      vault: this.#vault,
      shelf: this.#shelf,
      previews: this.#previews,
      context: () => ({
        self: this.self,
        authors: this.#logs.all,
        clock,
        audience: options.audience,
        present: options.present ?? options.audience,
        known: this.#known,
      }),
      tell: (change) => this.#emit(change),
    });
    this.#bounds = boundsOf(options);
    for (const { at, trimmed = false } of stored.marks) {
      clock.observe(at);
      this.#trimmed ||= trimmed;
    }
  }

  /** What is held, as `have` tells it. */
  get marks(): ReadonlyMap<AuthorId, Mark> {
    return this.#logs.marks;
  }

  /** Why what comes now is held in memory only, until something fits again. */
  get full(): RtcChatError | null {
    return this.#vault.full;
  }

  /** The store keeps nothing any more: what is written from now on is held in memory. */
  storeFailed(cause: unknown): void {
    this.#vault.break(cause);
  }

  /** Older entries have been dropped because of the bounds. */
  get trimmed(): boolean {
    return this.#trimmed;
  }

  /** Older entries are kept than have been read so far. */
  get restoring(): boolean {
    return !this.#past.over;
  }

  /** Reads the newest page of what is kept, before anything else is done. To be called once, at first. */
  readNewest(): Promise<void> {
    return this.#turns.take(() => this.#readPiece());
  }

  /** Reads the rest piece by piece, and lets others have their turns between. Fulfils when there is no more. */
  async readRest(): Promise<void> {
    while (!this.#closed && this.restoring) await this.#turns.take(() => this.#readPiece());
  }

  /**
   * Fulfils when the text is committed. Rejects with `store-full` (nothing has changed), `message-too-long` or `closed`.
   */
  append(text: string): Promise<Entry> {
    return this.#writer.append(text);
  }

  /** Takes a batch as PROTOCOL.md section 7 says; fulfils when that is decided and, where taken, committed. */
  receive(batch: SignedBatch, from: Source): Promise<Outcome> {
    // Not taken, and nothing is wrong with it.
    if (this.#closed) return Promise.resolve('early');
    return new Promise((resolve, reject) => {
      const checked = this.#verifier.check(batch);
      const units = batch.body.length;
      this.#enqueue({ checked, units, from, settle: resolve, fail: reject });
    });
  }

  /** The first own batch after `seq` that is shown and not signed yet. */
  unsignedAfter(seq: number): Preview | null {
    return this.#previews.after(this.self, seq);
  }

  /** Signs and commits what is shown of our own and not signed yet; null where nothing is. */
  sign(): Promise<void> | null {
    return this.#writer.sign();
  }

  /** Shows what follows, ahead of its signature. False for what may not be shown so by anybody. */
  preview(frame: Omit<UnsignedFrame, 'type'>, { id, ownLow }: Source): boolean {
    const author = logOf(id);
    // What is kept is signed before it is committed, and committed before it is shown.
    if (frame.body.keep) return false;
    // Of whom nothing is held the signed part of the log, if there is one, is still on its way.
    const high = this.#logs.get(author)?.mark.high ?? (ownLow ?? 1) - 1;
    if (!this.#closed && this.#previews.follows(author, frame.body.first, high))
      this.#show(author, frame.text, frame.body);
    return true;
  }

  /** This peer does not stand by what it has said unsigned. */
  withdraw(peer: PeerId): void {
    this.#previews.drop(logOf(peer));
  }

  /**
   * The kept batch with the smallest `first` greater than `seq`. Null where there is none, and where it has to be read
   * first: then `onRead` follows.
   */
  batchAfter(author: AuthorId, seq: number): StoredBatch | null {
    const log = this.#logs.get(author);
    if (!log) return null;
    const { mark, saved } = log;
    const from = Math.max(seq, mark.low - 1);
    return from < mark.high ? this.#shelf.after(author, from, saved?.high ?? 0) : null;
  }

  /** Whether this author's log may be begun, or gone on with, when this peer gives it, whom alone it is known to. */
  mayPassOn(id: PeerId, author: AuthorId): boolean {
    return this.#logs.mayPassOn(id, author);
  }

  /** It has been dropped whole because of the bounds, and is not asked for again. */
  forgot(author: AuthorId): boolean {
    return this.#logs.forgot(author);
  }

  /** The name of who passed this author's log on to us, where we had not met the author. */
  passedOnBy(author: AuthorId): string | null {
    return this.#logs.get(author)?.mark.passedOn?.[1] ?? null;
  }

  /** Of this author what is below `low` is wanted, and there is a place for it. */
  lacksOlder(author: AuthorId): boolean {
    const mark = this.#logs.get(author)?.mark;
    return mark !== undefined && mark.low > 1 && mark.prev !== undefined && !this.restoring;
  }

  /**
   * What answers this, in the order in which it is asked for: one batch, or as many as fit 64 KiB. Nothing that may not
   * be given to this peer, and nothing beyond it. Waits until everything kept has been read.
   */
  async answer(ask: Ask, to: PeerId, isAuthorHere = false): Promise<readonly SignedBatch[]> {
    if (this.restoring) await new Promise<void>((resolve) => this.#restored.push(resolve));
    const log = this.#logs.get(ask.author);
    return log ? this.#shelf.answer(log, ask, to, isAuthorHere) : [];
  }

  /** Where our own key has signed this, and something else that stands here; whether that is the first such place. */
  async contradicts(batch: SignedBatch): Promise<{ seq: number; first: boolean } | null> {
    const { key } = this.#options.lease.identity;
    const checked = batch.key === key ? await this.#verifier.check(batch) : null;
    if (!checked) return null;
    const { first: seq, prev } = checked.body;
    const [ours] = await this.answer({ author: this.self, from: seq, to: seq }, checked.author);
    return ours && ours.body !== batch.body ? { seq, first: prev === prevOf(ours.body) } : null;
  }

  /** Keeps ticks beside the log; what cannot be saved comes again with the next `have`. */
  saveReceipts(receipts: StoredReceipts): void {
    void this.#vault.saveReceipts(receipts).then((saved) => {
      if (saved) this.#known = receipts.through;
    });
  }

  /** Drops all entries; keys, highs and heads stay, so that no seq is used or taken twice. */
  clear(): Promise<void> {
    return this.#turns.take(async () => {
      const all = [...this.#logs.all.values()];
      await this.#drop(
        this.#logs.drop(all.map(({ author, mark }) => ({ author, through: mark.high }))),
      );
      this.#past.end();
      this.#tellRestored();
      this.#trimmed = false;
      this.#moved([...this.marks.keys()]);
    });
  }

  /** Fulfils when what was being committed is. What was not yet in a batch is refused with `closed`. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#writer.close();
    this.#tellRestored();
    await this.#turns.done;
    this.#aging.clear();
  }

  #enqueue(job: WaitingJob): void {
    this.#jobs.push(job);
    if (this.#jobs.length === 1) this.#commitNext();
  }

  #show(author: AuthorId, text: string, body: UnsignedBody): readonly Entry[] {
    const mark = this.#logs.get(author)?.mark;
    const { first, last, entries } = this.#previews.add(author, text, body, mark);
    const own = author === this.self;
    const written = own ? [{ first, last, audience: this.#options.audience() }] : [];
    this.#emit({ entries, authors: [author], own, gaps: [], written });
    return entries;
  }

  /** Takes a turn for each transaction, so that whoever else waits for one gets it in between. */
  #commitNext(): void {
    void this.#turns.take(async () => {
      const waiting = this.#jobs.splice(0, countTogether(this.#jobs));
      if (this.#jobs.length > 0) this.#commitNext();
      await this.#commits.take(
        await Promise.all(waiting.map(async (job) => ({ ...job, checked: await job.checked }))),
      );
      await this.#trim();
    });
  }

  /** One piece more of what was kept. */
  async #readPiece(): Promise<void> {
    if (this.#closed) return;
    try {
      const { batches, entries } = await this.#past.next();
      if (this.#closed) return;
      this.#logs.restore(batches);
      guarded(() => this.onRestore(entries));
    } catch (cause) {
      if (this.#closed) return;
      this.#vault.sayUnreadable(cause);
      guarded(() => this.onRestore([]));
    }
    await this.#trim();
    if (!this.restoring) this.#tellRestored();
  }

  #tellRestored(): void {
    for (const tell of this.#restored.splice(0)) tell();
  }

  /** What this author wrote up to this seq cannot be given to anybody any more: as if it had been dropped there. */
  async #raise(author: AuthorId, through: number): Promise<void> {
    await this.#turns.take(async () => {
      if (this.#closed) return;
      // Where there is no space to note it down it is found out again.
      await this.#drop(this.#logs.raise(author, through)).catch(() => undefined);
      guarded(() => this.onTrim([{ author, through: 0 }]));
      guarded(() => this.onRead());
    });
  }

  async #trim(): Promise<void> {
    const { audience, clock } = this.#options;
    const { maxAgeMs } = this.#bounds;
    if (maxAgeMs < Infinity)
      this.#aging.set(Math.min(maxAgeMs / 20, MAX_LATE_MS), () => {
        void this.#turns.take(() => this.#trim());
      });
    const { dropped, forget } = planTrim(
      this.#logs.all,
      this.#logs.size,
      this.#bounds,
      new Set([this.self, ...audience().map(logOf)]),
      clock.leastNow() - maxAgeMs,
    );
    if (dropped.length === 0) return;
    try {
      await this.#drop(this.#logs.drop(dropped, forget, true));
    } catch {
      // No space to note it down: tried again after the next commit.
      return;
    }
    this.#trimmed = true;
    guarded(() => this.onTrim(dropped));
    this.#moved(dropped.map(({ author }) => author));
  }

  async #drop({ change, apply }: Drop): Promise<void> {
    await this.#vault.save(change);
    apply();
    for (const { author, through } of change.drop ?? []) this.#shelf.drop(author, through);
  }

  /** Marks are others, and nothing was said. */
  #moved(authors: readonly AuthorId[]): void {
    this.#emit({ entries: [], authors, own: false, gaps: [], written: [] });
  }

  #emit(change: LogChange): void {
    guarded(() => this.onCommit(change));
  }
}
