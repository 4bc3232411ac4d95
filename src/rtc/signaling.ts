import type { Socket } from 'socket.io-client';
import { Manager, WebSocket as WebSocketTransport } from 'socket.io-client';
import type * as v from 'valibot';

import type {
  BroadcasterEvents,
  ClientEvents,
  Closing,
  IceAnswer,
  JoinAnswer,
  JoinRequest,
  ListedPeer,
  PeerLeft,
  SignalDelivery,
  SignalRequest,
} from '../protocol/broadcaster-messages.ts';
import {
  closing,
  errorOf,
  iceAnswer,
  JOIN_ON_CONNECT,
  joinAnswer,
  peerJoined,
  peerLeft,
  plainAnswer,
  refusal,
  signalDelivery,
} from '../protocol/broadcaster-messages.ts';
import { RtcChatError } from '../protocol/errors.ts';
import { parse } from '../protocol/schema.ts';
import { Backoff } from './backoff.ts';
import { Timer } from './timer.ts';
import { onWake } from './wake.ts';

/** What a broadcaster tells. All of it has been parsed; none of it has been believed. */
export interface SignalingHandlers {
  /** A fresh session: whoever wants to be in a room joins now. */
  connected(): void;
  /** No session any more (or none yet). The next attempt comes by itself after `retryInMs`. */
  disconnected(retryInMs: number): void;
  peerJoined(peer: ListedPeer): void;
  peerLeft(peer: PeerLeft): void;
  signal(delivery: SignalDelivery): void;
  /** Final: the same key has joined elsewhere. */
  replaced(): void;
}

/**
 * The way to a broadcaster. Keeps one session at a time alive by itself, with growing pauses, until it is closed.
 * Every call rejects with an `RtcChatError`: the broadcaster's code, or `server-unreachable`.
 */
export interface Signaling {
  /** The broadcaster's origin, by which keys are kept, and its host, which proofs name. */
  readonly origin: string;
  readonly host: string;
  /** The session's id, which proofs name; null while there is none. */
  readonly sessionId: string | null;
  open(handlers: SignalingHandlers): void;
  join(request: JoinRequest): Promise<JoinAnswer>;
  signal(request: SignalRequest): Promise<void>;
  ice(): Promise<IceAnswer>;
  leave(): Promise<void>;
  /** Try now what would be tried later. */
  retry(): void;
  close(): void;
}

/** An answer that takes longer is as good as none: the session is gone, or the broadcaster is. */
const ANSWER_TIMEOUT_MS = 10_000;
/** A connection that takes longer is tried again. */
const CONNECT_TIMEOUT_MS = 10_000;
/**
 * One that was there took so much less, as a rule, that a new one is given up sooner: what was said into a cut is said
 * again after ever longer pauses. Then as much longer each time.
 */
const RECONNECT_TIMEOUT_MS = 2_000;
const PATIENCE_GROWTH = 1.25;
/** As Socket.IO's own: long enough for a broadcaster that was restarted, short enough for a person who waits. */
const RETRY = { firstMs: 500, maxMs: 5_000 };

/** Signaling over Socket.IO; PROTOCOL.md section 3. */
export class SocketIoSignaling implements Signaling {
  readonly origin: string;
  readonly host: string;
  readonly #manager: Manager;
  readonly #socket: Socket<BroadcasterEvents, ClientEvents>;
  readonly #life = new AbortController();
  readonly #backoff = new Backoff(RETRY);
  readonly #retry = new Timer();
  #minimumPauseMs = 0;
  #patienceMs = CONNECT_TIMEOUT_MS;
  #dialledAt = 0;
  /** A session that waits for a join to begin with: `connect` sends the first packet, once. */
  #early: { readonly id: string; connect: ((auth: object) => void) | null } | null = null;
  #connected = (): void => {};
  /** Ends the wait for the answer to such a join. */
  #giveUp: (() => void) | null = null;

