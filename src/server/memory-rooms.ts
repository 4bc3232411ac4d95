import type { PeerId, RoomName } from '../protocol/ids.ts';
import { foldPersonName } from '../protocol/names.ts';
import type { RoomCount, Rooms, SeatLost } from './rooms.ts';
import type { Admission, Denied, Seat, SeatClaim } from './seat.ts';

interface HeldSeat extends Seat {
  /** The name in the form in which names are compared. */
  readonly folded: string;
  /** Runs out at the end of the grace period; null while a socket holds the seat. */
  readonly reservation: { readonly untilMs: number; readonly timer: NodeJS.Timeout } | null;
}

interface OpenRoom {
  readonly capacity: number;
  readonly seats: Map<PeerId, HeldSeat>;
}

/**
 * Rooms of one process. Invariants: no room is empty; a seat has either a socket or a reservation. Every method runs to
 * its end without waiting, which is what makes it atomic.
 */
export class MemoryRooms implements Rooms {
  readonly #rooms = new Map<RoomName, OpenRoom>();
  readonly #graceMs: number;
  readonly #lost: SeatLost;

  constructor(graceMs: number, lost: SeatLost) {
    this.#graceMs = graceMs;
    this.#lost = lost;
  }

  async admit(claim: SeatClaim): Promise<Admission> {
    const room: OpenRoom = this.#rooms.get(claim.room) ?? {
      capacity: claim.capacity,
      seats: new Map(),
    };
    const folded = foldPersonName(claim.name);
    const denied = obstacle(room, claim.id, folded);
    if (denied) return denied;

    const previous = room.seats.get(claim.id);
    if (previous?.reservation) clearTimeout(previous.reservation.timer);
    const { id, name, instance, socketId, takesOpenOffers } = claim;
    const seat = { id, name, instance, socketId, takesOpenOffers, folded, reservation: null };
    room.seats.set(id, seat);
    this.#rooms.set(claim.room, room);
    const others = [...room.seats.values()].filter((other) => other !== seat);
    const [only] = others;
    return {
      admitted: true,
      capacity: room.capacity,
      peers: others.map((other) => ({ id: other.id, name: other.name, instance: other.instance })),
      openTo: others.length === 1 && only?.takesOpenOffers ? only.socketId : null,
      replaced: previous && previous.socketId !== socketId ? previous.socketId : null,
    };
  }

  async find(room: RoomName, id: PeerId): Promise<Seat | null> {
    const seat = this.#rooms.get(room)?.seats.get(id);
    return seat && seat.socketId !== null ? seat : null;
  }

  async leave(room: RoomName, id: PeerId, socketId: string): Promise<boolean> {
    if (this.#rooms.get(room)?.seats.get(id)?.socketId !== socketId) return false;
    this.#free(room, id);
    return true;
  }

  async vanish(room: RoomName, id: PeerId, socketId: string): Promise<boolean> {
    const seats = this.#rooms.get(room)?.seats;
    const seat = seats?.get(id);
    if (!seats || seat?.socketId !== socketId) return false;
    const timer = setTimeout(() => {
      this.#free(room, id);
      this.#lost(room, id);
    }, this.#graceMs);
    timer.unref();
    const reservation = { untilMs: performance.now() + this.#graceMs, timer };
    seats.set(id, { ...seat, socketId: null, reservation });
    return true;
  }

  async count(): Promise<RoomCount> {
    let peers = 0;
    for (const room of this.#rooms.values()) peers += room.seats.size;
    return { rooms: this.#rooms.size, peers };
  }

  async close(): Promise<void> {
    for (const { seats } of this.#rooms.values()) {
      for (const { reservation } of seats.values()) {
        if (reservation) clearTimeout(reservation.timer);
      }
    }
    this.#rooms.clear();
  }

  #free(name: RoomName, id: PeerId): void {
    const room = this.#rooms.get(name);
    room?.seats.delete(id);
    if (room?.seats.size === 0) this.#rooms.delete(name);
  }
}

/** What keeps this peer out: the name first, then the capacity. */
function obstacle(room: OpenRoom, id: PeerId, folded: string): Denied | null {
  const others = [...room.seats.values()].filter((seat) => seat.id !== id);
  const holder = others.find((seat) => seat.folded === folded);
  if (holder) return { admitted: false, code: 'name-taken', retryAfterMs: freeInMs([holder]) };
  if (others.length < room.capacity) return null;
  return { admitted: false, code: 'room-full', retryAfterMs: freeInMs(others) };
}

/** Milliseconds until the first of these seats is free by itself; undefined where none is only reserved. */
function freeInMs(seats: readonly HeldSeat[]): number | undefined {
  const untilMs = Math.min(...seats.map((seat) => seat.reservation?.untilMs ?? Infinity));
  if (untilMs === Infinity) return undefined;
  return Math.max(1, Math.ceil(untilMs - performance.now()));
}
