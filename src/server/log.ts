import { createHash, randomBytes } from 'node:crypto';

import { pino } from 'pino';
import type { Logger } from 'pino';

import type { BroadcasterErrorCode } from '../protocol/errors.ts';
import type { PeerId, RoomName } from '../protocol/ids.ts';

/** Why a connection is ended by us. */
export type CutOff = 'invalid-messages' | 'flood' | 'never-joined' | 'does-not-read';

/**
 * One line for each change in the life of a peer. Never in it: names, keys, tokens, proofs, signals, addresses. A room
 * is named by a hash salted anew in each process, so that nobody can look up "lobby"; a peer by the beginning of its id.
 */
export class LifeLog {
  readonly #logger: Logger;
  readonly #salt = randomBytes(16);

  constructor(logger: Logger = pino({ enabled: false })) {
    this.#logger = logger;
  }

  joined(room: RoomName, id: PeerId): void {
    this.#logger.info({ event: 'join', ...this.#place(room, id) }, 'joined');
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
  refused(code: BroadcasterErrorCode, room: RoomName): void {
    const level = code === 'rate-limited' ? 'debug' : 'info';
    this.#logger[level]({ event: 'refused', code, room: this.#hash(room) }, 'refused to join');
  }

  /** Everybody who is turned away, wherever that is. A flood makes a line for each, so they are for debugging only. */
  rejected(where: 'handshake' | 'call' | 'connection', reason: string): void {
    this.#logger.debug({ event: 'rejected', where, reason }, 'turned away');
  }

  cutOff(why: CutOff): void {
    this.rejected('connection', why);
    this.#logger.info({ event: 'cut-off', why }, 'disconnected by us');
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

  closing(): void {
    this.#logger.info({ event: 'closing' }, 'closing');
  }

  closed(): void {
    this.#logger.info({ event: 'closed' }, 'closed');
  }

  #place(room: RoomName, id: PeerId): { room: string; peer: string } {
    return { room: this.#hash(room), peer: id.slice(0, 6) };
  }

  #hash(room: RoomName): string {
    return createHash('sha256').update(this.#salt).update(room).digest('hex').slice(0, 8);
  }
}
