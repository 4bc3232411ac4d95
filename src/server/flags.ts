import * as v from 'valibot';

import { MAX_CAPACITY, MIN_CAPACITY } from '../protocol/limits.ts';
import { flag, hidden } from './flag.ts';
import type { Flag } from './flag.ts';
import {
  json,
  list,
  milliseconds,
  oneOf,
  path,
  pathOrUrl,
  rate,
  text,
  time,
  toggle,
  whole,
} from './flag-kind.ts';
import { basePath } from './http.ts';
import { iceServerList, turnUrl } from './ice-url.ts';
import {
  hostName,
  MIN_SECRET_BYTES,
  MIN_TURN_TTL_MS,
  originText,
  redisUrl,
  roomPatternText,
  secretText,
} from './options.ts';
import { trustedProxy } from './trusted-proxies.ts';

const MAX_SOCKETS = 10_000_000;
const MAX_PACKET_BYTES = 16_777_216;

function withoutPassword(url: string): string {
  const shown = new URL(url);
  if (shown.password) shown.password = hidden();
  return shown.href;
}

const host = () =>
  text('ADDRESS', 'an address or a host name', v.pipe(v.string(), v.regex(/^[^\s[\]/]+$/)));

/**
 * Every setting of the command, in the order of `--help`. A row is all that a new one needs: flag, variable, key in the
 * file, checks, help and `--print-config` come from it, and what has an `option` reaches `createBroadcaster` by itself.
 */
