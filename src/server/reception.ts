import type { IncomingMessage } from 'node:http';

import {
  emptyRequest,
  joinRequest,
  namesOtherVersion,
  refuse,
  signalRequest,
} from '../protocol/broadcaster-messages.ts';
import type {
  IceAnswer,
  JoinAnswer,
  JoinRequest,
  PlainAnswer,
  Refusal,
  SignalRequest,
} from '../protocol/broadcaster-messages.ts';
import type { PeerId, RoomName } from '../protocol/ids.ts';
import { admit, joinAnswer } from './admission.ts';
import type { Entry } from './admission.ts';
import { Attendance, sendAway } from './attendance.ts';
import type { Authorization } from './authorization.ts';
import { hangUp, isOverrun, outletOf } from './backlog.ts';
import { call, receiveCall, receiveCalls } from './calls.ts';
import type { Calls, CallWatch, Reply } from './calls.ts';
import type { Door } from './door.ts';
import type { IceServers } from './ice-servers.ts';
import type { Limited, Limits } from './limits.ts';
import type { BroadcasterObserver, CutOffReason } from './observer.ts';
import type { Settings } from './options.ts';
import type { Relay } from './relay.ts';
import type { Rooms } from './rooms.ts';
import type { Seat } from './seat.ts';
import { Session } from './session.ts';
import type { BroadcasterServer, BroadcasterSocket, Member } from './session.ts';

interface Parts {
  readonly rooms: Rooms;
  readonly relay: Relay;
  readonly authorization: Authorization;
  readonly limits: Limits;
  readonly door: Door;
  readonly ice: IceServers;
  readonly log: Required<BroadcasterObserver>;
}

/** Bytes of a signal that count as one: what a description of text only takes at the most. */
const SIGNAL_POINT_BYTES = 4_096;
/** How long whoever is cut off may take to read why. */
const LAST_WORD_MS = 1_000;

/**
 * Answers the calls of every socket and tells the others in its room. The seats are the rooms' business, in which each
 * change is one atomic step; here it is made known in the same turn, the answer before the news.
 */
export class Reception {
  readonly #settings: Settings;
  readonly #parts: Parts;
  readonly #attendance: Attendance;

