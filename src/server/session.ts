import type { Server, Socket } from 'socket.io';

import type { BroadcasterEvents, ClientEvents } from '../protocol/broadcaster-messages.ts';
import type { InstanceId, PeerId, PublicKeyText, RoomName } from '../protocol/ids.ts';
import { addressKey } from './address.ts';
import type { Caller } from './limits.ts';

export type BroadcasterServer = Server<ClientEvents, BroadcasterEvents>;
export type BroadcasterSocket = Socket<ClientEvents, BroadcasterEvents>;

/** Who a socket is, once it has been admitted. */
export interface Member {
  readonly room: RoomName;
  readonly id: PeerId;
  readonly key: PublicKeyText;
  readonly instance: InstanceId;
}

/**
 * What is known about one socket, for its life. Invariant: at most one join is in flight, and one that has been overtaken
 * by `leave` or by the socket's end is no longer current.
 */
export class Session {
  readonly socket: BroadcasterSocket;
  readonly caller: Caller;
  readonly address: string;
  readonly #idleTimer: NodeJS.Timeout;
  #member: Member | null = null;
  #join: symbol | null = null;
  #invalid = 0;
  #turn: Promise<unknown> = Promise.resolve();

  /** `onIdle` is called when the socket has been in no room for `joinTimeoutMs`. */
  constructor(
    socket: BroadcasterSocket,
    address: string,
    joinTimeoutMs: number,
    onIdle: () => void,
  ) {
    this.socket = socket;
    this.address = address;
    // The connection's id is not part of the typed surface of its class, but of Socket.IO's documented one.
    const { id } = socket.conn as unknown as { id: string };
    this.caller = { connectionId: id, addressKey: addressKey(address) };
    this.#idleTimer = setTimeout(() => {
      if (this.#member === null) onIdle();
    }, joinTimeoutMs);
    this.#idleTimer.unref();
  }

  get member(): Member | null {
    return this.#member;
  }

  get joining(): boolean {
    return this.#join !== null;
  }

  beginJoin(): symbol {
    this.#join = Symbol('join');
    return this.#join;
  }

  /** Whether this join may still take effect: nobody has left meanwhile, the socket is there. */
  isCurrent(join: symbol): boolean {
    return this.#join === join && this.socket.connected;
  }

  endJoin(join: symbol): void {
    if (this.#join === join) this.#join = null;
  }

  enter(member: Member): void {
    this.#member = member;
  }

  /** No longer in the room, nor on the way into it. What it was is returned, so that it is given back once only. */
  exit(): Member | null {
    const member = this.#member;
    this.#member = null;
    this.#join = null;
    this.#idleTimer.refresh();
    return member;
  }

  end(): Member | null {
    const member = this.exit();
    clearTimeout(this.#idleTimer);
    return member;
  }

  /** What has been asked for comes in the order in which it was asked for here, whichever answer is there first. */
  inTurn<T>(answer: Promise<T>): Promise<T> {
    const turn = Promise.all([answer, this.#turn]).then(([value]) => value);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** How many invalid messages there have been, with this one. */
  countInvalid(): number {
    return ++this.#invalid;
  }
}
