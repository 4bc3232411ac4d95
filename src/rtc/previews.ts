import { lastOf, partsOf, type Timestamp, type UnsignedBody } from '../protocol/batch.ts';
import type { AuthorId } from '../protocol/ids.ts';
import { countBefore } from './bisect.ts';
import { compareTimestamps, laterTimestamp, type Clock } from './clock.ts';
import { entriesOf, type Entry } from './entry.ts';
import type { Taken } from './staging.ts';
import type { StoredMark } from './store.ts';

/** A batch whose entries are shown and whose signature is still on its way. */
export interface Preview {
  /** The body without its `prev`. */
  readonly text: string;
  readonly body: UnsignedBody;
  readonly first: number;
  readonly last: number;
  /** The effective time of its entries. */
  readonly sortAt: Timestamp;
  readonly entries: readonly Entry[];
}

/** What is known of a batch that has been committed. */
type Signed = Pick<Taken, 'batch' | 'body' | 'entries'>;

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
    const known = this.#of.get(author);
    return known?.[countBefore(known, ({ first }) => first <= seq)] ?? null;
  }

  /** Whether it is news, and follows what is shown of this author, and what is held, up to `high`. */
  follows(author: AuthorId, first: number, high: number): boolean {
    return first === Math.max(this.#of.get(author)?.at(-1)?.last ?? 0, high) + 1;
  }

  /** For the caller to show. */
  add(author: AuthorId, text: string, body: UnsignedBody, mark: StoredMark | undefined): Preview {
    for (const other of this.#of.keys()) {
      if (this.#units + text.length <= MAX_UNITS) break;
      if (other !== this.#self) this.drop(other);
    }
    const known = this.#of.get(author) ?? [];
    let sortAt = this.#clock.observe(body.at);
    for (const before of [known.at(-1)?.sortAt, mark?.at])
      if (before) sortAt = laterTimestamp(before, sortAt);
    const preview = {
      text,
      body,
      first: body.first,
      last: lastOf(body),
      sortAt,
      entries: entriesOf(author, body, sortAt, author === this.#self),
    };
    known.push(preview);
    this.#of.set(author, known);
    this.#units += text.length;
    return preview;
  }

  /** A batch of this author is signed and committed; how many of its entries were shown, the first of them all. */
  confirm({ batch: { author, first, last, sortAt }, body, entries }: Signed): number {
    const known = this.#of.get(author) ?? [];
    const parts = partsOf(body);
    const from = known.findIndex((each) => each.first === first);
    const shown = from < 0 ? [] : known.slice(from, from + parts.length);
    const differs = shown.findIndex((each, at) => saidIn(each.body) !== saidIn(parts[at] ?? body));
    const same = differs < 0 ? shown : shown.slice(0, differs);
    known.splice(from, same.length);
    for (const { text } of same) this.#units -= text.length;
    // Somebody else may bring another part of that log first.
    const until = entries.at(-1)?.sortAt ?? sortAt;
    const isBeside = (each: Preview): boolean =>
      last < each.first
        ? compareTimestamps(until, each.sortAt) <= 0
        : each.last < first && compareTimestamps(each.sortAt, sortAt) <= 0;
    if (known.length === 0) this.#of.delete(author);
    else if (!known.every(isBeside)) this.drop(author);
    return same.reduce((sum, each) => sum + each.entries.length, 0);
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

/** All that a person sees of it, and whether it may be kept. */
function saidIn({ first, at, name, keep, items }: UnsignedBody): string {
  return JSON.stringify([first, at, name, keep, items]);
}
