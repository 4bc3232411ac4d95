import { RtcChatError } from '../protocol/errors.ts';
import type { RoomName } from '../protocol/ids.ts';
import type { History } from './chat-room.ts';
import { openDatabase, type Database } from './database.ts';
import { createKeyPair, identityOf, type Identity } from './identity.ts';
import { IdbStore } from './idb-store.ts';
import { MemoryStore } from './memory-store.ts';
import { SeatChoice, sweepSeats, type LockedSeat, type Place } from './seats.ts';
import type { LogStore } from './store.ts';

/** A key and a store, leased to one Room. */
export interface Lease {
  readonly identity: Identity;
  readonly store: LogStore;
  /** What is in force: `none` where the browser keeps nothing. */
  readonly history: History;
  /** Why `history` is less than asked for. */
  readonly historyError: RtcChatError | null;
  /** Rejects where the key could not be stored: nothing that is written will be found again. Handled by nobody else. */
  readonly noted?: Promise<unknown> | undefined;
  /** Closes the store, then gives key and store free. Whoever writes to the store ends before. May be called twice. */
  release(): Promise<void>;
}

export interface LeaseRequest {
  /** The broadcaster's origin. */
  readonly broadcaster: string;
  readonly room: RoomName;
  readonly history: History;
  readonly signal: AbortSignal;
}

/**
 * Leases the key and the log that belong to this place: in this tab the ones it had before a reload, for `device` the
 * oldest that no tab uses, else new ones. Where the browser keeps nothing, memory, said in `historyError`. Rejects with
 * `insecure-context` or `crypto-unavailable`, or when the signal aborts.
 */
export async function leaseIdentity(request: LeaseRequest): Promise<Lease> {
  const { broadcaster, room, history, signal } = request;
  signal.throwIfAborted();
  if (history === 'none') return memoryLease(null);
  try {
    return await storedLease({ broadcaster, room, kind: history }, signal);
  } catch (cause) {
    signal.throwIfAborted();
    const message =
      'This browser keeps nothing for this page: messages are gone when it is closed or loaded again.';
    return memoryLease(new RtcChatError('store-unavailable', message, { cause }));
  }
}

async function memoryLease(historyError: RtcChatError | null): Promise<Lease> {
  return {
    identity: await identityOf(await createKeyPair()),
    store: new MemoryStore(),
    history: 'none',
    historyError,
    release: () => Promise.resolve(),
  };
}

/** A page that is open for days must not look unused when its browser is killed. */
const TOUCH_INTERVAL_MS = 60 * 60 * 1_000;

async function storedLease(place: Place, signal: AbortSignal): Promise<Lease> {
  const choice = new SeatChoice(place, signal);
  let store: IdbStore | null = null;
  let database: Database | null = null;
  let taken: LockedSeat | null = null;
  try {
    database = await openDatabase(() => store?.lost());
    taken = await choice.take(database);
    const { seat, lock, isNew } = taken;
    const touch = (on: Database): Promise<string> =>
      on.put('seats', { ...seat, usedAt: Date.now() });
    const onAbandon = (): void => {
      // Else it would come back.
      clearInterval(touching);
      choice.abandon(seat.id);
    };
    const opened = database;
    // A room does not wait for it to be entered: where it fails, that is as if the store had failed later.
    const touched = touch(database);
    touched.catch(() => undefined);
    const noted = isNew && touched;
    const kept = (store = new IdbStore({ database, seat: seat.id, seated: noted, onAbandon }));
    kept.loadAhead();
    const identity = await identityOf(seat.keys);
    signal.throwIfAborted();
    const sweeping = sweepSeats(database, signal);
    const touching = setInterval(() => {
      // A store that cannot even do this says so at the next message.
      touch(opened).catch(() => undefined);
    }, TOUCH_INTERVAL_MS);
    return {
      identity,
      store,
      history: place.kind,
      historyError: null,
      noted,
      async release() {
        clearInterval(touching);
        await sweeping;
        await kept.close();
        await lock.release();
      },
    };
  } catch (error) {
    database?.close();
    await (taken ? taken.lock.release() : choice.dismiss());
    throw error;
  }
}
