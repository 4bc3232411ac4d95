import type {
  IceAnswer,
  JoinAnswer,
  JoinRequest,
  ListedPeer,
  SignalRequest,
} from '../../../src/protocol/broadcaster-messages.ts';
import { OPEN_OFFER } from '../../../src/protocol/broadcaster-messages.ts';
import { RtcChatError } from '../../../src/protocol/errors.ts';
import { peerIdOf } from '../../../src/protocol/signing.ts';
import { foldPersonName } from '../../../src/protocol/names.ts';
import type { Signaling, SignalingHandlers } from '../../../src/rtc/room.ts';
import { BROADCASTER, Pipe, type Network } from './network.ts';
import type { Actor } from './world.ts';

const GRACE_MS = 10_000;
/** A session of which nothing is heard for so long has ended. */
const SILENCE_MS = 20_000;
const ANSWER_WITHIN_MS = 10_000;

interface Seat {
  readonly peer: ListedPeer;
  readonly takesOpenOffers: boolean;
  session: Session | null;
}

/** One room on one broadcaster, over the simulated network; it can be killed, and loses, repeats and delays signals. */
export class SimBroadcaster {
  readonly network: Network;
  /** Of the signals, while things are not calm. */
  lossy = 0;
  #up = true;
  readonly #seats = new Map<string, Seat>();
  readonly #sessions = new Set<Session>();

  constructor(network: Network) {
    this.network = network;
  }

  get up(): boolean {
    return this.#up;
  }

