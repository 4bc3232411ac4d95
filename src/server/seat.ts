import type { InstanceId, PeerId, PersonName, RoomName } from '../protocol/ids.ts';
import type { ListedPeer } from '../protocol/broadcaster-messages.ts';

/** A place in a room. It belongs to a key, not to a socket: whoever proves the key again takes it over. */
export interface Seat {
  readonly id: PeerId;
  readonly name: PersonName;
  readonly instance: InstanceId;
  /** The socket that holds it; null while it is only reserved for its key. */
  readonly socketId: string | null;
  /** Whether its peer can take an offer that was made before its maker knew who is there. */
  readonly takesOpenOffers: boolean;
}

/** What a proven peer asks of the rooms. */
export interface SeatClaim {
  readonly room: RoomName;
  readonly id: PeerId;
  readonly name: PersonName;
  readonly instance: InstanceId;
  readonly socketId: string;
  readonly takesOpenOffers: boolean;
  /** Counts only for the first in a room. */
  readonly capacity: number;
}

export interface Admitted {
  readonly admitted: true;
  readonly capacity: number;
  /** Everyone else in the room, those in their grace period included. */
  readonly peers: readonly ListedPeer[];
  /** The socket of the one other peer, when there is exactly one, it is connected, and it takes open offers; else null. */
  readonly openTo: string | null;
  /** The other socket that held this seat and must go; null where there was none. */
  readonly replaced: string | null;
}

export interface Denied {
  readonly admitted: false;
  readonly code: 'room-full' | 'name-taken';
  /** When the seat in the way will be free at the latest; undefined where somebody sits on it. */
  readonly retryAfterMs: number | undefined;
}

export type Admission = Admitted | Denied;
