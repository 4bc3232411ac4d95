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

/** How long a flooding address waits for its refusal, and how many wait so; others are cut off without one. */
const HOLD_MS = 2_000;
const MAX_HELD = 2_000;

/**
 * Who may connect at all, asked at the handshake of every transport (CORS says nothing about WebSockets): origin, number
 * of sockets, rate of connections. Refusals are HTTP 403.
 */
export class Door {
  readonly #settings: Settings;
  readonly #limits: Limits;
  readonly #origins: ReadonlySet<string> | null;
  readonly #socketsByAddress = new Map<string, number>();
  readonly #held = new Set<() => void>();
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

  /**
   * Null, or a word that says why not. An address that goes on to twice its rate is kept waiting for the word: it cannot
   * ask again meanwhile, which is what keeps the others' way free.
   */
  async refusal(request: IncomingMessage): Promise<TurnAwayReason | null> {
    if (this.#closed) return 'closing';
    const key = this.keyOf(request);
    const exceeded = await this.#limits.connectionExceeds(key);
    if (exceeded?.flooding) await this.#hold(request);
    if (exceeded) return 'rate-limited';
    const { origin } = request.headers;
    if (origin !== undefined && this.#origins && !this.#origins.has(origin.toLowerCase())) {
      return 'origin';
    }
    return this.#crowded(key);
  }

  /**
   * Counts a connection until it closes. Returns why it may not stay all the same: others may have come while it was
   * asked for.
   */
  count(connection: Connection): TurnAwayReason | null {
    const key = this.keyOf(connection.request);
    const crowded = this.#crowded(key);
    this.#sockets += 1;
    this.#socketsByAddress.set(key, (this.#socketsByAddress.get(key) ?? 0) + 1);
    connection.once('close', () => {
      this.#sockets -= 1;
      const rest = (this.#socketsByAddress.get(key) ?? 1) - 1;
      if (rest === 0) this.#socketsByAddress.delete(key);
      else this.#socketsByAddress.set(key, rest);
    });
    return crowded;
  }

  #crowded(key: string): TurnAwayReason | null {
    if (this.#sockets >= this.#settings.maxSockets) return 'full';
    const present = this.#socketsByAddress.get(key) ?? 0;
    return present >= this.#settings.maxSocketsPerAddress ? 'too-many-sockets' : null;
  }

  close(): void {
    this.#closed = true;
    for (const release of this.#held) release();
  }

  async #hold({ socket }: IncomingMessage): Promise<void> {
    if (this.#held.size >= MAX_HELD) {
      socket.destroy();
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(release, HOLD_MS);
      const held = this.#held;
      held.add(release);
      function release(): void {
        clearTimeout(timer);
        held.delete(release);
        resolve();
      }
    });
  }
}
