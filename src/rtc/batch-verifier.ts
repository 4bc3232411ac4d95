import { parseBatchBody, type BatchBody, type SignedBatch } from '../protocol/batch.ts';
import type { PeerId, RoomName } from '../protocol/ids.ts';
import { utf8Bytes } from '../protocol/schema.ts';
import {
  entriesText,
  fingerprint,
  importVerifier,
  peerIdOf,
  type Verifier,
} from '../protocol/signing.ts';

/** A batch whose signature holds and whose body has the right shape. */
export interface CheckedBatch {
  readonly batch: SignedBatch;
  readonly author: PeerId;
  readonly body: BatchBody;
  readonly last: number;
  /** The fingerprint of the body. */
  readonly head: string;
  readonly bytes: number;
}

interface Author {
  readonly id: PeerId;
  readonly verifier: Verifier;
}

/** Keys in use at one time: everybody in a full room several times over. An import costs as much as a check. */
const MAX_KEYS = 256;

/** Checks batches of one room; keeps imported keys. */
export class BatchVerifier {
  readonly #room: RoomName;
  readonly #authors = new Map<string, Promise<Author | null>>();

  constructor(room: RoomName) {
    this.#room = room;
  }

  /** Null where the key, the signature or the body does not hold. */
  async check(batch: SignedBatch): Promise<CheckedBatch | null> {
    const body = parseBatchBody(batch.body);
    if (!body) return null;
    const heading = fingerprint(batch.body);
    const author = await this.#author(batch.key);
    if (!author || !(await author.verifier.verify(entriesText(this.#room, batch.body), batch.sig)))
      return null;
    const last = body.first + body.items.length - 1;
    return {
      batch,
      author: author.id,
      body,
      last,
      head: await heading,
      bytes: utf8Bytes(batch.body),
    };
  }

  #author(key: string): Promise<Author | null> {
    const known = this.#authors.get(key);
    if (known) return known;
    const author = importAuthor(key);
    const [oldest] = this.#authors.keys();
    if (this.#authors.size >= MAX_KEYS && oldest !== undefined) this.#authors.delete(oldest);
    this.#authors.set(key, author);
    return author;
  }
}

async function importAuthor(key: string): Promise<Author | null> {
  const [id, verifier] = await Promise.all([peerIdOf(key), importVerifier(key)]);
  return id && verifier && { id, verifier };
}
