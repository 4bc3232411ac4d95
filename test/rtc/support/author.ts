import type { SignedBatch } from '../../../src/protocol/batch.ts';
import type { AuthorId, PeerId, PersonName, RoomName } from '../../../src/protocol/ids.ts';
import { entriesText, fingerprint } from '../../../src/protocol/signing.ts';
import { createKeyPair, identityOf, type Identity } from '../../../src/rtc/identity.ts';

export const room = 'lobby' as RoomName;
export const person = (name: string): PersonName => name as PersonName;
export const authorOf = (id: string): AuthorId => id as AuthorId;

/** What a batch says where a test wants something else than the next honest one. */
export interface BodyFields {
  readonly first?: number;
  readonly prev?: string;
  readonly at?: readonly [number, number];
  readonly name?: string;
  readonly keep?: boolean;
  readonly items?: readonly unknown[];
}

/** Somebody who writes batches by hand, honest ones and others. */
export class Author {
  readonly identity: Identity;
  readonly name: string;
  high = 0;
  head = '';
  /** Milliseconds of the next batch. */
  ms = Date.now();

  static async create(name = 'Ada'): Promise<Author> {
    return new Author(await identityOf(await createKeyPair()), name);
  }

  constructor(identity: Identity, name: string) {
    this.identity = identity;
    this.name = name;
  }

  get id(): PeerId {
    return this.identity.id;
  }

  get author(): AuthorId {
    return authorOf(this.id);
  }

  /** The next batch of this log. */
  async write(...texts: readonly string[]): Promise<SignedBatch> {
    return this.writeBody({ items: texts.map((text) => ({ kind: 'text', text })) });
  }

  async writeBody(fields: BodyFields): Promise<SignedBatch> {
    const batch = await this.sign(fields);
    const items = fields.items ?? [{}];
    this.high = (fields.first ?? this.high + 1) + items.length - 1;
    this.head = await fingerprint(batch.body);
    this.ms = Math.max(this.ms + 1, fields.at?.[0] ?? 0);
    return batch;
  }

  /** A signed batch that does not become part of this log. */
  async sign(fields: BodyFields): Promise<SignedBatch> {
    const body = JSON.stringify({
      first: this.high + 1,
      prev: this.head,
      at: [this.ms, 0],
      name: this.name,
      items: [{ kind: 'text', text: 'hello' }],
      ...fields,
    });
    return this.signBody(body);
  }

  async signBody(body: string): Promise<SignedBatch> {
    const sig = await this.identity.sign(entriesText(room, body));
    return { key: this.identity.key, body, sig };
  }
}
