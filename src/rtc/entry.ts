import type { BatchBody, Timestamp } from '../protocol/batch.ts';
import type { AuthorId, PeerId, PersonName } from '../protocol/ids.ts';
import { compareTimestamps } from './clock.ts';

/** One text of an author's log. Items of kinds that we do not know take a seq and make no entry. */
export interface Entry {
  /** `author + ":" + seq`. */
  readonly id: string;
  readonly author: AuthorId;
  readonly seq: number;
  /** The author's name when it wrote this. */
  readonly name: PersonName;
  readonly text: string;
  /** As its author wrote it. */
  readonly at: Timestamp;
  /** What it sorts by: never less than that of the author's entry before it. */
  readonly sortAt: Timestamp;
  readonly own: boolean;
}

/** The log that a peer writes under its own id. */
export function logOf(peer: PeerId): AuthorId {
  return peer as string as AuthorId;
}

/** Who writes this log. */
export function peerOf(author: AuthorId): PeerId {
  return author.slice(0, 22) as PeerId;
}

export function entryId(author: AuthorId, seq: number): string {
  return `${author}:${seq}`;
}

/** The texts of a batch. */
export function entriesOf(
  author: AuthorId,
  body: Pick<BatchBody, 'first' | 'at' | 'name' | 'items'>,
  sortAt: Timestamp,
  own: boolean,
): Entry[] {
  const { first, at, name, items } = body;
  const entries: Entry[] = [];
  items.forEach((item, index) => {
    if (item.kind !== 'text') return;
    const seq = first + index;
    entries.push({ id: entryId(author, seq), author, seq, name, text: item.text, at, sortAt, own });
  });
  return entries;
}

/** The order of a conversation: by effective time, then by author, within an author by seq. */
export function compareEntries(a: Entry, b: Entry): number {
  if (a.author === b.author) return a.seq - b.seq;
  return compareTimestamps(a.sortAt, b.sortAt) || (a.author < b.author ? -1 : 1);
}
