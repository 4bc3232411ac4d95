import type { IncomingMessage } from 'node:http';

import type { Logger } from 'pino';
import * as v from 'valibot';

import { iceAnswer } from '../protocol/broadcaster-messages.ts';
import type { IceServer } from '../protocol/broadcaster-messages.ts';
import { RtcChatError } from '../protocol/errors.ts';
import type { PersonName, RoomName } from '../protocol/ids.ts';
import { MAX_CAPACITY, MAX_SIGNAL_BYTES, MIN_CAPACITY } from '../protocol/limits.ts';
import type { BroadcasterObserver } from './observer.ts';

/** At most `max` within any window of `perMs` milliseconds that begins with the first of them. */
export interface Rate {
  readonly max: number;
  readonly perMs: number;
}

/** What the `authorize` hook decides on. */
export interface AuthorizationRequest {
  readonly room: RoomName;
  readonly name: PersonName;
  /** As the peer sent it; undefined where it sent none. */
  readonly token: string | undefined;
  /** The handshake's request: its headers, its address. */
  readonly handshake: IncomingMessage;
}

/** Everything about a broadcaster that can be set; each has a default that suits one small server. */
export interface BroadcasterOptions {
  /** Path of the Socket.IO endpoint. Default `/socket.io`. */
  readonly path?: string | undefined;
  /**
   * Origins of the pages that may connect, such as `https://example.com`, or `null` for pages without one. Default: any.
   * Clients that send no Origin (no browser does so for a WebSocket) are let in: a list keeps out pages, not programs.
   */
  readonly origins?: readonly string[] | undefined;
  /**
   * Hosts (`chat.example`, `chat.example:8443`) under which peers dial this broadcaster, beside what the Host header
   * says. Needed behind a proxy that changes that header. Default: none.
   */
  readonly publicHosts?: readonly string[] | undefined;
  /** Places in a room, 2 to 32: the most that the first in a room can ask for, and what it gets without asking. Default 16. */
  readonly maxCapacity?: number | undefined;
  /** How long the seat of a vanished peer stays its own, in milliseconds. Default 10,000. */
  readonly graceMs?: number | undefined;
  /** A socket that is in no room for so long is disconnected, in milliseconds. Default 60,000. */
  readonly joinTimeoutMs?: number | undefined;
  /** Handed to every peer, W3C shape. Default: none. */
  readonly iceServers?: readonly IceServer[] | undefined;
  /** Says who may enter; false is `unauthorized`. Asked after shape and rates, before the proof. Default: everybody may. */
  readonly authorize?: ((request: AuthorizationRequest) => boolean | Promise<boolean>) | undefined;
  /** Where the one line for each change goes. Default: nowhere. */
  readonly logger?: Logger | undefined;
  /** Whether the log names the addresses of those who come or are refused. Default: false. */
  readonly logAddresses?: boolean | undefined;
  /** Told what happens, such as the `observer` of `createMetrics()`. Default: none. */
  readonly observers?: readonly BroadcasterObserver[] | undefined;
  /** The client's address, for the limits only. Default: that of the TCP connection, which behind a proxy is the proxy's. */
  readonly addressOf?: ((handshake: IncomingMessage) => string) | undefined;

  /** Invalid messages after which a socket is disconnected. Default 10: an honest client sends none. */
  readonly maxInvalid?: number | undefined;
  /** Sockets at once. Default 10,000, which is about 200 MB. */
  readonly maxSockets?: number | undefined;
  /** Sockets at once from one address (one /64 of IPv6). Default 500: a school behind one NAT. */
  readonly maxSocketsPerAddress?: number | undefined;
  /** New connections from one address. Default 400 in 10 s: everybody of a full school building reloads at once. */
  readonly connectionsPerAddress?: Rate | undefined;
  /** Joins of one socket, renames included. Default 20 in 10 s: faster than anybody types names. */
  readonly joinsPerSocket?: Rate | undefined;
  /** Joins from one address. Default 400 in 10 s: 40 checks of a signature a second are about 1 % of a core. */
  readonly joinsPerAddress?: Rate | undefined;
  /**
   * Signals of one socket; each started 4 KiB counts as one. Default 1,000 in 5 s: joining a room of 32 takes 31 offers
   * and up to ten bundles of candidates for each, within a second or two.
   */
  readonly signalsPerSocket?: Rate | undefined;
  /** Signals from one address, counted likewise. Default 20,000 in 5 s: two full rooms behind one NAT that connect at once. */
  readonly signalsPerAddress?: Rate | undefined;
  /** `ice` and `leave` of one socket. Default 20 in 10 s. */
  readonly callsPerSocket?: Rate | undefined;
  /**
   * Bytes of one packet; a longer one ends the socket. Default 139,264: a signal of 64 KiB in which every character has
   * to be escaped, and what stands around it.
   */
  readonly maxPacketBytes?: number | undefined;

