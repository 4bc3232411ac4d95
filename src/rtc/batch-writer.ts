import { RtcChatError } from '../protocol/errors.ts';
import type { PersonName, RoomName } from '../protocol/ids.ts';
import { MAX_BATCH_BYTES, MAX_BATCH_ITEMS, MAX_TEXT_UNITS } from '../protocol/limits.ts';
import { utf8Bytes } from '../protocol/schema.ts';
import { entriesText, fingerprint } from '../protocol/signing.ts';
import type { CheckedBatch } from './batch-verifier.ts';
import type { Clock } from './clock.ts';
import type { Entry } from './entry.ts';
import type { Identity } from './identity.ts';

export interface BatchWriterOptions {
  readonly identity: Identity;
  readonly room: RoomName;
  readonly clock: Clock;
  readonly name: () => PersonName;
  /** False under `history: "none"`. */
  readonly keep: boolean;
  /** Back-pressure: awaited before each batch is built. */
  readonly beforeWrite: () => Promise<void>;
  /** Where our log ends. */
  readonly end: () => { readonly high: number; readonly head: string };
  /** Commits a batch that continues there and gives its entries, or rejects with nothing changed. */
  readonly commit: (batch: CheckedBatch) => Promise<readonly Entry[]>;
}

interface Waiting {
  readonly text: string;
  readonly resolve: (entry: Entry) => void;
  readonly reject: (error: unknown) => void;
}

/** UTF-8 bytes of a UTF-16 unit of JSON that is escaped once more, at the most. */
const MOST_BYTES_OF_A_UNIT = 3;
/** Bytes of a body besides its items: numbers, a head and a name, with room to spare. */
const BODY_HEAD_BYTES = 2_048;

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

  /** Texts that are in no batch yet are refused with `closed`; one that is being committed goes its way. */
  close(): void {
    this.#closed = true;
    const waiting = this.#queue.slice(this.#at);
    this.#queue = [];
    this.#at = 0;
    for (const { reject } of waiting) reject(closedError());
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#at < this.#queue.length) {
      let taken: readonly Waiting[] = [];
      try {
        await this.#options.beforeWrite();
        const items: string[] = [];
        taken = this.#take(items);
        if (taken.length === 0) break;
        const entries = await this.#options.commit(await this.#build(items, taken));
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
      // Measured only where it could be too much.
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

  async #build(items: readonly string[], taken: readonly Waiting[]): Promise<CheckedBatch> {
    const { identity, room, clock, name, keep, end } = this.#options;
    const { high, head: prev } = end();
    const first = high + 1;
    const start = { first, prev, at: clock.tick(), name: name(), ...(keep ? {} : { keep }) };
    const body = `${JSON.stringify(start).slice(0, -1)},"items":[${items.join()}]}`;
    const [sig, head] = await Promise.all([
      identity.sign(entriesText(room, body)),
      fingerprint(body),
    ]);
    return {
      batch: { key: identity.key, body, sig },
      author: identity.id,
      body: { ...start, keep, items: taken.map(({ text }) => ({ kind: 'text', text })) },
      last: high + items.length,
      head,
      bytes: utf8Bytes(body),
    };
  }
}

/** As escaped in a frame, which is never less than in the body: one measure keeps both bounds. */
function bytesInFrame(item: string): number {
  return utf8Bytes(JSON.stringify(item));
}

function closedError(): RtcChatError {
  return new RtcChatError('closed', 'The room was left before this message was written.');
}
