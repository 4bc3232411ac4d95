import type { IncomingMessage } from 'node:http';

import { addressKey } from './address.ts';
import type { Limits } from './limits.ts';
import type { TurnAwayReason } from './observer.ts';
import type { Settings } from './options.ts';

/** A connection below Socket.IO, as far as the door needs it. */
interface Connection {
  readonly request: IncomingMessage;
  once(event: 'close', listener: () => void): unknown;
}

/**
 * Who may connect at all, asked at the handshake of every transport (CORS says nothing about WebSockets): origin, number
 * of sockets, rate of connections. Refusals are HTTP 403.
 */
export class Door {
  readonly #settings: Settings;
  readonly #limits: Limits;
  readonly #origins: ReadonlySet<string> | null;
  readonly #socketsByAddress = new Map<string, number>();
  #sockets = 0;
  #closed = false;

  constructor(settings: Settings, limits: Limits) {
    this.#settings = settings;
    this.#limits = limits;
    this.#origins = settings.origins ? new Set(settings.origins) : null;
  }

  get sockets(): number {
    return this.#sockets;
  }

  /** The client's address, as far as it can be known. */
  addressOf(request: IncomingMessage): string {
    return this.#settings.addressOf?.(request) ?? request.socket.remoteAddress ?? '';
  }

  /** The key under which this client is counted. */
  keyOf(request: IncomingMessage): string {
    return addressKey(this.addressOf(request));
  }

  /** Null, or a word that says why not. */
  async refusal(request: IncomingMessage): Promise<TurnAwayReason | null> {
    const { origin } = request.headers;
    if (this.#closed) return 'closing';
    if (origin !== undefined && this.#origins && !this.#origins.has(origin.toLowerCase())) {
      return 'origin';
    }
    if (this.#sockets >= this.#settings.maxSockets) return 'full';
    const key = this.keyOf(request);
    const present = this.#socketsByAddress.get(key) ?? 0;
    if (present >= this.#settings.maxSocketsPerAddress) return 'too-many-sockets';
    return (await this.#limits.connectionExceeds(key)) ? 'rate-limited' : null;
  }

  /** Counts a connection until it closes. */
  count(connection: Connection): void {
    const key = this.keyOf(connection.request);
    this.#sockets += 1;
    this.#socketsByAddress.set(key, (this.#socketsByAddress.get(key) ?? 0) + 1);
    connection.once('close', () => {
      this.#sockets -= 1;
      const rest = (this.#socketsByAddress.get(key) ?? 1) - 1;
      if (rest === 0) this.#socketsByAddress.delete(key);
      else this.#socketsByAddress.set(key, rest);
    });
  }

  close(): void {
    this.#closed = true;
  }
}