  constructor(io: BroadcasterServer, settings: Settings, parts: Parts) {
    this.#settings = settings;
    this.#parts = parts;
    this.#attendance = new Attendance(settings.closingSpreadMs);
    io.on('connection', (socket) => this.#welcome(socket));
  }

  /** A grace period has passed. */
  lost(room: RoomName, id: PeerId): void {
    this.#parts.relay.tellRoom(room, 'peer-left', { id, reason: 'lost' });
    this.#parts.log.lost(room, id);
  }

  /** Takes no more joins; fulfils when everyone has gone, after `drainMs` at the latest. */
  drain(drainMs: number): Promise<void> {
    return this.#attendance.drain(drainMs);
  }

  /** Ends all connections. */
  close(lastPacketsMs: number): Promise<void> {
    return this.#attendance.close(lastPacketsMs);
  }

  #welcome(socket: BroadcasterSocket): void {
    const { door, log } = this.#parts;
    const session = new Session(
      socket,
      door.addressOf(socket.request),
      this.#settings.joinTimeoutMs,
      () => this.#cutOff(session, 'never-joined'),
    );
    this.#attendance.enter(session);
    log.connected(session.address);
    const watch: CallWatch = {
      answered: (call, result, tookMs) => log.answered(call, result, tookMs),
      invalid: () => this.#countInvalid(session),
      failed: (error) => log.failed(error),
    };
    receiveCalls(socket, this.#callsOf(session, socket.id), watch);
    const join = joinOnConnect(socket);
    if (join !== undefined) {
      const answer = (joined: JoinAnswer | Refusal) => socket.emit('joined', joined);
      // Its maker did not know the socket's id yet, only the connection's.
      const calls = this.#callsOf(session, session.caller.connectionId);
      void receiveCall(['join', join, answer], calls, watch);
    }
    // What is written to it by way of another process passes no check of its own.
    if (this.#parts.relay.shared) socket.onAnyOutgoing(() => this.#cutOffOverrun(socket.id));
    if (!this.#settings.authorize) slimRequest(socket);
    socket.on('disconnect', () => {
      this.#attendance.exit(session);
      // One socket a connection: otherwise counts that belong to the socket begin anew with each.
      socket.conn.close();
      this.#vanish(session).catch((error: unknown) => log.failed(error));
    });
  }

  /** `sessionId` is the one that a join proves. */
  #callsOf(session: Session, sessionId: string): Calls {
    const join = call(joinRequest, (request, reply: Reply<JoinAnswer>) =>
      this.#join(session, sessionId, request, reply),
    );
    return {
      join: (payload) =>
        namesOtherVersion(payload)
          ? refuse('unsupported-version', 'This broadcaster speaks version 1.')
          : join(payload),
      signal: call(signalRequest, (request, reply: Reply<PlainAnswer>) =>
        this.#signal(session, request, reply),
      ),
      ice: call(emptyRequest, (_, reply: Reply<IceAnswer>) => this.#ice(session, reply)),
      leave: call(emptyRequest, (_, reply: Reply<PlainAnswer>) => this.#leave(session, reply)),
    };
  }

  async #join(
    session: Session,
    sessionId: string,
    request: JoinRequest,
    reply: Reply<JoinAnswer>,
  ): Promise<void> {
    const outOfTurn = this.#outOfTurn(session, request);
    if (outOfTurn) {
      reply(refuse('invalid-message', outOfTurn));
      this.#countInvalid(session);
      return;
    }
    const join = session.beginJoin();
    try {
      if (await this.#limited('join', session, reply)) return;
      const entry = await admit(session, join, request, sessionId, this.#parts, this.#settings);
      if ('ok' in entry) {
        this.#parts.log.refused(entry.error.code, request.room, session.address);
        reply(entry);
      } else if (session.isCurrent(join)) {
        await this.#seat(session, request, entry, reply);
      } else {
        // Left while the rooms were asked. Whoever held the seat before has lost it to this join all the same.
        if (entry.admission.replaced !== null)
          this.replace(entry.admission.replaced, request.room, entry.id);
        await this.#freeSeat(session.socket, request.room, entry.id);
        reply(refuse('not-in-room', 'The room was left while the join was checked.'));
      }
    } finally {
      session.endJoin(join);
    }
  }

  async #seat(
    session: Session,
    request: JoinRequest,
    entry: Entry,
    reply: Reply<JoinAnswer>,
  ): Promise<void> {
    const { socket } = session;
    const { relay } = this.#parts;
    const { room, key, name, instance, offer } = request;
    const { id, admission } = entry;
    const renamed = session.member !== null;
    session.enter({ room, key, id, instance });
    const openTo = this.#openTo(entry, renamed);
    reply(joinAnswer(entry, request, openTo !== null, this.#parts.ice, this.#settings));
    if (admission.replaced !== null) this.replace(admission.replaced, room, id);
    // Waited for only after the news: whoever enters in between has this peer in its answer already.
    const joined = relay.enter(socket, room, id, admission.peers);
    relay.tellRoom(room, 'peer-joined', { id, name, instance }, [socket.id]);
    if (offer !== undefined && openTo !== null)
      relay.tell(openTo, 'signal', { from: id, instance, signal: offer });
    if (renamed) this.#parts.log.renamed(room, id);
    else this.#parts.log.joined(room, id, session.address);
    await joined;
  }

  /** To whom the open offer of a newcomer goes; null for nobody. Where relays are given it was made too early for them. */
  #openTo({ admission }: Entry, renamed: boolean): string | null {
    const { openTo } = admission;
    if (renamed || openTo === null || !this.#parts.ice.empty) return null;
    return this.#cutOffOverrun(openTo) ? null : openTo;
  }

  /** Why this join is not for this moment or this socket; null when it is. */
  #outOfTurn(session: Session, { room, key }: JoinRequest): string | null {
    if (session.joining) return 'Another join of this socket is being checked.';
    const { member } = session;
    if (!member || (member.room === room && member.key === key)) return null;
    return 'This socket is in a room already: leave it first, or use another socket.';
  }

  async #signal(
    session: Session,
    request: SignalRequest,
    reply: Reply<PlainAnswer>,
  ): Promise<void> {
    const { member } = session;
    if (!member) return reply(notInRoom());
    const { id, instance } = member;
    const found = this.#addressee(session, member, request, reply);
    // Redis is asked twice the first time, and a conversation begins with several signals at once.
    const seat = await (this.#parts.relay.shared ? session.inTurn(found) : found);
    if (seat === 'limited') return;
    if (!seat || seat.socketId === null || this.#cutOffOverrun(seat.socketId)) {
      return reply(refuse('peer-unavailable', 'Nobody with this id is connected in this room.'));
    }
    const { signal } = request;
    this.#parts.relay.tell(seat.socketId, 'signal', { from: id, instance, signal });
    reply({ ok: true });
  }

  /** Null where there is none. `limited`: the sender is, and has been answered. */
  async #addressee(
    session: Session,
    { room, id }: Member,
    { to, signal }: SignalRequest,
    reply: Reply<PlainAnswer>,
  ): Promise<Seat | null | 'limited'> {
    const points = Math.ceil(Buffer.byteLength(signal) / SIGNAL_POINT_BYTES);
    if (await this.#limited('signal', session, reply, points)) return 'limited';
    return to === id ? null : this.#parts.rooms.find(room, to);
  }

  async #ice(session: Session, reply: Reply<IceAnswer>): Promise<void> {
    if (await this.#limited('call', session, reply)) return;
    const { member } = session;
    if (!member) return reply(notInRoom());
    reply({ ok: true, ...this.#parts.ice.grant(member.id) });
  }

  async #leave(session: Session, reply: Reply<PlainAnswer>): Promise<void> {
    if (await this.#limited('call', session, reply)) return;
    if (!session.member && !session.joining) return reply(notInRoom());
    const member = session.exit();
    if (member) await this.#freeSeat(session.socket, member.room, member.id);
    reply({ ok: true });
  }

  async #freeSeat(socket: BroadcasterSocket, room: RoomName, id: PeerId): Promise<void> {
    const held = await this.#parts.rooms.leave(room, id, socket.id);
    await this.#parts.relay.exit(socket, room);
    if (!held) return;
    this.#parts.relay.tellRoom(room, 'peer-left', { id, reason: 'left' });
    this.#parts.log.left(room, id);
  }

  /** The same key has joined on another socket: the one that held the seat is told, and ended. */
  replace(socketId: string, room: RoomName, id: PeerId): void {
    this.#parts.relay.tell(socketId, 'replaced', {});
    this.#parts.relay.end(socketId);
    this.#parts.log.replaced(room, id);
  }

  async #vanish(session: Session): Promise<void> {
    const member = session.end();
    if (!member || this.#attendance.phase === 'closed') return;
    const { room, id } = member;
    if (await this.#parts.rooms.vanish(room, id, session.socket.id)) this.#parts.log.away(room, id);
  }

  /** Whether it is over a limit; then it has been answered. */
  async #limited(
    what: Limited,
    session: Session,
    reply: Reply<never>,
    points = 1,
  ): Promise<boolean> {
    const { phase } = this.#attendance;
    if (phase === 'closed' || (phase === 'draining' && what === 'join')) {
      const retryAfterMs = this.#attendance.retryAfterMs();
      reply(refuse('server-error', 'This broadcaster is closing.', retryAfterMs));
      // A newcomer has nothing to wait for here.
      if (what === 'join' && !session.member) sendAway(session);
      return true;
    }
    const exceeded = await this.#parts.limits.exceeds(what, session.caller, points);
    if (!exceeded) return false;
    reply(refuse('rate-limited', 'Too many; slow down.', exceeded.retryAfterMs));
    if (exceeded.flooding) this.#cutOff(session, 'flood');
    return true;
  }

  /** Ends a socket that keeps sending what nobody understands. */
  #countInvalid(session: Session): void {
    if (session.countInvalid() >= this.#settings.maxInvalid) {
      this.#cutOff(session, 'invalid-messages');
    }
  }

  /** A client that does not read is ended at once, without waiting until it has read that it is. */
  #cutOffOverrun(socketId: string): boolean {
    const session = this.#attendance.find(socketId);
    if (!session || !isOverrun(outletOf(session.socket))) return false;
    this.#parts.log.cutOff('does-not-read', session.address);
    hangUp(outletOf(session.socket));
    return true;
  }

  #cutOff(session: Session, why: CutOffReason): void {
    if (!session.socket.connected) return;
    this.#parts.log.cutOff(why, session.address);
    session.socket.disconnect(true);
    setTimeout(() => hangUp(outletOf(session.socket)), LAST_WORD_MS).unref();
  }
}

/**
 * Of the request that a connection began with nothing is left but what Socket.IO reads again when another namespace is
 * connected: Node's own object for it is a large part of what an idle client keeps in memory.
 */
function slimRequest({ conn }: BroadcasterSocket): void {
  const { headers, url, socket, _query } = conn.request as IncomingMessage & { _query: unknown };
  (conn as { request: unknown }).request = { headers, url, socket, connection: socket, _query };
}

/** A join that came with Socket.IO's CONNECT packet; undefined where there was none. */
function joinOnConnect({ handshake }: BroadcasterSocket): unknown {
  const auth: unknown = handshake.auth;
  return typeof auth === 'object' && auth !== null && 'join' in auth ? auth.join : undefined;
}

function notInRoom(): Refusal {
  return refuse('not-in-room', 'This socket is in no room.');
}
