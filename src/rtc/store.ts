import type { SignedBatch, Timestamp } from '../protocol/batch.ts';
import type { AuthorId, PeerId } from '../protocol/ids.ts';
import type { StoredMoments } from './moments.ts';

/** A batch as it is kept: what travelled, verbatim, and what we found out about it. */
export interface StoredBatch extends SignedBatch {
  readonly author: AuthorId;
  readonly first: number;
  readonly last: number;
  /** UTF-8 bytes of the body. */
  readonly bytes: number;
  /** The effective time of its entries. */
  readonly sortAt: Timestamp;
  /** To be given to these only: they were there. Never saved. */
  readonly only?: readonly PeerId[];
}

/** Own entries, and who was present when they were committed. */
export interface Written {
  readonly first: number;
  readonly last: number;
  readonly audience: readonly PeerId[];
}

/** What is held of one author; outlives its entries, so that no seq is taken or used twice. */
export interface StoredMark {
  readonly author: AuthorId;
  readonly low: number;
  readonly high: number;
  readonly head: string;
  /** The head of the batch before the one at `low`, where that is wanted. */
  readonly prev?: string;
  /** Who passed it on to us, and that one's name, where we had not met the author. */
  readonly passedOn?: readonly [by: PeerId, name: string];
  /** The effective time of the entry at `high`. */
  readonly at: Timestamp;
  /** Older entries of this author were dropped because of the room's bounds. */
  readonly trimmed?: boolean;
  /** Of our own log: what was written since the receipts were saved. Ascending, and few: neighbours share one. */
  readonly written?: readonly Written[];
}

/** Ticks that survive a reload; see `Receipts`. */
export interface StoredReceipts {
  /** The audience of own entries up to this seq is in `runs`; of later ones beside our own mark. */
  readonly through: number;
  readonly runs: readonly (readonly [first: number, last: number, of: readonly PeerId[]])[];
  readonly peers: readonly (readonly [peer: PeerId, high: number, seen: number])[];
  readonly moments?: StoredMoments;
}

/** One transaction: dropped first, then written; whole or not at all. */
export interface StoreChange {
  readonly batches?: readonly StoredBatch[];
  readonly marks?: readonly StoredMark[];
  /** Batches of an author with `first` up to and including `through`. */
  readonly drop?: readonly { readonly author: AuthorId; readonly through: number }[];
  /** Authors whose marks go. */
  readonly forget?: readonly AuthorId[];
}

/** What has to be known before anything is said or written. It does not grow with the log. */
export interface StoredStart {
  readonly marks: readonly StoredMark[];
  readonly receipts: StoredReceipts | null;
}

/** Whether what this author wrote from this batch on is not too much at once. */
export type Fits = (author: AuthorId, first: number) => boolean;

/** Where a batch stands in the conversation. */
export type Place = Pick<StoredBatch, 'sortAt' | 'author' | 'first'>;

/**
 * Where one leased log is kept. Every method rejects with an `RtcChatError`: `store-full` when there is no space (nothing
 * has changed, later calls may succeed), `store-unavailable` otherwise (then it is of no use any more). Repeating a
 * change changes nothing.
 */
export interface LogStore {
  load(): Promise<StoredStart>;
  /**
   * The last batches that stand before this place, or before the end where it is null; the newest first. One at least
   * where there is one, and as far back as `fits` says of the oldest given; everything where it is null.
   */
  before(place: Place | null, fits: Fits | null): Promise<readonly StoredBatch[]>;
  /** Of this author the first `count` batches with `first` greater than `seq`, ascending. */
  after(author: AuthorId, seq: number, count: number): Promise<readonly StoredBatch[]>;
  /** Fulfils when the change survives a crash of the browser. */
  commit(change: StoreChange): Promise<void>;
  /** Like `commit`, but a crash may undo it. */
  saveReceipts(receipts: StoredReceipts): Promise<void>;
  /** This log must never be continued from here: more was written than the store knows of. */
  abandon(): void;
  close(): Promise<void>;
}
