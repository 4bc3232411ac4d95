import { lastOf, parseBatchBody, type BatchBody, type SignedBatch } from '../protocol/batch.ts';
import type { PeerId, RoomName } from '../protocol/ids.ts';
import { utf8Bytes } from '../protocol/schema.ts';
import { entriesText, fingerprint } from '../protocol/signing.ts';
import { KnownKeys } from './known-keys.ts';

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

/** Checks batches of one room; keeps imported keys. */
export class BatchVerifier {
  readonly #room: RoomName;
  readonly #keys = new KnownKeys();

  constructor(room: RoomName) {
    this.#room = room;
  }

  /** Null where the key, the signature or the body does not hold. */
  async check(batch: SignedBatch): Promise<CheckedBatch | null> {
    const body = parseBatchBody(batch.body);
    if (!body) return null;
    const heading = fingerprint(batch.body);
    const author = await this.#keys.authorOf(batch.key);
    if (!author || !(await author.verifier.verify(entriesText(this.#room, batch.body), batch.sig)))
      return null;
    return {
      batch,
      author: author.id,
      body,
      last: lastOf(body),
      head: await heading,
      bytes: utf8Bytes(batch.body),
    };
  }
}
