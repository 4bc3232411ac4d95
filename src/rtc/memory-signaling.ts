import {
  OPEN_OFFER,
  type IceAnswer,
  type JoinAnswer,
  type JoinRequest,
  type ListedPeer,
  type SignalRequest,
} from '../protocol/broadcaster-messages.ts';
import { RtcChatError } from '../protocol/errors.ts';
import { peerIdOf } from '../protocol/signing.ts';
import { foldPersonName } from '../protocol/names.ts';
import type { Signaling, SignalingHandlers } from './signaling.ts';

const MEMORY_ORIGIN = 'memory://broadcaster';
const RETRY_IN_MS = 1_000;

/**
 * A broadcaster in this page's memory: rooms whose people are all in one page, and tests that have no network in them.
 * It introduces as the real one does, but checks neither proofs nor rates, because nobody else can reach it, and knows
 * no grace period: who is gone is gone.
 */
export class MemoryBroadcaster {
  readonly #maxCapacity: number;
  /** Of the rooms that somebody is in; the first sets it. */
  readonly #capacities = new Map<string, number>();
  readonly #sessions = new Set<MemorySignaling>();
  #sessionIds = 0;
  #down = false;

  constructor({ capacity = 16 }: { readonly capacity?: number } = {}) {
    this.#maxCapacity = capacity;
  }

  /** A way to this broadcaster for one room object. */
  signaling(): Signaling {
    return new MemorySignaling(this);
  }

  get down(): boolean {
    return this.#down;
  }