  kill(): void {
    this.#up = false;
    this.#seats.clear();
    for (const session of this.#sessions) session.end();
  }

  start(): void {
    this.#up = true;
  }

  enter(session: Session): void {
    this.#sessions.add(session);
  }

  /** The connection has ended; the seat is kept for a while. */
  exit(session: Session): void {
    this.#sessions.delete(session);
    const { seat } = session;
    if (seat?.session !== session) return;
    seat.session = null;
    this.network.world.after(GRACE_MS, null, () => {
      if (seat.session === null) this.#vacate(seat, 'lost');
    });
  }

  async join(session: Session, request: JoinRequest): Promise<JoinAnswer> {
    const id = await peerIdOf(request.key);
    if (id === null) throw new RtcChatError('bad-proof', 'That is no key.');
    const others = [...this.#seats.values()].filter(({ peer }) => peer.id !== id);
    const same = others.find(
      ({ peer }) => foldPersonName(peer.name) === foldPersonName(request.name),
    );
    if (same) {
      throw new RtcChatError(
        'name-taken',
        'Somebody is called so.',
        same.session ? {} : { retryAfterMs: 1_000 },
      );
    }
    const former = this.#seats.get(id);
    if (former?.session && former.session !== session) former.session.replace();
    const peer: ListedPeer = { id, name: request.name, instance: request.instance };
    const takesOpenOffers = request.features?.includes(OPEN_OFFER) ?? false;
    const seat: Seat = { peer, takesOpenOffers, session };
    this.#seats.set(id, seat);
    session.seat = seat;
    for (const other of others) other.session?.tell((handlers) => handlers.peerJoined(peer));
    const { offer } = request;
    const [only] = others;
    const offered = !former && others.length === 1 && only?.takesOpenOffers === true;
    if (offered && offer !== undefined) {
      const { instance } = peer;
      only.session?.tell((handlers) => handlers.signal({ from: id, instance, signal: offer }));
    }
    return {
      ok: true,
      self: { id, name: request.name },
      peers: others.map((other) => other.peer),
      iceServers: [],
      expiresInMs: null,
      limits: { capacity: 16, graceMs: GRACE_MS, maxSignalBytes: 65_536 },
      now: this.network.world.dateMs,
      ...(offer === undefined ? {} : { offered }),
    };
  }

  signal({ seat }: Session, { to, signal }: SignalRequest): void {
    if (!seat || this.#seats.get(seat.peer.id) !== seat)
      throw new RtcChatError('not-in-room', 'Join first.');
    const target = this.#seats.get(to)?.session;
    if (!target) throw new RtcChatError('peer-unavailable', 'That peer is not here.');
    const { id, instance } = seat.peer;
    const { world } = this.network;
    const deliver = (): void =>
      target.tell((handlers) => handlers.signal({ from: id, instance, signal }));
    if (world.dice.chance(this.lossy)) return;
    if (world.dice.chance(this.lossy / 2)) world.after(world.dice.between(0, 5_000), null, deliver);
    else deliver();
    if (world.dice.chance(this.lossy / 2)) world.after(world.dice.between(0, 5_000), null, deliver);
  }

  leave({ seat }: Session): void {
    if (seat) this.#vacate(seat, 'left');
  }

  #vacate(seat: Seat, reason: string): void {
    const { id } = seat.peer;
    if (this.#seats.get(id) !== seat) return;
    this.#seats.delete(id);
    for (const { session } of this.#seats.values())
      session?.tell((handlers) => handlers.peerLeft({ id, reason }));
  }
}

/** A connection of a page to the broadcaster. */
class Session {
  readonly id: string;
  readonly actor: Actor;
  readonly up: Pipe;
  seat: Seat | null = null;
  over = false;
  readonly #down: Pipe;
  readonly #handlers: SignalingHandlers;
  readonly #ended: () => void;
  readonly #broadcaster: SimBroadcaster;
  readonly #unwatch: () => void;
  #silence = 0;

  constructor(
    broadcaster: SimBroadcaster,
    actor: Actor,
    handlers: SignalingHandlers,
    ended: () => void,
  ) {
    const { network } = broadcaster;
    this.id = `session-${network.world.dice.whole(0, 1e9)}`;
    this.actor = actor;
    this.#broadcaster = broadcaster;
    this.#handlers = handlers;
    this.#ended = ended;
    const address = network.addressOf(actor.node);
    const passes = (): boolean => network.addressOf(actor.node) === address;
    this.up = new Pipe(network, actor.node, BROADCASTER, passes);
    this.#down = new Pipe(network, BROADCASTER, actor.node, passes);
    this.#unwatch = network.watch(() => this.#listen(passes));
    broadcaster.enter(this);
  }

  tell(news: (handlers: SignalingHandlers) => void): void {
    if (!this.over) this.#down.send(this.actor, () => news(this.#handlers));
  }

  reply(answer: () => void): void {
    if (!this.over) this.#down.send(this.actor, answer);
  }

  replace(): void {
    this.tell((handlers) => handlers.replaced());
  }

  /** For both sides. */
  end(): void {
    if (this.over) return;
    this.over = true;
    this.#unwatch();
    this.up.close();
    this.#down.close();
    this.#broadcaster.exit(this);
    this.#broadcaster.network.world.after(0, this.actor, () => this.#ended());
  }

  #listen(passes: () => boolean): void {
    const { network } = this.#broadcaster;
    const { world } = network;
    const { node } = this.actor;
    if (this.actor.dead) {
      // Its machine closes the connection.
      world.after(network.latencyMs(), null, () => this.end());
      return;
    }
    const silence = ++this.#silence;
    if (network.isUpBothWays(node, BROADCASTER) && passes()) return;
    world.after(world.dice.between(SILENCE_MS / 2, SILENCE_MS), null, () => {
      if (silence === this.#silence || !passes()) this.end();
    });
  }
}

/** The way of one page to the broadcaster. */
export class SimSignaling implements Signaling {
  readonly origin = 'https://broadcaster.sim';
  readonly host = 'broadcaster.sim';
  readonly #broadcaster: SimBroadcaster;
  readonly #actor: Actor;
  #handlers: SignalingHandlers | null = null;
  #session: Session | null = null;
  #connecting = false;

  constructor(broadcaster: SimBroadcaster, actor: Actor) {
    this.#broadcaster = broadcaster;
    this.#actor = actor;
  }

  get sessionId(): string | null {
    return this.#session?.id ?? null;
  }

  open(handlers: SignalingHandlers): void {
    this.#handlers = handlers;
    this.#connect();
  }

  join(request: JoinRequest): Promise<JoinAnswer> {
    return this.#ask((session) => this.#broadcaster.join(session, request));
  }

  signal(request: SignalRequest): Promise<void> {
    return this.#ask(async (session) => this.#broadcaster.signal(session, request));
  }

  ice(): Promise<IceAnswer> {
    return Promise.resolve({ ok: true, iceServers: [], expiresInMs: null });
  }

  leave(): Promise<void> {
    return this.#ask(async (session) => this.#broadcaster.leave(session));
  }

  retry(): void {
    if (!this.#session) this.#connect();
  }

  close(): void {
    this.#handlers = null;
    this.#session?.end();
    this.#session = null;
  }

  #connect(): void {
    const { network } = this.#broadcaster;
    const { world } = network;
    const handlers = this.#handlers;
    if (!handlers || this.#connecting) return;
    this.#connecting = true;
    const canReach = (): boolean => network.isUpBothWays(this.#actor.node, BROADCASTER);
    const answerMs = canReach() ? 4 * network.latencyMs() : 10_000;
    world.after(answerMs, this.#actor, () => {
      this.#connecting = false;
      if (!this.#handlers) return;
      if (!this.#broadcaster.up || !canReach()) return this.#lost();
      const session = new Session(this.#broadcaster, this.#actor, handlers, () => {
        if (this.#session === session) this.#lost();
      });
      this.#session = session;
      handlers.connected();
    });
  }

  #lost(): void {
    this.#session = null;
    const { world } = this.#broadcaster.network;
    const retryMs = world.dice.between(500, 5_000);
    world.after(retryMs, this.#actor, () => {
      if (!this.#session) this.#connect();
    });
    this.#handlers?.disconnected(retryMs);
  }

  #ask<T>(serve: (session: Session) => Promise<T>): Promise<T> {
    const session = this.#session;
    const { world } = this.#broadcaster.network;
    return new Promise<T>((resolve, reject) => {
      const unreachable = (): void =>
        reject(new RtcChatError('server-unreachable', 'There is no session.'));
      if (!session || session.over) return unreachable();
      if (!this.#actor.acts()) return;
      world.after(ANSWER_WITHIN_MS, this.#actor, unreachable);
      session.up.send(null, () => {
        if (session.over) return;
        // What is wrong is told like everything else.
        serve(session).then(
          (answer) => session.reply(() => resolve(answer)),
          (error: Error) => session.reply(() => reject(error)),
        );
      });
    });
  }
}
