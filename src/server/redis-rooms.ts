import type { PeerId, RoomName } from '../protocol/ids.ts';
import type { RedisLink } from './redis-link.ts';
import { RoomScripts } from './room-scripts.ts';
import type { AdmitReply, Ending } from './room-scripts.ts';
import { RoomsUnreachable } from './rooms.ts';
import type { RoomCount, Rooms, SharedRoomNews } from './rooms.ts';
import type { Admission, Seat, SeatClaim } from './seat.ts';

/** How often a process says that its seats are still held. */
const RENEW_MS = 2_000;
/** Without that their seats count as vanished after so long: three rounds, so that a late one does no harm. */
const LEASE_MS = 3 * RENEW_MS;
/**
 * After Redis was away: how long nobody is let in and nobody is given up, so that first every process claims again what
 * its sockets hold. They notice within a second that it is back.
 */
const SETTLE_MS = 2_000;
/** Rooms renewed at once: so few that a join in between does not wait. */
const BATCH = 100;

/** A seat that a socket of this process holds. */
interface HeldSeat {
  readonly claim: SeatClaim;
  /** That of the room, not the one that was asked for. */
  readonly capacity: number;
}

/** A room in which a socket of this process sits. */
interface LocalRoom {
  readonly seats: Map<PeerId, HeldSeat>;
  /** What it was at the last renewal. */
  seenVersion: string;
  /** What it was when its list was last compared with what the sockets here had been told. */
  comparedVersion: string;
}

/**
 * Rooms in Redis, shared by all processes that use the same one. Invariant: Redis is the judge of who holds a seat; what is
 * in `#local` was granted there to sockets of this process, and is renewed for as long as they live. A process that dies
 * stops renewing, and so its seats go into their grace period by themselves. When Redis has lost everything it is filled
 * again from what the processes hold. The link is not ours to close.
 */
export class RedisRooms implements Rooms {
  readonly #link: RedisLink;
  readonly #scripts: RoomScripts;
  readonly #news: SharedRoomNews;
  readonly #local = new Map<RoomName, LocalRoom>();
  readonly #deadlines = new Map<RoomName, NodeJS.Timeout>();
  /** Seats that may still stand in Redis although nobody here holds them: that could not be said there. */
  readonly #unsaid = new Map<string, readonly [RoomName, PeerId, string]>();
  /** What Redis is being told of sockets that are gone. */
  readonly #farewells = new Set<Promise<unknown>>();
  readonly #timer: NodeJS.Timeout;
  #settledAtMs = 0;
  #round: Promise<void> | null = null;
  #closed = false;

  constructor(link: RedisLink, graceMs: number, news: SharedRoomNews) {
    this.#link = link;
    this.#news = news;
    this.#scripts = new RoomScripts(link, graceMs, LEASE_MS, () => this.#settlingMs > 0);
    this.#timer = setInterval(() => this.#startRound(), RENEW_MS);
    this.#timer.unref();
  }

  /** Redis answers again after it had not. */
  resume(): void {
    this.#settledAtMs = performance.now() + SETTLE_MS;
    this.#startRound();
  }

