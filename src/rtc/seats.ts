import type { RoomName } from '../protocol/ids.ts';
import { deleteSeat, ofSeat, type Database, type Seat } from './database.ts';
import { holdLock, isClaimed, type HeldLock } from './held-lock.ts';
import { createKeyPair } from './identity.ts';
import { TabList } from './tab-list.ts';

/** Where a seat belongs. */
export interface Place {
  /** The broadcaster's origin. */
  readonly broadcaster: string;
  readonly room: RoomName;
  readonly kind: Seat['kind'];
}

/** A seat whose lock is ours. */
export interface LockedSeat {
  readonly seat: Seat;
  readonly lock: HeldLock;
  /** It stands nowhere yet. */
  readonly isNew?: true;
}

/** After a reload the old document gives its locks back within this time. */
const RELOAD_WAIT_MS = 1_000;
/** How long a tab's seat outlives its tab: a browser that restores its tabs on the next morning finds it. */
export const SESSION_KEPT_MS = 24 * 60 * 60 * 1_000;

/** Seats whose log went on without them; nothing may continue from there. */
const abandoned = new TabList('rtc-chat abandoned', () => localStorage);

function lockOf(seat: string): string {
  return `rtc-chat seat ${seat}`;
}

/**
 * Chooses the seat of one Room. Made synchronously, it claims this tab's next seat for it: elements of one page get their
 * seats in their order, now and after a reload.
 */
export class SeatChoice {
  readonly #place: Place;
  readonly #signal: AbortSignal;
  /** What this tab has used here. */
  readonly #mine: TabList;
  readonly #known: boolean;
  readonly #id: string;
  readonly #claim: Promise<HeldLock | null>;
  /** Made while the lock is asked for and the database opens, where it is certain that they will be needed. */
  readonly #keys: Promise<CryptoKeyPair> | null;

  constructor(place: Place, signal: AbortSignal) {
    this.#place = place;
    this.#signal = signal;
    this.#mine = new TabList(`rtc-chat ${place.kind}\n${place.broadcaster}\n${place.room}`);
    const known = this.#mine.items.find((id) => !isClaimed(lockOf(id)));
    this.#known = known !== undefined;
    this.#id = known ?? crypto.randomUUID();
    this.#mine.add(this.#id);
    // Its holder is the page that we replace, or the tab that ours was copied from, which will not let go.
    this.#claim = holdLock(lockOf(this.#id), { waitMs: RELOAD_WAIT_MS, signal });
    this.#keys = this.#known || place.kind === 'device' ? null : createKeyPair();
    // Handled where they are awaited, which may be after they have failed.
    for (const begun of [this.#claim, this.#keys]) begun?.catch(() => undefined);
  }

  /** The seat of this tab, for `device` else the oldest that no tab uses, else a new one. */
  async take(database: Database): Promise<LockedSeat> {
    const lock = await this.#claim;
    try {
      const taken = lock && (await this.#own(database, lock));
      if (taken) return taken;
      const other = (await this.#unused(database)) ?? (await this.#create(crypto.randomUUID()));
      await lock?.release();
      this.#mine.add(other.seat.id, this.#id);
      return other;
    } catch (error) {
      await lock?.release();
      throw error;
    }
  }

  /** Nobody takes the seat; gives the claim back. */
  async dismiss(): Promise<void> {
    const lock = await this.#claim.catch(() => null);
    await lock?.release();
  }

  /** This seat must never be taken again. */
  abandon(seat: string): void {
    this.#mine.remove(seat);
    abandoned.add(seat);
  }

  async #own(database: Database, lock: HeldLock): Promise<LockedSeat | null> {
    if (!this.#known) return this.#place.kind === 'device' ? null : this.#create(this.#id, lock);
    const seat = await database.get('seats', this.#id);
    const { broadcaster, room, kind } = this.#place;
    const fits = seat?.broadcaster === broadcaster && seat.room === room && seat.kind === kind;
    return fits && !abandoned.items.includes(seat.id) ? { seat, lock } : null;
  }

  async #unused(database: Database): Promise<LockedSeat | null> {
    const { broadcaster, room, kind } = this.#place;
    if (kind !== 'device') return null;
    const range = IDBKeyRange.bound([broadcaster, room, kind], [broadcaster, room, kind, []]);
    for (const seat of await database.getAllFromIndex('seats', 'place', range)) {
      const lock = await holdLock(lockOf(seat.id), { waitMs: 0, signal: this.#signal });
      if (!lock) continue;
      if (!abandoned.items.includes(seat.id)) return { seat, lock };
      await deleteSeat(database, seat.id);
      await lock.release();
    }
    return null;
  }

  async #create(id: string, held?: HeldLock): Promise<LockedSeat> {
    const keys = await (id === this.#id && this.#keys ? this.#keys : createKeyPair());
    const lock = held ?? (await holdLock(lockOf(id), { waitMs: 0, signal: this.#signal }));
    if (!lock) throw new Error('a new lock is taken');
    const createdAt = Date.now();
    return { seat: { ...this.#place, id, keys, createdAt, usedAt: createdAt }, lock, isNew: true };
  }
}

/** Removes sessions of tabs that are gone for long. A tab that is open holds the lock of its seat. */
export async function sweepSeats(database: Database, signal: AbortSignal): Promise<void> {
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
