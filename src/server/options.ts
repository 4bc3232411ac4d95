import type { IncomingMessage } from 'node:http';
import { pathToFileURL } from 'node:url';

import type { JWTPayload } from 'jose';
import type { Logger } from 'pino';
import * as v from 'valibot';

import type { IceServer } from '../protocol/broadcaster-messages.ts';
import { RtcChatError } from '../protocol/errors.ts';
import type { PersonName, RoomName } from '../protocol/ids.ts';
import { MAX_CAPACITY, MAX_SIGNAL_BYTES, MIN_CAPACITY } from '../protocol/limits.ts';
import { iceServerList, turnUrl } from './ice-url.ts';
import type { BroadcasterObserver } from './observer.ts';
import { roomPattern } from './room-pattern.ts';

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
  /** What the token says, once it has been checked; undefined in rooms that need none. */
  readonly claims: JWTPayload | undefined;
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
  /** Handed to every peer as they are, W3C shape. Default: none. */
  readonly iceServers?: readonly IceServer[] | undefined;
  /**
   * `turn:` and `turns:` URLs, at most 16, of a server that shares `turnSecret` with us, as coturn does with
   * `use-auth-secret`: each peer gets a short-lived credential of its own. Default: none.
   */
  readonly turnUrls?: readonly string[] | undefined;
  /** coturn's `static-auth-secret`. */
  readonly turnSecret?: string | undefined;
  /**
   * How long such a credential can be used, in milliseconds, 15,000 or more. Default 3,600,000. Peers ask for another one
   * when four fifths have passed.
   */
  readonly turnTtlMs?: number | undefined;
  /**
   * The secret that tokens are signed with (HS256), at least 32 bytes. With it, or with `authJwks`, rooms need a token.
   * Default: none, and no room does.
   */
  readonly authSecret?: string | Uint8Array | undefined;
  /**
   * Where the keys are that tokens are signed with: a JSON Web Key Set at an `https:` URL (on this machine also `http:`), or
   * in a file. Looked up anew every 10 minutes, and when a token names a key that is not there. Asymmetric algorithms only.
   */
  readonly authJwks?: URL | string | undefined;
  /** What a token must name as `iss`. Default: anything. */
  readonly authIssuer?: string | undefined;
  /** What a token must name as, or among, its `aud`. Default: anything. */
  readonly authAudience?: string | undefined;
  /**
   * Names of the rooms that need a token, `*` standing for any characters; in all others none is looked at. Needs
   * `authSecret` or `authJwks`. Default: all rooms.
   */
  readonly tokenRooms?: readonly string[] | undefined;
  /**
   * Says who may enter; false is `unauthorized`. Asked after shape, rates and token, before the proof; where tokens are needed
   * both have to agree. Default: everybody may.
   */
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
  /**
   * Rooms at once that have somebody connected to this process; another one is `rate-limited`. Default 10,000: each
   * of so many sockets its own.
   */
  readonly maxRooms?: number | undefined;
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
   * `unauthorized` answers to one address before its tries are slowed down: one in 1 s, in 2 s, in 4 s …, in a minute. Who
   * brings a valid token is not. Default 50 in 10 minutes.
   */
  readonly wrongTriesPerAddress?: Rate | undefined;
  /**
   * Rooms that one address may find empty before its tries are slowed down likewise: whoever looks for people by trying
   * names mostly finds nobody. Default: five times `joinsPerAddress` in 10 minutes, which is 2,000.
   */
  readonly newRoomsPerAddress?: Rate | undefined;
  /**
   * Packets of one socket of whatever kind, answers and heartbeats included; each started 4 KiB counts as one. More end it
   * without a word. Default 5,000 in 5 s: whoever keeps to the limits above stays far below.
   */
  readonly packetsPerSocket?: Rate | undefined;
  /** Packets from one address, counted likewise; more end those of its sockets that send most. Default 50,000 in 5 s. */
  readonly packetsPerAddress?: Rate | undefined;
  /**
   * Bytes of one packet; a longer one ends the socket. Default 139,264: a signal of 64 KiB in which every character has
   * to be escaped, and what stands around it.
   */
  readonly maxPacketBytes?: number | undefined;

  /**
   * The Redis (7 or later) that several processes share: `redis://[user:password@]host[:port][/number]`, or `rediss:` for
   * TLS. Rooms, names, limits by address and what peers send each other then reach over all of them. Only WebSockets are
   * taken then: a long-polling client would have to meet the same process each time. Default: none, one process.
   */
  readonly redis?: string | undefined;

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
/** What the protocol lets one ICE server have. */
const MAX_TURN_URLS = 16;
/** Peers ask for another credential not more often than every 10 s, and that must be before it expires. */
export const MIN_TURN_TTL_MS = 15_000;
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

