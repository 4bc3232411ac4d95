import type { AuthorId, PeerId } from '../../../src/protocol/ids.ts';
import type { History } from '../../../src/rtc/chat-room.ts';
import { Clock } from '../../../src/rtc/clock.ts';
import { Conversation } from '../../../src/rtc/conversation.ts';
import type { Entry } from '../../../src/rtc/entry.ts';
import { createKeyPair, identityOf, type Identity } from '../../../src/rtc/identity.ts';
import { Log, type LogChange, type LogOptions } from '../../../src/rtc/log.ts';
import { MemoryStore } from '../../../src/rtc/memory-store.ts';
import type { LogStore, StoredBatch } from '../../../src/rtc/store.ts';
import type { Dropped } from '../../../src/rtc/trim.ts';
import { person, room } from './author.ts';

export interface OpenLog {
  readonly log: Log;
  readonly identity: Identity;
  readonly store: LogStore;
  readonly changes: LogChange[];
  readonly dropped: Dropped[];
  readonly errors: string[];
  /** What a reader sees. */
  readonly conversation: Conversation;
  /** Everything that was kept before, and then everything that was told of, in that order. */
  readonly entries: Entry[];
}

/** What is said, in the order in which it is read. */
export const shownIn = ({ conversation }: OpenLog): string[] =>
  conversation.messages.map(({ text }) => text);

/** A log on a store; opened again on the same store and identity it is what a reload makes of it. */
export async function openLog({
  identity,
  store = new MemoryStore(),
  history = 'session',
  read = true,
  ...options
}: Partial<LogOptions> & {
  identity?: Identity;
  store?: LogStore;
  history?: History;
  /** Whether to wait until everything kept has been read. */
  read?: boolean;
} = {}): Promise<OpenLog> {
  const self = identity ?? (await identityOf(await createKeyPair()));
  const log = await Log.open({
    room,
    clock: new Clock(),
    name: () => person('Me'),
    audience: (): PeerId[] => [],
    ...options,
    lease: { identity: self, store, history },
  });
  const opened: OpenLog = {
    log,
    identity: self,
    store,
    changes: [],
    dropped: [],
    errors: [],
    conversation: new Conversation({
      stateOf: () => ({ state: 'delivered', delivered: 0, of: 0, seen: 0 }),
    }),
    entries: [],
  };
  log.onCommit = (change) => {
    opened.changes.push(change);
    opened.entries.push(...change.entries);
    opened.conversation.add(change.entries);
  };
  log.onRestore = (entries) => {
    opened.entries.unshift(...entries);
    opened.conversation.restore(entries);
  };
  log.onTrim = (dropped) => {
    opened.dropped.push(...dropped);
    opened.conversation.drop(dropped);
  };
  log.onError = ({ code }) => opened.errors.push(code);
  if (!read) return opened;
  await log.readNewest();
  await log.readRest();
  return opened;
}

export const textsOf = (entries: readonly Entry[]): string[] => entries.map(({ text }) => text);

/** The batch after this seq, read from the store where it is not at hand. */
export async function readAfter(
  log: Log,
  author: AuthorId,
  seq: number,
): Promise<StoredBatch | null> {
  const read = new Promise<void>((resolve) => (log.onRead = resolve));
  const atHand = log.batchAfter(author, seq);
  if (atHand) return atHand;
  await read;
  return log.batchAfter(author, seq);
}
