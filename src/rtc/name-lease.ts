import type { PersonName, RoomName } from '../protocol/ids.ts';
import { foldPersonName, MAX_NAME_NUMBER, numberPersonName } from '../protocol/names.ts';
import { holdLock, isClaimed, type HeldLock } from './held-lock.ts';
import { TabList } from './tab-list.ts';

/** A name in a room that no other tab of this browser uses. */
export interface NameLease {
  readonly name: PersonName;
  release(): void;
}

/** After a reload the old document gives its locks back within this time. */
const RELOAD_WAIT_MS = 1_000;
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
  for (let number = 1; number <= MAX_NAME_NUMBER; number++) {
    const candidate = numberPersonName(name, number);
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