  async admit(claim: SeatClaim): Promise<Admission> {
    const { room, id, socketId } = claim;
    if (this.#settlingMs > 0) throw new RoomsUnreachable(Math.ceil(this.#settlingMs));
    const { isUp } = this.#link;
    let reply: AdmitReply;
    try {
      reply = await this.#scripts.admit(claim);
    } catch (error) {
      // What was sent may have been done all the same.
      if (isUp) this.#sayLater(room, id, socketId);
      throw error;
    }
    const { ending, ...admission } = reply;
    this.#unsaid.delete(unsaidKey(room, id, socketId));
    if (admission.admitted) this.#hold({ claim, capacity: admission.capacity });
    this.#conclude(room, ending);
    return admission;
  }

  async find(room: RoomName, id: PeerId): Promise<Seat | null> {
    // So what passes within this process needs no Redis.
    return this.#local.get(room)?.seats.get(id)?.claim ?? this.#scripts.find(room, id);
  }

  async leave(room: RoomName, id: PeerId, socketId: string): Promise<boolean> {
    const held = this.#release(room, id, socketId);
    try {
      const [ending, done] = await this.#farewell(this.#scripts.leave(room, id, socketId));
      this.#conclude(room, ending);
      return done;
    } catch (error) {
      if (!(error instanceof RoomsUnreachable)) throw error;
      this.#sayLater(room, id, socketId);
      return held;
    }
  }

  async vanish(room: RoomName, id: PeerId, socketId: string): Promise<boolean> {
    const held = this.#release(room, id, socketId);
    try {
      const [ending, done] = await this.#farewell(this.#scripts.vanish(room, id, socketId));
      this.#conclude(room, ending);
      return done;
    } catch (error) {
      // Then it is not renewed any more, which comes to the same.
      if (!(error instanceof RoomsUnreachable)) throw error;
      return held;
    }
  }

  /**
   * Of this process: rooms in which its sockets sit, and their seats.
   * @throws {RoomsUnreachable} while Redis does not answer.
   */
  async count(): Promise<RoomCount> {
    if (!this.#link.isUp) throw new RoomsUnreachable(SETTLE_MS);
    let peers = 0;
    for (const { seats } of this.#local.values()) peers += seats.size;
    return { rooms: this.#local.size, peers };
  }

  /** Leaves the seats to their grace periods, in which their peers find another process. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    for (const timer of this.#deadlines.values()) clearTimeout(timer);
    await this.#round;
    const held = [...this.#local.values()].flatMap(({ seats }) => [...seats.values()]);
    await Promise.all(
      held.map(({ claim: { room, id, socketId } }) => this.vanish(room, id, socketId)),
    );
    // The last who left did so just now.
    await Promise.allSettled(this.#farewells);
  }

  get #settlingMs(): number {
    return Math.max(0, this.#settledAtMs - performance.now());
  }

  #hold(held: HeldSeat): void {
    const { room, id } = held.claim;
    const local = this.#local.get(room);
    if (local) local.seats.set(id, held);
    else
      this.#local.set(room, { seats: new Map([[id, held]]), seenVersion: '', comparedVersion: '' });
  }

  #holds(room: RoomName, id: PeerId, socketId: string): boolean {
    return this.#local.get(room)?.seats.get(id)?.claim.socketId === socketId;
  }

  #release(room: RoomName, id: PeerId, socketId: string): boolean {
    const local = this.#local.get(room);
    if (!local || !this.#holds(room, id, socketId)) return false;
    local.seats.delete(id);
    if (local.seats.size === 0) this.#local.delete(room);
    return true;
  }

  async #farewell<T>(said: Promise<T>): Promise<T> {
    this.#farewells.add(said);
    try {
      return await said;
    } finally {
      this.#farewells.delete(said);
    }
  }

  #sayLater(room: RoomName, id: PeerId, socketId: string): void {
    this.#unsaid.set(unsaidKey(room, id, socketId), [room, id, socketId]);
  }

  #startRound(): void {
    if (this.#round || this.#closed || !this.#link.isUp) return;
    this.#round = this.#renewAll()
      .catch((error: unknown) => this.#later(error))
      .finally(() => (this.#round = null));
  }

  async #renewAll(): Promise<void> {
    const rooms = [...this.#local.keys()];
    for (let at = 0; at < rooms.length && !this.#closed; at += BATCH) {
      await Promise.all(rooms.slice(at, at + BATCH).map((room) => this.#renew(room)));
    }
    // What cannot be said again is put back, and is for the next round.
    const unsaid = [...this.#unsaid.values()];
    this.#unsaid.clear();
    for (const [room, id, socketId] of unsaid) {
      if (!this.#holds(room, id, socketId)) await this.leave(room, id, socketId);
    }
  }

  /**
   * Renews what is held here. Finds out as well whose grace period has passed, whose seat has been taken, and (once the
   * room has stood still from one round to the next) whether everybody here has been told of everybody.
   */
  async #renew(room: RoomName): Promise<void> {
    const local = this.#local.get(room);
    const held = [...(local?.seats.values() ?? [])];
    const wanted =
      !local || this.#settlingMs > 0 || local.seenVersion === local.comparedVersion
        ? ''
        : local.seenVersion;
    const { ending, fates, peers } = await this.#scripts.renew(room, wanted, held);
    this.#conclude(room, ending);
    for (const [at, { claim }] of held.entries()) {
      const { id, socketId } = claim;
      if (fates[at] === 'kept') {
        // Gone meanwhile: a script that Redis did not know is sent twice, and can come after what followed it.
        if (!this.#holds(room, id, socketId)) this.#sayLater(room, id, socketId);
      } else if (this.#release(room, id, socketId)) {
        if (fates[at] === 'replaced') this.#news.replaced(room, id, socketId);
        else this.#news.refused(socketId);
      }
    }
    if (!local) return;
    local.seenVersion = ending.version;
    if (peers === null) return;
    local.comparedVersion = ending.version;
    this.#news.listed(room, peers);
  }

  /** After each script: tells who is lost, and looks again when the next one may be. */
  #conclude(room: RoomName, { lost, nextMs }: Ending): void {
    for (const id of lost) this.#news.lost(room, id);
    clearTimeout(this.#deadlines.get(room));
    this.#deadlines.delete(room);
    if (nextMs < 0 || this.#closed) return;
    const timer = setTimeout(
      () => {
        this.#deadlines.delete(room);
        this.#renew(room).catch((error: unknown) => this.#later(error));
      },
      Math.max(nextMs, this.#settlingMs) + 1,
    );
    timer.unref();
    this.#deadlines.set(room, timer);
  }

  /** Away again: the next round does what this one could not. */
  #later(error: unknown): void {
    if (!(error instanceof RoomsUnreachable)) this.#news.failed(error);
  }
}

function unsaidKey(room: RoomName, id: PeerId, socketId: string): string {
  return `${room}\n${id}\n${socketId}`;
}
