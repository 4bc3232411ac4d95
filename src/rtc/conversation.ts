import type { AuthorId, PeerId } from '../protocol/ids.ts';
import { countBefore } from './bisect.ts';
import { compareEntries, type Entry } from './entry.ts';
import type { Log } from './log.ts';
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
  readonly #rows: Row[] = [];
  readonly #byId = new Map<string, Row>();
  readonly #names = new Map<PeerId, string>();
  #messages: readonly Message[] | null = null;

  /** Begins with what the log holds. */
  constructor(log: Pick<Log, 'entries'>, receipts: Pick<Receipts, 'stateOf'>) {
    this.#receipts = receipts;
    this.#insert(log.entries());
  }

  /** Oldest first. */
  get messages(): readonly Message[] {
    return (this.#messages ??= this.#rows.map((row) => this.#messageOf(row)));
  }

  get(id: string): Message | null {
    const row = this.#byId.get(id);
    return row ? this.#messageOf(row) : null;
  }

  /** Takes entries that were committed and gives their messages, in the order given. */
  add(entries: readonly Entry[]): readonly Message[] {
    return this.#insert(entries).map((row) => this.#messageOf(row));
  }

  /** The progress of these has changed; gives their new messages. */
  touch(ids: readonly string[]): readonly Message[] {
    const rows = ids.flatMap((id) => this.#byId.get(id) ?? []);
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
    for (const row of this.#rows) if (row.message?.author.id === id) row.message = null;
    this.#messages = null;
  }

  /** These are no longer kept. */
  drop(dropped: readonly Dropped[]): void {
    const through = new Map<AuthorId, number>(dropped.map((each) => [each.author, each.through]));
    let kept = 0;
    for (const row of this.#rows) {
      const { author, seq, id } = row.entry;
      if (seq <= (through.get(author) ?? 0)) this.#byId.delete(id);
      else this.#rows[kept++] = row;
    }
    this.#rows.length = kept;
    this.#messages = null;
  }

  clear(): void {
    this.#rows.length = 0;
    this.#byId.clear();
    this.#messages = null;
  }

  /** Of each author the highest seq up to and including this message; empty where it is not known. */
  upTo(id: string): ReadonlyMap<AuthorId, number> {
    const marks = new Map<AuthorId, number>();
    const row = this.#byId.get(id);
    if (!row) return marks;
    for (let at = this.#indexAfter(row.entry) - 1; at >= 0; at--) {
      const entry = this.#rows[at]?.entry;
      if (entry && !marks.has(entry.author)) marks.set(entry.author, entry.seq);
    }
    return marks;
  }

  #insert(entries: readonly Entry[]): readonly Row[] {
    const added = entries
      .filter(({ id }) => !this.#byId.has(id))
      .map((entry): Row => ({ entry, message: null }));
    if (added.length === 0) return added;
    for (const row of added) this.#byId.set(row.entry.id, row);
    const sorted = added.toSorted((a, b) => compareEntries(a.entry, b.entry));
    const [first] = sorted;
    // Nearly always everything comes after what is there.
    const tail = first ? this.#rows.splice(this.#indexAfter(first.entry)) : [];
    const all = tail.length > 0 ? [...sorted, ...tail] : sorted;
    if (tail.length > 0) all.sort((a, b) => compareEntries(a.entry, b.entry));
    for (const row of all) this.#rows.push(row);
    this.#messages = null;
    return added;
  }

  /** How many rows stand at or before this entry. */
  #indexAfter(entry: Entry): number {
    const last = this.#rows.at(-1);
    if (!last || compareEntries(last.entry, entry) <= 0) return this.#rows.length;
    return countBefore(this.#rows, (row) => compareEntries(row.entry, entry) <= 0);
  }

  #messageOf(row: Row): Message {
    const { id, author, name, text, sortAt, own } = row.entry;
    const peer = author.slice(0, 22) as PeerId;
    return (row.message ??= {
      id,
      author: { id: peer, name: this.#names.get(peer) ?? name },
      text,
      sentAt: new Date(sortAt[0]),
      own,
      ...this.#receipts.stateOf(row.entry),
    });
  }
}