  /** Stops answering; everyone is disconnected. */
  stop(): void {
    this.#down = true;
    for (const session of this.#sessions) session.drop();
  }

  /** Answers again; whoever wanted a session gets one. */
  start(): void {
    this.#down = false;
    for (const session of this.#sessions) session.retry();
  }

  enter(session: MemorySignaling): string {
    this.#sessions.add(session);
    return `memory-${++this.#sessionIds}`;
  }

  exit(session: MemorySignaling): void {
    this.#sessions.delete(session);
  }

  async join(session: MemorySignaling, request: JoinRequest): Promise<JoinAnswer> {
    const id = await peerIdOf(request.key);
    if (id === null) throw new RtcChatError('bad-proof', 'That is no key.');
    // It may have left, or lost its session, while its key was looked at.
    if (session.sessionId === null)
      throw new RtcChatError('server-unreachable', 'The session has ended.');
    const { seat } = session;
    if (seat && (seat.room !== request.room || seat.peer.id !== id))
      throw new RtcChatError('invalid-message', 'Leave first.');
    const others = this.#others(session, request.room);
    const former = others.find((other) => other.seat?.peer.id === id);
    const present = others.filter((other) => other !== former);
    if (
      present.some(
        ({ seat }) => seat && foldPersonName(seat.peer.name) === foldPersonName(request.name),
      )
    ) {
      throw new RtcChatError(
        'name-taken',
        `Someone in this room is called ${request.name} already.`,
      );
    }
    const capacity =
      others.length === 0
        ? Math.min(request.capacity ?? this.#maxCapacity, this.#maxCapacity)
        : (this.#capacities.get(request.room) ?? this.#maxCapacity);
    if (present.length >= capacity) throw new RtcChatError('room-full', 'All places are taken.');
    if (!seat) this.#capacities.set(request.room, capacity);
    const peer: ListedPeer = { id, name: request.name, instance: request.instance };
    const takesOpenOffers = request.features?.includes(OPEN_OFFER) ?? false;
    session.seat = { room: request.room, peer, takesOpenOffers };
    former?.replace();
    for (const other of present) other.handlers?.peerJoined(peer);
    const { offer } = request;
    const [only] = present;
    const offered = !seat && present.length === 1 && only?.seat?.takesOpenOffers === true;
    if (offered && offer !== undefined)
      queueMicrotask(() =>
        only.handlers?.signal({ from: id, instance: peer.instance, signal: offer }),
      );
    return {
      ok: true,
      self: { id, name: request.name },
      peers: present.flatMap(({ seat }) => (seat ? [seat.peer] : [])),
      iceServers: [],
      expiresInMs: null,
      limits: {
        capacity: this.#capacities.get(request.room) ?? capacity,
        graceMs: 0,
        maxSignalBytes: 65_536,
      },
      now: Date.now(),
      ...(offer === undefined ? {} : { offered }),
    };
  }

  signal(session: MemorySignaling, { to, signal }: SignalRequest): void {
    const { seat } = session;
    if (!seat) return;
    const target = this.#others(session, seat.room).find((other) => other.seat?.peer.id === to);
    if (!target) throw new RtcChatError('peer-unavailable', 'That peer is not here.');
    queueMicrotask(() =>
      target.handlers?.signal({ from: seat.peer.id, instance: seat.peer.instance, signal }),
    );
  }

  leave(session: MemorySignaling, reason: 'left' | 'lost'): void {
    const { seat } = session;
    session.seat = null;
    if (!seat) return;
    const others = this.#others(session, seat.room);
    if (others.length === 0) this.#capacities.delete(seat.room);
    for (const other of others) other.handlers?.peerLeft({ id: seat.peer.id, reason });
  }

  #others(session: MemorySignaling, room: string): MemorySignaling[] {
    return [...this.#sessions].filter((other) => other !== session && other.seat?.room === room);
  }
}

interface Seat {
  readonly room: string;
  readonly peer: ListedPeer;
  readonly takesOpenOffers: boolean;
}

class MemorySignaling implements Signaling {
  readonly origin = MEMORY_ORIGIN;
  readonly host = 'broadcaster';
  handlers: SignalingHandlers | null = null;
  seat: Seat | null = null;
  sessionId: string | null = null;
  readonly #broadcaster: MemoryBroadcaster;

  constructor(broadcaster: MemoryBroadcaster) {
    this.#broadcaster = broadcaster;
  }

  open(handlers: SignalingHandlers): void {
    this.handlers = handlers;
    const id = this.#broadcaster.enter(this);
    queueMicrotask(() => {
      if (this.#broadcaster.down) this.handlers?.disconnected(RETRY_IN_MS);
      else this.#connect(id);
    });
  }

  async join(request: JoinRequest): Promise<JoinAnswer> {
    this.#demand();
    return this.#broadcaster.join(this, request);
  }

  async signal(request: SignalRequest): Promise<void> {
    this.#demandSeat();
    this.#broadcaster.signal(this, request);
  }

  async ice(): Promise<IceAnswer> {
    this.#demandSeat();
    return { ok: true, iceServers: [], expiresInMs: null };
  }

  async leave(): Promise<void> {
    this.#demandSeat();
    this.#broadcaster.leave(this, 'left');
  }

  retry(): void {
    if (this.handlers && this.sessionId === null && !this.#broadcaster.down)
      this.#connect(this.#broadcaster.enter(this));
  }

  /** The broadcaster is gone. */
  drop(): void {
    this.sessionId = null;
    this.#broadcaster.leave(this, 'lost');
    this.handlers?.disconnected(RETRY_IN_MS);
  }

  /** The same key has joined on another session. */
  replace(): void {
    const { handlers } = this;
    this.seat = null;
    this.close();
    handlers?.replaced();
  }

  close(): void {
    this.sessionId = null;
    this.handlers = null;
    this.#broadcaster.leave(this, 'lost');
    this.#broadcaster.exit(this);
  }

  #connect(id: string): void {
    if (!this.handlers) return;
    this.sessionId = id;
    this.handlers.connected();
  }

  #demandSeat(): void {
    this.#demand();
    if (!this.seat) throw new RtcChatError('not-in-room', 'Join first.');
  }

  #demand(): void {
    if (this.sessionId === null)
      throw new RtcChatError('server-unreachable', 'There is no session.');
  }
}
