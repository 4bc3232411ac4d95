import { createHash, randomBytes } from 'node:crypto';

import { pino } from 'pino';
import type { Logger } from 'pino';

import type { BroadcasterErrorCode } from '../protocol/errors.ts';
import type { PeerId, RoomName } from '../protocol/ids.ts';
import type {
  BroadcasterObserver,
  CallName,
  CallResult,
  Census,
  CutOffReason,
  TokenFault,
  TurnAwayReason,
} from './observer.ts';

/**
 * One line for each change in the life of a peer. Never in it: names, keys, tokens, proofs, signals, and addresses only
 * where they are asked for. A room is named by a hash salted anew in each process, so that nobody can look up "lobby"; a
 * peer by the beginning of its id.
 */
export class LifeLog implements BroadcasterObserver {
  readonly #logger: Logger;
  readonly #addresses: boolean;
  readonly #salt = randomBytes(16);

  /** `addresses`: whether the lines about somebody who comes or is refused name the address. */
  constructor(logger: Logger = pino({ enabled: false }), addresses = false) {
    this.#logger = logger;
    this.#addresses = addresses;
  }

  /** A flood makes a line for each who is turned away, so these are for debugging only. */
  turnedAway(reason: TurnAwayReason, address: string): void {
    this.#logger.debug({ event: 'turned-away', reason, ...this.#from(address) }, 'not let in');
  }

  answered(call: CallName, result: CallResult): void {
    if (result !== 'ok') this.#logger.debug({ event: 'rejected', call, code: result }, 'rejected');
  }

  connected(address: string): void {
    this.#logger.debug({ event: 'connect', ...this.#from(address) }, 'connected');
  }

  joined(room: RoomName, id: PeerId, address: string): void {
    this.#logger.info(
      { event: 'join', ...this.#place(room, id), ...this.#from(address) },
      'joined',
    );
  }

  renamed(room: RoomName, id: PeerId): void {
    this.#logger.info({ event: 'rename', ...this.#place(room, id) }, 'renamed');
  }

  replaced(room: RoomName, id: PeerId): void {
    this.#logger.info(
      { event: 'replaced', ...this.#place(room, id) },
      'took its seat from elsewhere',
    );
  }

  left(room: RoomName, id: PeerId): void {
    this.#logger.info({ event: 'leave', ...this.#place(room, id) }, 'left');
  }

  /** The socket is gone, the seat is kept for a while. */
  away(room: RoomName, id: PeerId): void {
    this.#logger.debug({ event: 'away', ...this.#place(room, id) }, 'connection lost, seat kept');
  }

  lost(room: RoomName, id: PeerId): void {
    this.#logger.info({ event: 'lost', ...this.#place(room, id) }, 'did not come back');
  }

  /** A flood makes a line for each refusal by rate, so those are for debugging only. */
  refused(code: BroadcasterErrorCode, room: RoomName, address: string): void {
    const level = code === 'rate-limited' ? 'debug' : 'info';
    this.#logger[level](
      { event: 'refused', code, room: this.#hash(room), ...this.#from(address) },
      'refused to join',
    );
  }

  cutOff(why: CutOffReason, address: string): void {
    this.#logger.info({ event: 'cut-off', why, ...this.#from(address) }, 'disconnected by us');
  }

  /** Only here is it said why: whoever brings a wrong token learns nothing. */
  tokenRefused(fault: TokenFault, room: RoomName, address: string): void {
    this.#logger.debug(
      { event: 'token-refused', fault, room: this.#hash(room), ...this.#from(address) },
      'the token does not let in',
    );
  }

  /** The URL and what is behind it can be somebody's: only the kind of the error is written. */
  keysUnavailable(error: Error): void {
    const { cause } = error;
    const kind = cause instanceof Error ? cause.name : error.name;
    this.#logger.error({ event: 'keys-unavailable', kind }, 'the keys of tokens cannot be had');
  }

  roomsReachable(): void {
    this.#logger.info({ event: 'rooms-reachable' }, 'Redis answers');
  }

  /** What Redis and Node say of a connection names the server and never the password. */
  roomsUnreachable(why: string): void {
    this.#logger.error({ event: 'rooms-unreachable', why }, 'without Redis nobody is let in');
  }

  /** The message of an error can hold what a stranger sent, or a token: only its kind and its place are written. */
  failed(error: unknown): void {
    const kind = error instanceof Error ? error.name : typeof error;
    const at =
      error instanceof Error
        ? error.stack?.split('\n').filter((line) => /^ {4}at /.test(line))
        : undefined;
    this.#logger.error({ event: 'failed', kind, at: at?.slice(0, 8) }, 'something failed here');
  }

  draining(census: Census): void {
    this.#logger.info({ event: 'draining', ...census }, 'no more joins are taken');
  }

  closing(): void {
    this.#logger.info({ event: 'closing' }, 'closing');
  }

  closed(): void {
    this.#logger.info({ event: 'closed' }, 'closed');
  }

  #place(room: RoomName, id: PeerId): { room: string; peer: string } {
    return { room: this.#hash(room), peer: id.slice(0, 6) };
  }

  #from(address: string): { address?: string } {
    return this.#addresses ? { address } : {};
  }

  #hash(room: RoomName): string {
    return createHash('sha256').update(this.#salt).update(room).digest('hex').slice(0, 8);
  }
}
