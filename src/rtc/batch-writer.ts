import { bodyAfter, joined, lastOf, type UnsignedBody } from '../protocol/batch.ts';
import { RtcChatError } from '../protocol/errors.ts';
import type { PersonName, RoomName } from '../protocol/ids.ts';
import {
  MAX_BATCH_BYTES,
  MAX_BATCH_ITEMS,
  MAX_TEXT_UNITS,
  MAX_UNSIGNED_UNITS,
} from '../protocol/limits.ts';
import { utf8Bytes } from '../protocol/schema.ts';
import { entriesText, fingerprint } from '../protocol/signing.ts';
import type { CheckedBatch } from './batch-verifier.ts';
import type { Clock } from './clock.ts';
import type { Entry } from './entry.ts';
import type { Identity } from './identity.ts';
import { Timer } from './timer.ts';

export interface BatchWriterOptions {
  readonly identity: Identity;
  readonly room: RoomName;
  readonly clock: Clock;
  readonly name: () => PersonName;
  /** False under `history: "none"`. */
  readonly keep: boolean;
  /** Back-pressure: awaited before each batch is built; null where nothing keeps us from writing. */
  readonly beforeWrite: () => Promise<void> | null;
  /** Where our log ends. */
  readonly end: () => LogEnd;
  /** Whether everybody present takes a batch ahead of its signature. */
  readonly late: () => boolean;
  /** Shows it and lets it leave ahead of its signature. */
  readonly show: (draft: Draft) => readonly Entry[];
  /** Commits a batch and gives its entries; none where the log does not end there any more. Else rejects. */
  readonly commit: (batch: CheckedBatch) => Promise<readonly Entry[]>;
}

interface LogEnd {
  readonly high: number;
  readonly head: string;
}

/** A batch that is not signed yet. */
export interface Draft {
  /** The body without its `prev`. */
  readonly text: string;
  readonly body: UnsignedBody;
  readonly last: number;
}

interface Waiting {
  readonly text: string;
  readonly resolve: (entry: Entry) => void;
  readonly reject: (error: unknown) => void;
}

/** Of what JSON has escaped once, escaped once more: as it is in a frame, which is never less than in the body. */
const MOST_BYTES_OF_A_UNIT = 3;
/** Bytes of a body besides its items: numbers, a head and a name, with room to spare. */
const BODY_HEAD_BYTES = 2_048;

/** Long enough that signing is not in the way of the answer, short enough to be over before anything happens to us. */
const SIGN_AFTER_MS = 50;

/**
 * Writes our log: texts that wait while a batch is being committed become the next batch, so that a loop of many costs
 * few signatures and few transactions. One batch at a time, because each one names the one before it.
 */
export class BatchWriter {
  readonly #options: BatchWriterOptions;
  /** From `#at` on; taking from the front of a long array would copy it each time. */
  #queue: Waiting[] = [];
  #at = 0;
  #running = false;
  #closed = false;
  /** What is shown and not signed yet; it is signed after a moment, in which more of it may come. */
  #ahead: Draft[] = [];
  #aheadUnits = 0;
  #signing: Promise<void> | null = null;
  readonly #signSoon = new Timer();

  constructor(options: BatchWriterOptions) {
    this.#options = options;
  }

