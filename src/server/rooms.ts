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
  /** How many rooms and seats there are, reserved ones included. */
  count(): Promise<RoomCount>;
  /** Ends all grace periods without announcing anything. */
  close(): Promise<void>;
}

export interface RoomCount {
  readonly rooms: number;
  readonly peers: number;
}

/** Told when a grace period has passed and the seat is free. */
export type SeatLost = (room: RoomName, id: PeerId) => void;