export const FLAGS = {
  port: flag(whole(0, 65_535, 'PORT'), {
    group: 'listening',
    help: 'port to listen on; 0 takes any free one',
    standard: 8_080,
  }),
  host: flag(host(), { group: 'listening', help: 'address to listen on', without: 'all' }),
  'public-host': flag(list('HOST', 'a host such as chat.example or chat.example:8443', hostName), {
    group: 'listening',
    option: 'publicHosts',
    help: 'hosts under which it is dialled, if a proxy changes the Host header',
  }),
  'base-path': flag(text('PATH', 'a path such as /chat', basePath), {
    group: 'listening',
    help: 'path below which everything is served, /healthz and /socket.io/ included',
    standard: '/',
  }),
  'trust-proxy': flag(
    list(
      'ADDRESS',
      'an address, a network such as 10.0.0.0/8, or loopback, linklocal or uniquelocal',
      trustedProxy,
    ),
    {
      group: 'listening',
      help: 'proxies whose X-Forwarded-For says who the client is, for the limits',
    },
  ),
  'tls-cert': flag(path(), {
    group: 'listening',
    help: 'certificate for HTTPS in PEM, its chain after it; SIGHUP reads it and its key anew',
    needs: 'tls-key',
  }),
  'tls-key': flag(path(), {
    group: 'listening',
    help: 'private key of the certificate, in PEM',
    needs: 'tls-cert',
  }),
  lan: flag(toggle(), {
    group: 'listening',
    help: 'for phones and computers beside this one: HTTPS with a certificate of our own making unless there is another, a URL for each address, and a QR code',
    standard: false,
    excludes: 'host',
  }),

  origin: flag(list('ORIGIN', 'an origin such as https://example.com', originText), {
    group: 'entering',
    option: 'origins',
    help: 'origins of the pages that may connect; name your own too if its demo page is to work',
    without: 'any',
  }),
  'auth-secret': flag(text('SECRET', `a text of ${MIN_SECRET_BYTES} bytes or more`, secretText), {
    group: 'entering',
    option: 'authSecret',
    help: 'secret that tokens are signed with (HS256); rooms then need a token',
    hide: hidden,
  }),
  'auth-jwks': flag(pathOrUrl('https', 'the https: URL or the file of a JSON Web Key Set'), {
    group: 'entering',
    option: 'authJwks',
    help: 'keys that tokens are signed with; rooms then need a token',
  }),
  'auth-issuer': flag(text('TEXT', 'a text'), {
    group: 'entering',
    option: 'authIssuer',
    help: 'what a token must name as its iss',
    without: 'any',
  }),
  'auth-audience': flag(text('TEXT', 'a text'), {
    group: 'entering',
    option: 'authAudience',
    help: 'what a token must name among its aud',
    without: 'any',
  }),
  'token-rooms': flag(
    list('ROOM', 'the name of a room, with * for any characters', roomPatternText),
    {
      group: 'entering',
      option: 'tokenRooms',
      help: 'rooms that need a token, once there is a key for them',
      without: 'all',
    },
  ),

  capacity: flag(whole(MIN_CAPACITY, MAX_CAPACITY), {
    group: 'limits',
    option: 'maxCapacity',
    help: 'places in a room at the most',
  }),
  'grace-ms': flag(milliseconds(0), {
    group: 'limits',
    option: 'graceMs',
    help: 'how long the seat of a vanished peer is kept',
  }),
  'join-timeout-ms': flag(milliseconds(1), {
    group: 'limits',
    option: 'joinTimeoutMs',
    help: 'how long a connection may stay without a room',
  }),
  'max-sockets': flag(whole(1, MAX_SOCKETS), {
    group: 'limits',
    option: 'maxSockets',
    help: 'connections at once',
  }),
  'max-sockets-per-address': flag(whole(1, MAX_SOCKETS), {
    group: 'limits',
    option: 'maxSocketsPerAddress',
    help: 'connections at once from one address',
  }),
  'max-rooms': flag(whole(1, MAX_SOCKETS), {
    group: 'limits',
    option: 'maxRooms',
    help: 'rooms at once',
  }),
  'connections-per-address': flag(rate(), {
    group: 'limits',
    option: 'connectionsPerAddress',
    help: 'new connections from one address',
  }),
  'joins-per-socket': flag(rate(), {
    group: 'limits',
    option: 'joinsPerSocket',
    help: 'joins and renames of one connection',
  }),
  'joins-per-address': flag(rate(), {
    group: 'limits',
    option: 'joinsPerAddress',
    help: 'joins from one address',
  }),
  'signals-per-socket': flag(rate(), {
    group: 'limits',
    option: 'signalsPerSocket',
    help: 'signals of one connection, each 4 KiB counting as one',
  }),
  'signals-per-address': flag(rate(), {
    group: 'limits',
    option: 'signalsPerAddress',
    help: 'signals from one address',
  }),
  'calls-per-socket': flag(rate(), {
    group: 'limits',
    option: 'callsPerSocket',
    help: 'other calls of one connection: ice and leave',
  }),
  'packets-per-socket': flag(rate(), {
    group: 'limits',
    option: 'packetsPerSocket',
    help: 'packets of any kind of one connection, each 4 KiB counting as one',
  }),
  'packets-per-address': flag(rate(), {
    group: 'limits',
    option: 'packetsPerAddress',
    help: 'packets of any kind from one address',
  }),
  'max-packet-bytes': flag(whole(1_024, MAX_PACKET_BYTES), {
    group: 'limits',
    option: 'maxPacketBytes',
    help: 'bytes of one packet',
  }),
  'max-invalid': flag(whole(1, MAX_SOCKETS), {
    group: 'limits',
    option: 'maxInvalid',
    help: 'invalid messages before a connection is ended',
  }),
  'wrong-tries-per-address': flag(rate(), {
    group: 'limits',
    option: 'wrongTriesPerAddress',
    help: 'refused tokens from one address before its tries are slowed down',
  }),
  'new-rooms-per-address': flag(rate(), {
    group: 'limits',
    option: 'newRoomsPerAddress',
    help: 'rooms found empty from one address before its tries are slowed down',
    without: 'five times joins-per-address in 10m',
  }),

  'ice-servers': flag(
    json(
      'a JSON list of ICE servers such as [{"urls":"stun:stun.example"}], TURN with username and credential',
      iceServerList,
    ),
    {
      group: 'relays',
      option: 'iceServers',
      help: 'STUN and TURN servers handed to every peer',
      hide: (servers) =>
        servers.map((server) => (server.credential ? { ...server, credential: hidden() } : server)),
    },
  ),

  'turn-url': flag(
    list(
      'URL',
      'a TURN URL such as turn:turn.example or turns:turn.example:443?transport=tcp',
      turnUrl,
    ),
    {
      group: 'relays',
      option: 'turnUrls',
      needs: 'turn-secret',
      help: 'TURN server for which each peer gets a short-lived credential',
    },
  ),
  'turn-secret': flag(text('SECRET', 'a text'), {
    group: 'relays',
    option: 'turnSecret',
    needs: 'turn-url',
    help: 'what that server has as static-auth-secret (coturn, with use-auth-secret)',
    hide: hidden,
  }),
  'turn-ttl': flag(time(MIN_TURN_TTL_MS), {
    group: 'relays',
    option: 'turnTtlMs',
    help: 'how long such a credential can be used; it is renewed before',
  }),

  redis: flag(text('URL', 'a URL such as redis://127.0.0.1:6379 or rediss://…', redisUrl), {
    group: 'processes',
    option: 'redis',
    help: 'the Redis that this process shares with others; only WebSockets are taken then',
    hide: withoutPassword,
  }),

  drain: flag(milliseconds(0), {
    group: 'operating',
    help: 'how long those who are connected are still served after SIGTERM',
    standard: 5_000,
  }),
  'metrics-port': flag(whole(0, 65_535, 'PORT'), {
    group: 'operating',
    help: 'port for /metrics, /healthz and /readyz, in plain HTTP; that of --port to have them there',
    without: 'no metrics',
  }),
  'metrics-host': flag(host(), {
    group: 'operating',
    help: 'address to listen on for metrics',
    standard: '127.0.0.1',
  }),
  'log-level': flag(
    oneOf('LEVEL', ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    {
      group: 'operating',
      help: 'how much is logged, to the standard error',
      standard: 'info',
    },
  ),
  'log-addresses': flag(toggle(), {
    group: 'operating',
    option: 'logAddresses',
    help: 'whether the log names the addresses of those who come or are refused',
  }),
} as const satisfies Readonly<Record<string, unknown>>;

export type FlagName = keyof typeof FLAGS;
/** What is set, defaults included. */
export type FlagValues = { readonly [N in FlagName]: (typeof FLAGS)[N]['standard'] };

export const FLAG_NAMES = Object.keys(FLAGS) as readonly FlagName[];

/** The row of a setting whose name is known at run time only. */
export function flagOf(name: FlagName): Flag {
  return FLAGS[name] as unknown as Flag;
}

export function isFlagName(name: string): name is FlagName {
  return Object.hasOwn(FLAGS, name);
}