  /** Fulfils when the text is committed. */
  append(text: string): Promise<Entry> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw closedError();
      // A batch that nobody takes would end this log for ever.
      if (text.length > MAX_TEXT_UNITS) {
        throw new RtcChatError(
          'message-too-long',
          `A message has at most ${MAX_TEXT_UNITS} characters.`,
        );
      }
      this.#queue.push({ text, resolve, reject });
      if (!this.#running) void this.#run();
    });
  }

  /** Signs and commits what is shown; null where nothing is. Rejects where that fails: the next text tries again. */
  sign(): Promise<void> | null {
    return this.#ahead.length > 0 ? this.#signAll() : null;
  }

  /** Texts that are in no batch yet are refused with `closed`; one that is being committed goes its way. */
  close(): void {
    this.#closed = true;
    this.#signSoon.clear();
    const waiting = this.#queue.slice(this.#at);
    this.#queue = [];
    this.#at = 0;
    for (const { reject } of waiting) reject(closedError());
  }

  async #run(): Promise<void> {
    this.#running = true;
    // What else is said in this moment goes with it.
    await Promise.resolve();
    while (this.#at < this.#queue.length) {
      let taken: readonly Waiting[] = [];
      try {
        // Each `await` is time between what is said and its way: only where there is something to wait for.
        const room = this.#options.beforeWrite();
        if (room) await room;
        const items: string[] = [];
        taken = this.#take(items);
        if (taken.length === 0) break;
        const draft = this.#draft(items, taken);
        let entries = this.#show(draft) ?? (await this.#write(draft));
        // Once more where the log has grown meanwhile by what others held of it.
        while (entries.length === 0) entries = await this.#write(this.#draft(items, taken));
        entries.forEach((entry, index) => taken[index]?.resolve(entry));
      } catch (error) {
        for (const { reject } of taken.length > 0 ? taken : this.#take([])) reject(error);
      }
    }
    this.#running = false;
  }

  /** What fits into the next batch, with the JSON of its items. */
  #take(items: string[]): readonly Waiting[] {
    const from = this.#at;
    let most = BODY_HEAD_BYTES;
    let bytes = 0;
    while (this.#at < this.#queue.length && items.length < MAX_BATCH_ITEMS) {
      const item = `{"kind":"text","text":${JSON.stringify(this.#queue[this.#at]?.text)}}`;
      most += MOST_BYTES_OF_A_UNIT * (item.length + 2);
      if (most > MAX_BATCH_BYTES) {
        bytes ||= items.reduce((sum, each) => sum + bytesInFrame(each), BODY_HEAD_BYTES);
        bytes += bytesInFrame(item);
        if (bytes > MAX_BATCH_BYTES && items.length > 0) break;
      }
      items.push(item);
      this.#at++;
    }
    const taken = this.#queue.slice(from, this.#at);
    if (this.#at * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#at);
      this.#at = 0;
    }
    return taken;
  }

  #draft(items: readonly string[], taken: readonly Waiting[]): Draft {
    const { clock, name, keep, end } = this.#options;
    const high = this.#ahead.at(-1)?.last ?? end().high;
    const start = { first: high + 1, at: clock.tick(), name: name(), ...(keep ? {} : { keep }) };
    const text = `${JSON.stringify(start).slice(0, -1)},"items":[${items.join()}]}`;
    const body = {
      ...start,
      keep,
      items: taken.map((each) => ({ kind: 'text', text: each.text }) as const),
    };
    return { text, body, last: high + items.length };
  }

  /** Null where it is to be signed first. In a flood that delays nobody, and costs less. */
  #show(draft: Draft): readonly Entry[] | null {
    const { keep, late, show } = this.#options;
    const ahead = this.#ahead;
    const items = draft.last - (ahead[0] ?? draft).body.first + 1;
    const units = this.#aheadUnits + draft.text.length;
    const fits = items <= MAX_BATCH_ITEMS && units <= MAX_UNSIGNED_UNITS;
    // What is kept is committed before anybody sees it.
    if (keep || !fits || this.#at < this.#queue.length || !late()) return null;
    const entries = show(draft);
    ahead.push(draft);
    this.#aheadUnits = units;
    this.#signLater();
    return entries;
  }

  async #write(draft: Draft): Promise<readonly Entry[]> {
    await this.sign();
    return this.#commit([draft]);
  }

  /** What is shown meanwhile as well: who asks wants to go on behind all of it. */
  async #signAll(): Promise<void> {
    while (this.#ahead.length > 0) await this.#signShown();
  }

  #signShown(): Promise<void> {
    this.#signSoon.clear();
    this.#signing ??= this.#commitShown().finally(() => {
      this.#signing = null;
    });
    return this.#signing;
  }

  async #commitShown(): Promise<void> {
    const drafts = [...this.#ahead];
    await this.#commit(drafts);
    this.#ahead.splice(0, drafts.length);
    for (const { text } of drafts) this.#aheadUnits -= text.length;
    if (this.#ahead.length > 0) this.#signLater();
  }

  #signLater(): void {
    if (this.#signSoon.armed) return;
    // What fails is tried again with the next text, whose author is told.
    this.#signSoon.set(SIGN_AFTER_MS, () => void this.#signShown().catch(() => undefined));
  }

  /** All of them under one signature. */
  async #commit(drafts: readonly Draft[]): Promise<readonly Entry[]> {
    const { identity, room, end, commit } = this.#options;
    const { key, id: author } = identity;
    const prev = end().head;
    const signed = bodyAfter(prev, ...drafts.map(({ text }) => text));
    const signing = identity.sign(entriesText(room, signed));
    const [sig, head] = await Promise.all([signing, fingerprint(signed)]);
    const body = { prev, ...joined(drafts.map((draft) => draft.body)) };
    const batch = { key, body: signed, sig };
    return commit({ batch, author, body, last: lastOf(body), head, bytes: utf8Bytes(signed) });
  }
}

function bytesInFrame(item: string): number {
  return utf8Bytes(JSON.stringify(item));
}

function closedError(): RtcChatError {
  return new RtcChatError('closed', 'The room was left before this message was written.');
}
