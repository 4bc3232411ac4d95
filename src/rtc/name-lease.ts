import type { PersonName, RoomName } from '../protocol/ids.ts';
import { MAX_NAME_UNITS } from '../protocol/limits.ts';
import { foldPersonName, normalizePersonName } from '../protocol/names.ts';
import { holdLock, isClaimed, type HeldLock } from './held-lock.ts';
import { TabList } from './tab-list.ts';

/** A name in a room that no other tab of this browser uses. */
export interface NameLease {
  readonly name: PersonName;
  release(): void;
}

/** After a reload the old document gives its locks back within this time. */
const RELOAD_WAIT_MS = 1_000;
/** More tabs than a room has places; after that the broadcaster decides. */
const MAX_TRIES = 100;

/** "Ada", "Ada 2", "Ada 3" …, cut to what a name may have. */
function numbered(name: PersonName, number: number): PersonName {
  if (number === 1) return name;
  const suffix = ` ${number}`;
  // A character may lie across the cut: what is left of it would make the name invalid.
  const cut = name.slice(0, MAX_NAME_UNITS - suffix.length).replace(/[\uD800-\uDBFF]$/, '');
  return normalizePersonName(cut + suffix) ?? name;
}

/**
 * The name itself, or "Ada 2", "Ada 3" …, the first that no other tab of this browser has in this room. Without Web
 * Locks the name itself. Rejects only when the signal aborts.
 */
export async function leaseName(request: {
  broadcaster: string;
  room: RoomName;
  name: PersonName;
  signal: AbortSignal;
}): Promise<NameLease> {
  const { broadcaster, room, name, signal } = request;
  const place = `rtc-chat name\n${broadcaster}\n${room}`;
  const mine = new TabList(place);
  for (let number = 1; number <= MAX_TRIES; number++) {
    const candidate = numbered(name, number);
    const folded = foldPersonName(candidate);
    const lockName = `${place}\n${folded}`;
    if (isClaimed(lockName)) continue;
    const own = mine.items.includes(folded);
    let lock: HeldLock | null;
    try {
      lock = await holdLock(lockName, { waitMs: own ? RELOAD_WAIT_MS : 0, signal });
    } catch {
      signal.throwIfAborted();
      // No locks here: the broadcaster still refuses a name that is taken.
      break;
    }
    if (lock) {
      const held = lock;
      mine.add(folded);
      return { name: candidate, release: () => void held.release() };
    }
    // A tab that was duplicated has copied the list; the name is the other tab's.
    if (own) mine.remove(folded);
  }
  return { name, release() {} };
}