/** RFC 7518 section 3.2: a key of at least the hash's size. */
export const MIN_SECRET_BYTES = 32;
const utf8 = new TextEncoder();
const isLong = ({ length }: Uint8Array): boolean => length >= MIN_SECRET_BYTES;
export const secretText = v.pipe(
  v.string(),
  v.check((input) => isLong(utf8.encode(input))),
);
const secret = v.pipe(
  v.union([v.string(), v.instance(Uint8Array)], 'must be a text or bytes'),
  v.transform((input): Uint8Array => (typeof input === 'string' ? utf8.encode(input) : input)),
  v.check(isLong, `must have ${MIN_SECRET_BYTES} bytes or more`),
);
/** Keys that anybody on the way could exchange are none: plain HTTP does for this machine only. */
const keySetUrl = v.pipe(
  v.union([v.pipe(v.string(), v.nonEmpty()), v.instance(URL)], 'must be a URL or a path'),
  v.transform((input) =>
    URL.canParse(String(input)) ? new URL(input) : pathToFileURL(String(input)),
  ),
  v.check(
    ({ protocol, hostname }) =>
      protocol === 'https:' ||
      protocol === 'file:' ||
      (protocol === 'http:' && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname)),
    'must be an https: URL or the path of a file',
  ),
);
export const roomPatternText = v.pipe(
  v.string(),
  v.check(
    (input) => roomPattern(input) !== null,
    'must be names of rooms, with * for any characters',
  ),
  v.transform((input) => roomPattern(input)!),
);

/** Where a Redis is. Never repeated in a complaint: it may hold a password. */
export const redisUrl = v.pipe(
  v.string(),
  v.check((input) => {
    if (!URL.canParse(input)) return false;
    const { protocol, hostname, pathname } = new URL(input);
    return /^rediss?:$/.test(protocol) && hostname !== '' && /^(?:\/\d*)?$/.test(pathname);
  }, 'must be a URL such as redis://127.0.0.1:6379'),
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
  iceServers: v.optional(iceServerList, []),
  turnUrls: v.optional(v.pipe(v.array(turnUrl), v.minLength(1), v.maxLength(MAX_TURN_URLS))),
  turnSecret: v.optional(v.pipe(v.string(), v.nonEmpty())),
  turnTtlMs: v.optional(v.pipe(duration, v.minValue(MIN_TURN_TTL_MS)), 3_600_000),
  authSecret: v.optional(secret),
  authJwks: v.optional(keySetUrl),
  authIssuer: v.optional(v.pipe(v.string(), v.nonEmpty())),
  authAudience: v.optional(v.pipe(v.string(), v.nonEmpty())),
  tokenRooms: v.optional(v.array(roomPatternText)),
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
  maxRooms: v.optional(count, 10_000),
  connectionsPerAddress: v.optional(rate, perTenSeconds(400)),
  joinsPerSocket: v.optional(rate, perTenSeconds(20)),
  joinsPerAddress: v.optional(rate, perTenSeconds(400)),
  signalsPerSocket: v.optional(rate, { max: 1_000, perMs: 5_000 }),
  signalsPerAddress: v.optional(rate, { max: 20_000, perMs: 5_000 }),
  callsPerSocket: v.optional(rate, perTenSeconds(20)),
  wrongTriesPerAddress: v.optional(rate, { max: 50, perMs: 600_000 }),
  newRoomsPerAddress: v.optional(rate),
  packetsPerSocket: v.optional(rate, { max: 5_000, perMs: 5_000 }),
  packetsPerAddress: v.optional(rate, { max: 50_000, perMs: 5_000 }),
  maxPacketBytes: v.optional(v.pipe(count, v.minValue(1_024)), 2 * MAX_SIGNAL_BYTES + 8_192),
  redis: v.optional(redisUrl),
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
  if (!result.success) {
    const [issue] = result.issues;
    throw invalid(`Option ${v.getDotPath(issue) ?? '?'}: ${issue.message}.`);
  }
  const { tokenRooms, authSecret, authJwks, turnUrls, turnSecret } = result.output;
  if (tokenRooms && !authSecret && !authJwks) {
    throw invalid(
      'Option tokenRooms (--token-rooms): needs a key, by authSecret or authJwks (--auth-secret, --auth-jwks).',
    );
  }
  if ((turnUrls === undefined) !== (turnSecret === undefined)) {
    throw invalid('Option turnUrls (--turn-url): turnUrls and turnSecret need each other.');
  }
  return result.output;
}

function invalid(message: string): RtcChatError {
  return new RtcChatError('invalid-options', message);
}
