import { RtcChatError } from '../protocol/errors.ts';
import type { RoomName } from '../protocol/ids.ts';
import type { History } from './chat-room.ts';
import { deleteSeat, ofSeat, openDatabase, type Database, type Seat } from './database.ts';
import { holdLock, isClaimed, type HeldLock } from './held-lock.ts';
import { createKeyPair, identityOf, type Identity } from './identity.ts';
import { IdbStore } from './idb-store.ts';
import { MemoryStore } from './memory-store.ts';
import type { LogStore } from './store.ts';
import { TabList } from './tab-list.ts';

/** A key and a store, leased to one Room. */
export interface Lease {
  readonly identity: Identity;
  readonly store: LogStore;
  /** What is in force: `none` where the browser keeps nothing. */
  readonly history: History;
  /** Why `history` is less than asked for. */
  readonly historyError: RtcChatError | null;
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

type KeptHistory = Seat['kind'];

/** After a reload the old document gives its locks back within this time. */
const RELOAD_WAIT_MS = 1_000;
/** How long a tab's seat outlives its tab: a browser that restores its tabs on the next morning finds it. */
export const SESSION_KEPT_MS = 24 * 60 * 60 * 1_000;

/**
 * Leases the key and the log that belong to this place: in this tab the ones it had before a reload, for `device` the
 * oldest that no tab uses, else new ones. Where the browser keeps nothing, memory, said in `historyError`. Rejects with
 * `insecure-context` or `crypto-unavailable`, or when the signal aborts.
 */
export async function leaseIdentity(request: LeaseRequest): Promise<Lease> {
  const { history, signal } = request;
  signal.throwIfAborted();
  if (history === 'none') return memoryLease(null);
  try {
    return await storedLease(request, history);
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

function lockOf(seat: string): string {
  return `rtc-chat seat ${seat}`;
}

/** Seats whose log went on without them; nothing may continue from there. */
const abandoned = new TabList('rtc-chat abandoned', () => localStorage);

async function storedLease(request: LeaseRequest, kind: KeptHistory): Promise<Lease> {
  const { broadcaster, room, signal } = request;
  const mine = new TabList(`rtc-chat ${kind}\n${broadcaster}\n${room}`);
  let store: IdbStore | null = null;
  // Claims before the first await: elements of one page get their seats in their order.
  const reclaiming = reclaim(mine, signal);
  const opening = openDatabase(() => store?.lost());
  const [reclaimed, opened] = await Promise.allSettled([reclaiming, opening]);
  let lock = reclaimed.status === 'fulfilled' ? reclaimed.value.lock : null;
  try {
    if (reclaimed.status === 'rejected') throw reclaimed.reason as Error;
    if (opened.status === 'rejected') throw opened.reason as Error;
    const database = opened.value;
    const { id } = reclaimed.value;
    let seat = lock && id !== null ? await findSeat(database, id, request, kind) : null;
    if (!seat) {
      await lock?.release();
      lock = null;
      if (kind === 'device') [seat, lock] = await freeSeat(database, request);
      if (!seat) [seat, lock] = await newSeat(request, kind);
      mine.add(seat.id, id ?? undefined);
    }
    await database.put('seats', { ...seat, usedAt: Date.now() });
    const identity = await identityOf(seat.keys);
    signal.throwIfAborted();
    const sweeping = sweep(database, signal);
    const { id: seatId } = seat;
    store = new IdbStore({
      database,
      seat: seatId,
      onAbandon: () => {
        mine.remove(seatId);
        abandoned.add(seatId);
      },
    });
    const [held, kept] = [lock, store];
    return {
      identity,
      store,
      history: kind,
      historyError: null,
      async release() {
        await sweeping;
        await kept.close();
        await held?.release();
      },
    };
  } catch (error) {
    if (opened.status === 'fulfilled') opened.value.close();
    await lock?.release();
    throw error;
  }
}

/** The first of this tab's seats that no other element of this page uses; `id` without a lock where it is another tab's. */
async function reclaim(
  mine: TabList,
  signal: AbortSignal,
): Promise<{ id: string | null; lock: HeldLock | null }> {
  const id = mine.items.find((each) => !isClaimed(lockOf(each)));
  if (id === undefined) return { id: null, lock: null };
  return { id, lock: await holdLock(lockOf(id), { waitMs: RELOAD_WAIT_MS, signal }) };
}

async function findSeat(
  database: Database,
  id: string,
  request: LeaseRequest,
  kind: KeptHistory,
): Promise<Seat | null> {
  const seat = await database.get('seats', id);
  const fits =
    seat?.broadcaster === request.broadcaster && seat.room === request.room && seat.kind === kind;
  return seat && fits && !abandoned.items.includes(id) ? seat : null;
}

/** The oldest seat of this place that no tab uses. */
async function freeSeat(
  database: Database,
  { broadcaster, room, signal }: LeaseRequest,
): Promise<[Seat | null, HeldLock | null]> {
  const range = IDBKeyRange.bound([broadcaster, room, 'device'], [broadcaster, room, 'device', []]);
  for (const seat of await database.getAllFromIndex('seats', 'place', range)) {
    const lock = await holdLock(lockOf(seat.id), { waitMs: 0, signal });
    if (!lock) continue;
    if (!abandoned.items.includes(seat.id)) return [seat, lock];
    await deleteSeat(database, seat.id);
    await lock.release();
  }
  return [null, null];
}

async function newSeat(
  { broadcaster, room, signal }: LeaseRequest,
  kind: KeptHistory,
): Promise<[Seat, HeldLock | null]> {
  const id = crypto.randomUUID();
  const now = Date.now();
  const keys = await createKeyPair();
  const lock = await holdLock(lockOf(id), { waitMs: 0, signal });
  return [{ id, broadcaster, room, kind, keys, createdAt: now, usedAt: now }, lock];
}

/** Removes seats of tabs that are gone. A tab that is open holds the lock of its seat. */
async function sweep(database: Database, signal: AbortSignal): Promise<void> {
  try {
    const before = Date.now() - SESSION_KEPT_MS;
    const range = IDBKeyRange.bound(['session'], ['session', before]);
    for (const id of await database.getAllKeysFromIndex('seats', 'used', range)) {
      const lock = await holdLock(lockOf(id), { waitMs: 0, signal });
      if (!lock) continue;
      const marks = await database.getAll('marks', ofSeat(id));
      if (marks.every(({ savedAt }) => savedAt < before)) await deleteSeat(database, id);
      await lock.release();
    }
  } catch {
    // Left for the next one who opens: it costs space, nothing else.
  }
}
