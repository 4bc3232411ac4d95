import type { IceAnswer, IceServer } from '../protocol/broadcaster-messages.ts';
import type { PeerId } from '../protocol/ids.ts';
import type { Settings } from './options.ts';
import { TurnCredentials } from './turn-credentials.ts';

/** What a peer is handed at a join and by `ice`. */
export type IceGrant = Pick<IceAnswer, 'iceServers' | 'expiresInMs'>;

/** The static servers, and TURN with a credential of the peer's own where we mint them. */
export class IceServers {
  readonly #servers: readonly IceServer[];
  readonly #turn: TurnCredentials | null;

  constructor({ iceServers, turnUrls: urls, turnSecret: secret, turnTtlMs: ttlMs }: Settings) {
    this.#servers = iceServers;
    this.#turn = urls && secret ? new TurnCredentials({ urls, secret, ttlMs }) : null;
  }

  /** Whether nobody is given anything. */
  get empty(): boolean {
    return this.#servers.length === 0 && this.#turn === null;
  }

  grant(peer: PeerId): IceGrant {
    if (!this.#turn) return { iceServers: [...this.#servers], expiresInMs: null };
    const { ttlMs } = this.#turn;
    return { iceServers: [...this.#servers, this.#turn.mint(peer)], expiresInMs: ttlMs };
  }
}