  /** `server` is an http(s) URL; a path in it is where the broadcaster is mounted (`/` means `/socket.io/`). */
  constructor(server: URL) {
    this.origin = server.origin;
    this.host = server.host;
    const base = server.pathname.replace(/\/+$/, '');
    this.#manager = new Manager(server.origin, {
      path: `${base}/socket.io/`,
      transports: [WebSocketTransport],
      tryAllTransports: true,
      autoConnect: false,
      // Ours: it tells when it tries again, and starts at once when the browser is online again.
      reconnection: false,
    });
    this.#socket = this.#manager.socket('/', { auth: (connect) => this.#begin(connect) });
  }

  get sessionId(): string | null {
    return this.#socket.id ?? this.#early?.id ?? null;
  }

  open(handlers: SignalingHandlers): void {
    this.#connected = () => {
      this.#retry.clear();
      handlers.connected();
    };
    const down = (): void => {
      this.#early = null;
      this.#giveUp?.();
      if (!this.#life.signal.aborted) handlers.disconnected(this.#retryLater());
    };
    this.#socket
      .on('connect', () => {
        if (this.#early) this.#early = null;
        else this.#connected();
      })
      .on('connect_error', () => {
        down();
        void this.#addFallback();
      })
      .on('disconnect', down)
      .on('peer-joined', (input) =>
        received(peerJoined, input, (peer) => handlers.peerJoined(peer)),
      )
      .on('peer-left', (input) => received(peerLeft, input, (peer) => handlers.peerLeft(peer)))
      .on('signal', (input) =>
        received(signalDelivery, input, (delivery) => handlers.signal(delivery)),
      )
      .on('closing', (input) => received(closing, input, (notice) => this.#expectPause(notice)))
      .on('replaced', () => {
        this.close();
        handlers.replaced();
      });
    const { signal } = this.#life;
    onWake(() => this.retry(), signal);
    // A page that is put away whole may keep its socket, and with it a seat that nobody sits on. Not everywhere is a window.
    const putAway = ({ persisted }: PageTransitionEvent): void => {
      if (persisted && this.sessionId) this.#manager.engine.close();
    };
    globalThis.addEventListener?.('pagehide', putAway, { signal });
    this.#dial();
  }

  async join(request: JoinRequest): Promise<JoinAnswer> {
    const connect = this.#early?.connect;
    if (this.#early) this.#early.connect = null;
    const answer = await this.#ask(joinAnswer, (socket) =>
      connect ? this.#joinBy(connect, request) : socket.emitWithAck('join', request),
    );
    // Not before: a broadcaster that lets us connect and then drops us is not to be asked twice a second.
    this.#backoff.reset();
    return answer;
  }

  async signal(request: SignalRequest): Promise<void> {
    await this.#ask(plainAnswer, (socket) => socket.emitWithAck('signal', request));
  }

  ice(): Promise<IceAnswer> {
    return this.#ask(iceAnswer, (socket) => socket.emitWithAck('ice', {}));
  }

  async leave(): Promise<void> {
    await this.#ask(plainAnswer, (socket) => socket.emitWithAck('leave', {}));
  }

  retry(): void {
    // Only instead of an attempt that is planned: one may be under way.
    if (!this.#retry.armed) return;
    this.#retry.clear();
    this.#dial();
  }

  close(): void {
    this.#life.abort();
    this.#retry.clear();
    this.#early = null;
    this.#giveUp?.();
    this.#socket.off();
    this.#socket.disconnect();
  }

  /** The transport is open. PROTOCOL.md section 3.2, "A join with the first packet": it waits for the join. */
  #begin(connect: (auth: object) => void): void {
    this.#patienceMs = Math.max(RECONNECT_TIMEOUT_MS, 3 * (performance.now() - this.#dialledAt));
    const { id } = this.#manager.engine as { readonly id?: string };
    if (!id?.startsWith(JOIN_ON_CONNECT)) return connect({});
    this.#early = { id, connect };
    this.#connected();
  }

  #joinBy(connect: (auth: object) => void, join: JoinRequest): Promise<unknown> {
    const timer = new Timer();
    return new Promise<unknown>((resolve, reject) => {
      this.#giveUp = reject;
      timer.set(ANSWER_TIMEOUT_MS, reject);
      this.#socket.once('joined', resolve);
      connect({ join });
    }).finally(() => {
      timer.clear();
      this.#giveUp = null;
      this.#socket.off('joined');
    });
  }

  async #ask<TSchema extends v.GenericSchema>(
    schema: TSchema,
    ask: (socket: Pick<Socket<BroadcasterEvents, ClientEvents>, 'emitWithAck'>) => Promise<unknown>,
  ): Promise<v.InferOutput<TSchema>> {
    if (!this.#socket.connected && !this.#early)
      throw new RtcChatError('server-unreachable', 'There is no connection to the broadcaster.');
    if (this.#early?.connect) throw new RtcChatError('not-in-room', 'Join first.');
    let answer: unknown;
    try {
      answer = await ask(this.#socket.timeout(ANSWER_TIMEOUT_MS));
    } catch (cause) {
      throw new RtcChatError('server-unreachable', 'The broadcaster did not answer in time.', {
        cause,
      });
    }
    const refused = parse(refusal, answer);
    if (refused) throw errorOf(refused);
    const accepted = parse(schema, answer);
    if (accepted === null)
      throw new RtcChatError('server-error', 'The broadcaster gave an answer of a wrong shape.');
    return accepted;
  }

  /** A proxy may block WebSockets: from now on what it lets through is tried after them. */
  async #addFallback(): Promise<void> {
    try {
      const { LongPolling } = await import('./long-polling.ts');
      this.#manager.opts.transports = [WebSocketTransport, LongPolling];
    } catch {
      // It could not be fetched, as nothing can at the moment; the next failure asks again.
    }
  }

  #expectPause(notice: Closing): void {
    this.#minimumPauseMs = Math.min(notice.retryAfterMs, RETRY.maxMs);
  }

  #retryLater(): number {
    const pauseMs = Math.max(this.#backoff.nextMs(), this.#minimumPauseMs);
    this.#minimumPauseMs = 0;
    this.#retry.set(pauseMs, () => this.#dial());
    return pauseMs;
  }

  #dial(): void {
    this.#manager.timeout(this.#patienceMs);
    this.#patienceMs = Math.min(CONNECT_TIMEOUT_MS, this.#patienceMs * PATIENCE_GROWTH);
    this.#dialledAt = performance.now();
    this.#socket.connect();
  }
}

/** A broadcaster's event of a wrong shape is dropped: what it meant cannot be known, and nothing depends on one event. */
function received<TSchema extends v.GenericSchema>(
  schema: TSchema,
  input: unknown,
  take: (value: v.InferOutput<TSchema>) => void,
): void {
  const value = parse(schema, input);
  if (value !== null) take(value);
}
