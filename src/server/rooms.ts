import type { ListedPeer } from '../protocol/broadcaster-messages.ts';
import type { PeerId, RoomName } from '../protocol/ids.ts';
import type { Admission, Seat, SeatClaim } from './seat.ts';

/**
 * Who sits where. Each method is one atomic step, for all processes that share the rooms: a room of two never holds
 * three, a name never belongs to two keys. Sockets are named by their id only.
 */
export interface Rooms {
  /** Gives the seat, or says what is in the way. An empty room begins with the claim's capacity. */
  admit(claim: SeatClaim): Promise<Admission>;
  /** Whoever sits there with a live socket; null during a grace period. */
  find(room: RoomName, id: PeerId): Promise<Seat | null>;
  /** Frees the seat at once. False where this socket does not hold it (any more). */
  leave(room: RoomName, id: PeerId, socketId: string): Promise<boolean>;
  /** The socket is gone: the seat stays reserved for the grace period, unless another socket has taken it. */
  vanish(room: RoomName, id: PeerId, socketId: string): Promise<boolean>;
  /**
   * How many rooms and seats there are: in one process reserved ones included, of several those that this process holds.
   * Costs next to nothing; rejects while the rooms cannot be reached.
   */
  count(): Promise<RoomCount>;
  /** Announces nothing any more. Rooms that other processes use as well keep the seats for their grace periods. */
  close(): Promise<void>;
}

export interface RoomCount {
  readonly rooms: number;
  readonly peers: number;
}

/** Told when a grace period has passed and the seat is free. */
export type SeatLost = (room: RoomName, id: PeerId) => void;

/** What rooms that other processes use as well tell without being asked. */
export interface SharedRoomNews {
  /** A grace period has passed and the seat is free. Told to one process only, which tells everyone. */
  readonly lost: SeatLost;
  /** The seat of this socket, which is one of this process, is that of another socket now. */
  replaced(room: RoomName, id: PeerId, socketId: string): void;
  /** The seat of this socket was lost with the rooms, and somebody else was there first. */
  refused(socketId: string): void;
  /** Everyone who is in a room now in which sockets of this process are. */
  listed(room: RoomName, peers: readonly ListedPeer[]): void;
  failed(error: unknown): void;
}

/** What keeps the rooms does not answer: nobody can be let in just now. */
export class RoomsUnreachable extends Error {
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number, cause?: unknown) {
    super('The rooms cannot be reached.', { cause });
    this.name = 'RoomsUnreachable';
    this.retryAfterMs = retryAfterMs;
  }
}
