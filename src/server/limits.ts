import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';

import type { Rate, Settings } from './options.ts';
import { Windows } from './windows.ts';

/** Of what one socket may send: so much is never held against it. A conversation takes a few packets a second at its beginning. */
const QUIET_SHARE = 20;

/** Over a limit. `flooding`: it has gone on to twice the limit after being told, and is to be disconnected. */
export interface Exceeded {
  readonly retryAfterMs: number;
  readonly flooding: boolean;
}

/** What is counted, for a socket and for its address. */
export type Limited = 'connection' | 'join' | 'signal' | 'call';

export interface Caller {
  /** Of the connection, not of the namespace's socket: whoever opens that anew has the same count. */
  readonly connectionId: string;
  readonly addressKey: string;
}

/** One limit, in the words of rate-limiter-flexible. */
export interface CounterOptions {
  /** Sets this limit apart from the others in one store. */
  readonly keyPrefix: string;
  readonly points: number;
  /** Seconds, with a fraction: a store that counts in whole ones rounds up, because 0 would mean for ever. */
  readonly duration: number;
}

/** Makes the counter of one limit by address: in memory, or in a store that several processes share. */
export type CounterMaker = (options: CounterOptions) => RateLimiterAbstract;

export const countInMemory: CounterMaker = (options) => new RateLimiterMemory(options);

/**
 * Counts what sockets and addresses do. A socket lives in one process and is counted there; addresses are counted where
 * `makeCounter` says. Memory is bounded by time: an entry lives for its window, so there are never more
 * than the connections (of which `maxSockets` says how many) and the addresses that connected within the last window.
 */
export class Limits {
  readonly #bySocket: ReadonlyMap<Limited, Windows>;
  readonly #byAddress: ReadonlyMap<Limited, RateLimiterAbstract>;
  /** There are too many to ask a store about each. */
  readonly #packets: { readonly bySocket: Windows; readonly byAddress: Windows };

  constructor(settings: Settings, makeCounter: CounterMaker = countInMemory) {
    this.#bySocket = new Map([
      ['join', new Windows(settings.joinsPerSocket)],
      ['signal', new Windows(settings.signalsPerSocket)],
      ['call', new Windows(settings.callsPerSocket)],
    ]);
    this.#byAddress = counters(makeCounter, 'address', {
      connection: settings.connectionsPerAddress,
      join: settings.joinsPerAddress,
      signal: settings.signalsPerAddress,
    });
    this.#packets = {
      bySocket: new Windows(settings.packetsPerSocket),
      byAddress: new Windows(settings.packetsPerAddress),
    };
  }

  /** Null when it may go on. The socket's own limit comes first: what it refuses costs its neighbours nothing. */
  async exceeds(what: Limited, caller: Caller, points = 1): Promise<Exceeded | null> {
    const bySocket = this.#exceedsBySocket(what, caller.connectionId, points);
    if (bySocket) return bySocket;
    const byAddress = await consume(this.#byAddress.get(what), caller.addressKey, points);
    return byAddress && { ...byAddress, flooding: false };
  }

  /**
   * Counts a packet below Socket.IO. Whether its connection is to be ended: it has sent too many by itself, or its address
   * has and it is not one of those that send little.
   */
  floods({ connectionId, addressKey }: Caller, points: number): boolean {
    const { bySocket, byAddress } = this.#packets;
    const own = bySocket.add(connectionId, points);
    const all = byAddress.add(addressKey, points);
    const { max } = bySocket.rate;
    return own > max || (all > byAddress.rate.max && own > max / QUIET_SHARE);
  }

  async connectionExceeds(addressKey: string): Promise<Exceeded | null> {
    return consume(this.#byAddress.get('connection'), addressKey, 1);
  }

  /** The connection is gone; its entries with it. */
  forget(connectionId: string): void {
    for (const windows of this.#bySocket.values()) windows.forget(connectionId);
    this.#packets.bySocket.forget(connectionId);
  }

  #exceedsBySocket(what: Limited, connectionId: string, points: number): Exceeded | null {
    const windows = this.#bySocket.get(what);
    if (!windows) return null;
    const count = windows.add(connectionId, points);
    const { max } = windows.rate;
    if (count <= max) return null;
    return { retryAfterMs: windows.endsInMs(connectionId), flooding: count > 2 * max };
  }
}

function counters(
  make: CounterMaker,
  scope: string,
  rates: Partial<Record<Limited, Rate>>,
): Map<Limited, RateLimiterAbstract> {
  return new Map(
    Object.entries(rates).map(([what, rate]) => [
      what as Limited,
      counter(make, `${what}-by-${scope}`, rate),
    ]),
  );
}

function counter(make: CounterMaker, keyPrefix: string, rate: Rate): RateLimiterAbstract {
  return make({ keyPrefix, points: rate.max, duration: rate.perMs / 1_000 });
}

async function consume(
  limiter: RateLimiterAbstract | undefined,
  key: string,
  points: number,
): Promise<Exceeded | null> {
  if (!limiter) return null;
  try {
    await limiter.consume(key, points);
    return null;
  } catch (refusal) {
    // It rejects with its count when the limit is reached; anything else is a real error.
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    return {
      retryAfterMs: Math.max(1, Math.ceil(refusal.msBeforeNext)),
      flooding: refusal.consumedPoints > 2 * limiter.points,
    };
  }
}