  /** Between two pings, in milliseconds. Default 10,000. */
  readonly pingIntervalMs?: number | undefined;
  /** How long a ping may go unanswered, in milliseconds. Default 10,000. */
  readonly pingTimeoutMs?: number | undefined;
  /**
   * `closing` tells each peer another time between 500 ms and this to come back, so that they do not come all at once.
   * Default 5,000.
   */
  readonly closingSpreadMs?: number | undefined;
}

const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2 ** 31 - 1));
/** What a timer can be set to. */
const duration = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 31 - 1));
const rate = v.object({ max: count, perMs: v.pipe(duration, v.minValue(1)) });
const hook = <T>() => v.optional(v.custom<T>((input) => typeof input === 'function'));
const perTenSeconds = (max: number): Rate => ({ max, perMs: 10_000 });

/** An origin as browsers write it, or `null`; whatever has a path or a wildcard is a misunderstanding. */
export const originText = v.pipe(
  v.string(),
  v.check(
    (input) =>
      input === 'null' || (URL.canParse(input) && new URL(input).origin === input.toLowerCase()),
    'must be an origin such as https://example.com',
  ),
  v.transform((input) => input.toLowerCase()),
);
/** A host with its port where that is not the default one. */
export const hostName = v.pipe(
  v.string(),
  v.check(
    (input) =>
      ['http', 'https'].some((scheme) => {
        const url = `${scheme}://${input}`;
        return URL.canParse(url) && new URL(url).host === input.toLowerCase();
      }),
    'must be a host such as chat.example or chat.example:8443',
  ),
  v.transform((input) => input.toLowerCase()),
);

const schema = v.strictObject({
  path: v.optional(
    v.pipe(v.string(), v.regex(/^\/[^?#\s]*$/, 'must begin with a slash')),
    '/socket.io',
  ),
  origins: v.optional(v.array(originText)),
  publicHosts: v.optional(v.array(hostName), []),
  maxCapacity: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(MIN_CAPACITY), v.maxValue(MAX_CAPACITY)),
    16,
  ),
  graceMs: v.optional(duration, 10_000),
  joinTimeoutMs: v.optional(v.pipe(duration, v.minValue(1)), 60_000),
  iceServers: v.optional(iceAnswer.entries.iceServers, []),
  authorize: hook<NonNullable<BroadcasterOptions['authorize']>>(),
  logger: v.optional(v.custom<Logger>((input) => typeof input === 'object' && input !== null)),
  logAddresses: v.optional(v.boolean(), false),
  observers: v.optional(
    v.array(v.custom<BroadcasterObserver>((input) => typeof input === 'object' && input !== null)),
    [],
  ),
  addressOf: hook<NonNullable<BroadcasterOptions['addressOf']>>(),
  maxInvalid: v.optional(count, 10),
  maxSockets: v.optional(count, 10_000),
  maxSocketsPerAddress: v.optional(count, 500),
  connectionsPerAddress: v.optional(rate, perTenSeconds(400)),
  joinsPerSocket: v.optional(rate, perTenSeconds(20)),
  joinsPerAddress: v.optional(rate, perTenSeconds(400)),
  signalsPerSocket: v.optional(rate, { max: 1_000, perMs: 5_000 }),
  signalsPerAddress: v.optional(rate, { max: 20_000, perMs: 5_000 }),
  callsPerSocket: v.optional(rate, perTenSeconds(20)),
  maxPacketBytes: v.optional(v.pipe(count, v.minValue(1_024)), 2 * MAX_SIGNAL_BYTES + 8_192),
  pingIntervalMs: v.optional(v.pipe(duration, v.minValue(1)), 10_000),
  pingTimeoutMs: v.optional(v.pipe(duration, v.minValue(1)), 10_000),
  closingSpreadMs: v.optional(duration, 5_000),
});

/** The options with every default filled in. */
export type Settings = v.InferOutput<typeof schema>;

/**
 * Fills in the defaults.
 * @throws {RtcChatError} `invalid-options`, naming the option and what is wrong with it.
 */
export function resolveOptions(options: BroadcasterOptions = {}): Settings {
  const result = v.safeParse(schema, options);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new RtcChatError(
    'invalid-options',
    `Option ${v.getDotPath(issue) ?? '?'}: ${issue.message}.`,
  );
}
