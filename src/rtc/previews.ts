import { bodyAfter, type Timestamp, type UnsignedBody } from '../protocol/batch.ts';
import type { UnsignedFrame } from '../protocol/frames.ts';
import type { AuthorId } from '../protocol/ids.ts';
import { laterTimestamp, type Clock } from './clock.ts';
import { entriesOf, type Entry } from './entry.ts';
import type { StoredMark } from './store.ts';

/** A batch whose entries are shown and whose signature is still on its way. */
export interface Preview {
  /** The body without its `prev`. */
  readonly text: string;
  readonly first: number;
  readonly last: number;
  /** The effective time of its entries. */
  readonly sortAt: Timestamp;
  readonly entries: readonly Entry[];
}

/** UTF-16 units of everybody together. A signature is never long in coming, and who has gone without is shown up to here. */
const MAX_UNITS = 8_388_608;

/**
 * What is shown ahead of its signature: of each author the batches that follow its mark. Nothing of it is counted, kept or
 * told to others. What the author then signs counts: where it is the same it is committed without being shown again, else
 * what was shown is withdrawn. docs/decisions/0009
 */
export class Previews {
  readonly #self: AuthorId;
  readonly #clock: Clock;
  readonly #withdraw: (entries: readonly Entry[]) => void;
  readonly #of = new Map<AuthorId, Preview[]>();
  #units = 0;

  constructor(self: AuthorId, clock: Clock, withdraw: (entries: readonly Entry[]) => void) {
    this.#self = self;
    this.#clock = clock;
    this.#withdraw = withdraw;
  }

  /** The first of this author with entries after `seq`. */
  after(author: AuthorId, seq: number): Preview | null {
    return this.#of.get(author)?.find(({ first }) => first > seq) ?? null;
  }

  /** Whether it is news, and follows what is held or shown of this author. */
  follows(
    author: AuthorId,
    { text, body }: Omit<UnsignedFrame, 'type'>,
    mark: StoredMark | undefined,
  ): boolean {
    const known = this.#of.get(author) ?? [];
    if (known.some((preview) => preview.text === text)) return false;
    const high = known.at(-1)?.last ?? mark?.high;
    return high === undefined || body.first === high + 1;
  }

  /** For the caller to show. */
  add(author: AuthorId, text: string, body: UnsignedBody, mark: StoredMark | undefined): Preview {
    for (const other of this.#of.keys()) {
      if (this.#units + text.length <= MAX_UNITS) break;
      if (other !== this.#self && other !== author) this.drop(other);
    }
    const known = this.#of.get(author) ?? [];
    const observed = this.#clock.observe(body.at);
    const before = known.at(-1)?.sortAt ?? mark?.at;
    const sortAt = before ? laterTimestamp(before, observed) : observed;
    const { first, items } = body;
    const preview = {
      text,
      first,
      last: first + items.length - 1,
      sortAt,
      entries: entriesOf(author, body, sortAt, author === this.#self),
    };
    known.push(preview);
    this.#of.set(author, known);
    this.#units += text.length;
    return preview;
  }

  /** A batch of this author is signed and committed; whether it was shown. */
  confirm(author: AuthorId, prev: string, body: string): boolean {
    const known = this.#of.get(author);
    const next = known?.[0];
    if (!known || !next) return false;
    if (bodyAfter(prev, next.text) !== body) {
      this.drop(author);
      return false;
    }
    known.shift();
    this.#units -= next.text.length;
    if (known.length === 0) this.#of.delete(author);
    return true;
  }

  /** Its author does not stand by what it has shown. */
  drop(author: AuthorId): void {
    const known = this.#of.get(author);
    if (!known) return;
    this.#of.delete(author);
    for (const { text } of known) this.#units -= text.length;
    this.#withdraw(known.flatMap(({ entries }) => entries));
  }
}
