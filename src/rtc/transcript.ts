import { RtcChatError } from '../protocol/errors.ts';
import type { AuthorId, PeerId } from '../protocol/ids.ts';
import type { History } from './chat-room.ts';
import { Conversation } from './conversation.ts';
import type { Entry } from './entry.ts';
import type { Lease } from './lease.ts';
import type { Log, LogChange } from './log.ts';
import type { Message, Receipt } from './message.ts';
import { Receipts } from './receipts.ts';
import type { LeaveReason } from './room-events.ts';
import { Timer } from './timer.ts';
import type { Dropped } from './trim.ts';

export interface TranscriptHandlers {
  message(message: Message): void;
  delivery(message: Message): void;
  /** Own batches are committed, or shown and being signed: they may leave. */
  written(): void;
  /** Something of these authors is committed. */
  heard(authors: readonly AuthorId[]): void;
  /** The logs of these begin later than they did. */
  trimmed(authors: readonly AuthorId[]): void;
  /** `history`, `historyError` or `trimmed` may be another one. */
  changed(): void;
  /** Older messages stand before the others now. */
  restored(): void;
  trouble(error: RtcChatError): void;
}

/** Entering a room comes first; but older messages wait no longer than this for it. */
const CALM_MS = 1_000;

/**
 * The conversation as it is read: the log's entries in order, with the marks of how far each of ours has come.
 * Closed by its stay, before the lease is released.
 */
export class Transcript {
  readonly receipts: Receipts;
  /** Fulfils when the newest page of what is kept is there. */
  readonly opened: Promise<void>;
  readonly #log: Log;
  readonly #lease: Lease;
  readonly #conversation: Conversation;
  readonly #handlers: TranscriptHandlers;
  /** Why what is written from now on is kept in memory only. */
  #storeError: RtcChatError | null = null;
  #isOpen = false;
  readonly #waiting = new Timer();
  /** Somebody no longer had what we had not yet read. */
  #gap = false;

  constructor(log: Log, lease: Lease, handlers: TranscriptHandlers) {
    this.#log = log;
    this.#lease = lease;
    this.#handlers = handlers;
    this.receipts = new Receipts(log);
    this.#conversation = new Conversation(this.receipts, (author) => log.passedOnBy(author));
    log.onCommit = (change) => this.#committed(change);
    log.onRestore = (entries) => this.#restored(entries);
    log.onRead = () => handlers.written();
    log.onWithdraw = (entries) => {
      this.#conversation.withdraw(entries);
      handlers.changed();
    };
    log.onTrim = (dropped) => this.#trimmed(dropped);
    log.onError = (error) => this.#failed(error);
    lease.noted?.catch((cause: unknown) => log.storeFailed(cause));
    this.receipts.onChange = (ids) => {
      for (const message of this.#conversation.touch(ids)) handlers.delivery(message);
    };
    this.#waiting.set(CALM_MS, () => this.#readRest());
    this.opened = this.#open();
  }

  /** Whether the newest page of what is kept is there. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Older messages are kept than stand here yet. */
  get restoring(): boolean {
    return this.#log.restoring;
  }

  get messages(): readonly Message[] {
    return this.#conversation.messages;
  }

  /** What is in force, which a store that fails makes less. */
  get history(): History {
    return this.#storeError ? 'none' : this.#lease.history;
  }

  get historyError(): RtcChatError | null {
    return this.#storeError ?? this.#log.full ?? this.#lease.historyError;
  }

  /** Older messages are missing, here or at their author. */
  get trimmed(): boolean {
    return this.#gap || this.#log.trimmed;
  }

  /** The room is entered, or is not to be had: what is older may be read now. */
  readOn(): void {
    if (!this.#waiting.armed) return;
    this.#waiting.clear();
    this.#readRest();
  }

  /** Somebody is no longer here. Who has broken the protocol is not believed what it has not signed. */
  left(id: PeerId, reason: LeaveReason): void {
    this.receipts.peerLeft(id);
    if (reason === 'violation') this.#log.withdraw(id);
  }

  /** Somebody is here under this name. */
  rename(id: PeerId, name: string): void {
    this.#conversation.rename(id, name);
  }

  /** Fulfils when the text is committed. */
  async send(text: string): Promise<Message> {
    const { id } = await this.#log.append(text);
    const message = this.#conversation.get(id);
    if (message) return message;
    throw new RtcChatError('closed', 'The room was left before the message could be kept.');
  }

  /** With whom this message of ours is, and since when; empty where it is none. */
  receiptsOf(messageId: string): readonly Receipt[] {
    const message = this.#conversation.get(messageId);
    if (!message?.own) return [];
    const named = this.receipts.each(seqOf(messageId));
    return named.map((each) => ({ ...each, name: this.#conversation.nameOf(each.id) }));
  }

  /** What we have written from this seq on and nobody holds but perhaps this one, who holds something else there. */
  lostSince(seq: number, but: PeerId): readonly string[] {
    const lost = this.messages.filter(({ id, own }) => {
      if (!own || seqOf(id) < seq) return false;
      return this.receiptsOf(id).every((each) => each.id === but || each.state === 'waiting');
    });
    return lost.map(({ text }) => text);
  }

  /** Of each author but us the highest seq up to and including this message. */
  readThrough(messageId: string): readonly (readonly [AuthorId, number])[] {
    return [...this.#conversation.upTo(messageId)].filter(([author]) => author !== this.#log.self);
  }

  /** Drops all entries. Keys, highs and heads stay, so that nothing comes back and no seq is used twice. */
  async clear(): Promise<void> {
    await this.#log.clear();
    const own = this.#log.marks.get(this.#log.self);
    if (own) this.receipts.drop(own[1]);
    this.#conversation.clear();
    this.#gap = false;
    this.#handlers.trimmed([...this.#log.marks.keys()]);
    this.#handlers.changed();
  }

  async close(): Promise<void> {
    this.#waiting.clear();
    await this.#log.close();
    this.receipts.close();
  }

  #committed({ entries, authors, own, written, gaps }: LogChange): void {
    if (own) this.#handlers.written();
    if (written.length > 0) this.receipts.committed(written);
    const messages = this.#conversation.add(entries);
    if (!own) this.#handlers.heard(authors);
    for (const message of messages) this.#handlers.message(message);
    if (gaps.length === 0) return;
    this.#gap = true;
    this.#handlers.changed();
  }

  #readRest(): void {
    // Nothing rejects: what cannot be read is told by `onError`.
    void this.opened.then(() => this.#log.readRest());
  }

  async #open(): Promise<void> {
    await this.#log.readNewest();
    this.#isOpen = true;
    this.#handlers.restored();
  }

  #restored(entries: readonly Entry[]): void {
    this.#conversation.restore(entries);
    if (this.#isOpen) this.#handlers.restored();
  }

  #trimmed(dropped: readonly Dropped[]): void {
    this.#conversation.drop(dropped);
    for (const { author, through } of dropped) {
      if (author === this.#log.self) this.receipts.drop(through);
    }
    this.#handlers.trimmed(dropped.map(({ author }) => author));
    this.#handlers.changed();
  }

  #failed(error: RtcChatError): void {
    if (error.code === 'store-unavailable') this.#storeError = error;
    if (error.code === 'store-unreadable') this.#gap = true;
    this.#handlers.trouble(error);
    this.#handlers.changed();
  }
}

function seqOf(messageId: string): number {
  return Number(messageId.slice(messageId.lastIndexOf(':') + 1));
}
