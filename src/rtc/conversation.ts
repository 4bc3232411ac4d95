import type { AuthorId, PeerId } from '../protocol/ids.ts';
import { countBefore } from './bisect.ts';
import { compareEntries, peerOf, type Entry } from './entry.ts';
import { grouped, merged } from './merge.ts';
import type { Message } from './message.ts';
import type { Receipts } from './receipts.ts';
import type { Dropped } from './trim.ts';

interface Row {
  readonly entry: Entry;
  /** Made when somebody looks; null after its progress has changed. */
  message: Message | null;
}

/**
 * All texts kept, in the order in which people read them. Messages are snapshots: as long as nothing about one changes
 * it is the same object, and as long as nothing changes at all so is the array.
 */
export class Conversation {
  readonly #receipts: Pick<Receipts, 'stateOf'>;
  readonly #passedOnBy: (author: AuthorId) => string | null;
  #rows: Row[] = [];
  /** The same by author, each in the order of its seqs. */
  readonly #byAuthor = new Map<AuthorId, Row[]>();
  readonly #names = new Map<PeerId, string>();
  readonly #people = new Map<PeerId, Message['author']>();
  #messages: readonly Message[] | null = null;

  /** `passedOnBy`: the name of who passed on what somebody has written whom we had not met. */
  constructor(
    receipts: Pick<Receipts, 'stateOf'>,
    passedOnBy: (author: AuthorId) => string | null = () => null,
  ) {
    this.#receipts = receipts;
    this.#passedOnBy = passedOnBy;
  }

  /** Oldest first. */
  get messages(): readonly Message[] {
    return (this.#messages ??= this.#rows.map((row) => this.#messageOf(row)));
  }

  get(id: string): Message | null {
    const row = this.#row(id);
    return row ? this.#messageOf(row) : null;
  }

  /** Takes entries that were committed and gives their messages, in the order given. */
  add(entries: readonly Entry[]): readonly Message[] {
    return this.#insert(entries).map((row) => this.#messageOf(row));
  }

  /** Takes entries that were kept; nobody is told of each. */
  restore(entries: readonly Entry[]): void {
    this.#insert(entries);
  }

  /** The progress of these has changed; gives their new messages. */
  touch(ids: readonly string[]): readonly Message[] {
    const rows = ids.flatMap((id) => this.#row(id) ?? []);
    for (const row of rows) row.message = null;
    if (rows.length > 0) this.#messages = null;
    return rows.map((row) => this.#messageOf(row));
  }

  /**
   * Who is here under this name; what it has written, and claims in it, is shown under no other. Authors whom we have
   * not met have the name that they wrote under.
   */
  rename(id: PeerId, name: string): void {
    if (this.#names.get(id) === name) return;
    this.#names.set(id, name);
    for (const [author, rows] of this.#byAuthor) {
      if (peerOf(author) !== id) continue;
      for (const row of rows) row.message = null;
      this.#messages = null;
    }
  }

  nameOf(id: PeerId): string {
    return this.#names.get(id) ?? this.#people.get(id)?.name ?? '';
  }

  /** These are no longer kept. */
  drop(dropped: readonly Dropped[]): void {
    for (const { author, through } of dropped) {
      const rows = this.#byAuthor.get(author);
      rows?.splice(
        0,
        countBefore(rows, ({ entry }) => entry.seq <= through),
      );
    }
    const through = new Map<AuthorId, number>(dropped.map((each) => [each.author, each.through]));
    this.#rows = this.#rows.filter(({ entry }) => entry.seq > (through.get(entry.author) ?? 0));
    this.#messages = null;
  }

  /** Their author does not stand by these. */
  withdraw(entries: readonly Entry[]): void {
    const ids = new Set(entries.map(({ id }) => id));
    const stays = ({ entry }: Row): boolean => !ids.has(entry.id);
    for (const [author, rows] of this.#byAuthor) this.#byAuthor.set(author, rows.filter(stays));
    this.#rows = this.#rows.filter(stays);
    this.#messages = null;
  }

  clear(): void {
    this.#rows = [];
    this.#byAuthor.clear();
    this.#messages = null;
  }

  /** Of each author the highest seq up to and including this message; empty where it is not known. */
  upTo(id: string): ReadonlyMap<AuthorId, number> {
    const marks = new Map<AuthorId, number>();
    const row = this.#row(id);
    if (!row) return marks;
    for (const [author, rows] of this.#byAuthor) {
      const last = rows[countBefore(rows, (each) => compareRows(each, row) <= 0) - 1];
      if (last) marks.set(author, last.entry.seq);
    }
    return marks;
  }

  #insert(entries: readonly Entry[]): readonly Row[] {
    const added = entries
      .filter(({ author, seq }) => !this.#find(author, seq))
      .map((entry): Row => ({ entry, message: null }));
    const [row] = added;
    if (!row) return added;
    const last = this.#rows.at(-1);
    const known = this.#byAuthor.get(row.entry.author);
    if (added.length === 1 && last && known && compareRows(last, row) < 0) {
      // As nearly always: what is said now comes after everything.
      known.push(row);
      this.#rows.push(row);
    } else this.#merge(added);
    this.#messages = null;
    return added;
  }

  #merge(added: readonly Row[]): void {
    for (const [author, rows] of grouped(added, ({ entry }) => entry.author)) {
      const known = this.#byAuthor.get(author) ?? [];
      this.#byAuthor.set(author, merged(known, rows, compareRows));
    }
    this.#rows = merged(this.#rows, added, compareRows);
  }

  #row(id: string): Row | undefined {
    const at = id.lastIndexOf(':');
    return this.#find(id.slice(0, at) as AuthorId, Number(id.slice(at + 1)));
  }

  #find(author: AuthorId, seq: number): Row | undefined {
    const rows = this.#byAuthor.get(author);
    if (!rows || (rows.at(-1)?.entry.seq ?? 0) < seq) return undefined;
    const row = rows[countBefore(rows, ({ entry }) => entry.seq < seq)];
    return row?.entry.seq === seq ? row : undefined;
  }

  /** One object for all that somebody has said under one name. */
  #person(id: PeerId, name: string): Message['author'] {
    const known = this.#people.get(id);
    if (known?.name === name) return known;
    const person = { id, name };
    this.#people.set(id, person);
    return person;
  }

  #messageOf(row: Row): Message {
    const { id, author, name, text, sortAt, own } = row.entry;
    const peer = peerOf(author);
    if (row.message) return row.message;
    const passedOnBy = this.#names.has(peer) ? null : this.#passedOnBy(author);
    return (row.message = {
      id,
      author: this.#person(peer, this.#names.get(peer) ?? name),
      text,
      sentAt: new Date(sortAt[0]),
      own,
      ...(passedOnBy !== null && { passedOnBy }),
      ...this.#receipts.stateOf(row.entry),
    });
  }
}

function compareRows(a: Row, b: Row): number {
  return compareEntries(a.entry, b.entry);
}
