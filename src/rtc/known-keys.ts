import type { PeerId, PublicKeyText } from '../protocol/ids.ts';
import { importVerifier, peerIdOf, type Verifier } from '../protocol/signing.ts';

/** Whose key it is, and what checks its signatures. */
export interface Author {
  readonly id: PeerId;
  readonly verifier: Verifier;
}

/** Keys in use at one time: everybody in a full room several times over. An import costs as much as a check. */
const MAX_KEYS = 256;

/** Keeps imported keys, the latest. */
export class KnownKeys {
  readonly #authors = new Map<string, Promise<Author | null>>();

  /** Null where the text is no usable key. */
  authorOf(key: PublicKeyText | string): Promise<Author | null> {
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
