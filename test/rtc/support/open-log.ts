import type { PeerId } from '../../../src/protocol/ids.ts';
import type { History } from '../../../src/rtc/chat-room.ts';
import { Clock } from '../../../src/rtc/clock.ts';
import type { Entry } from '../../../src/rtc/entry.ts';
import { createKeyPair, identityOf, type Identity } from '../../../src/rtc/identity.ts';
import { Log, type LogChange, type LogOptions } from '../../../src/rtc/log.ts';
import { MemoryStore } from '../../../src/rtc/memory-store.ts';
import type { LogStore } from '../../../src/rtc/store.ts';
import type { Dropped } from '../../../src/rtc/trim.ts';
import { person, room } from './author.ts';

export interface OpenLog {
  readonly log: Log;
  readonly identity: Identity;
  readonly store: LogStore;
  readonly changes: LogChange[];
  readonly dropped: Dropped[];
  readonly errors: string[];
  /** Everything that was told of, in that order. */
  readonly entries: Entry[];
}

/** A log on a store; opened again on the same store and identity it is what a reload makes of it. */
export async function openLog({
  identity,
  store = new MemoryStore(),
  history = 'session',
  ...options
}: Partial<LogOptions> & {
  identity?: Identity;
  store?: LogStore;
  history?: History;
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
    entries: log.entries(),
  };
  log.onCommit = (change) => {
    opened.changes.push(change);
    opened.entries.push(...change.entries);
  };
  log.onTrim = (dropped) => opened.dropped.push(...dropped);
  log.onError = ({ code }) => opened.errors.push(code);
  return opened;
}

export const textsOf = (entries: readonly Entry[]): string[] => entries.map(({ text }) => text);
