import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';

import { Server } from 'socket.io';

import { JOIN_ON_CONNECT } from '../protocol/broadcaster-messages.ts';
import { Authorization } from './authorization.ts';
import { hangUp } from './backlog.ts';
import { Door } from './door.ts';
import { Guesses } from './guesses.ts';
import { IceServers } from './ice-servers.ts';
import { Limits } from './limits.ts';
import { LifeLog } from './log.ts';
import { MemoryRooms } from './memory-rooms.ts';
import { tellAll } from './observer.ts';
import type { BroadcasterObserver, Census } from './observer.ts';
import { resolveOptions } from './options.ts';
import type { BroadcasterOptions, Settings } from './options.ts';
import { RedisBackbone } from './redis-backbone.ts';
import { Reception } from './reception.ts';
import { Relay } from './relay.ts';
import type { RoomCount, SharedRoomNews } from './rooms.ts';
import type { BroadcasterServer } from './session.ts';
import { Tokens } from './tokens.ts';
import { bundleWrites, watchTraffic } from './traffic.ts';
import type { Line } from './traffic.ts';
import { within } from './within.ts';

export { createMetrics } from './metrics.ts';
export type { BroadcasterMetrics, MetricsOptions } from './metrics.ts';
export type { BroadcasterObserver, Census } from './observer.ts';
export type { AuthorizationRequest, BroadcasterOptions, Rate } from './options.ts';
export type { BroadcasterServer } from './session.ts';

/** A running broadcaster. Whoever made it closes it. */
export interface Broadcaster {
  /** The Socket.IO server, for namespaces of your own; its namespace `/` is ours. */
  readonly io: BroadcasterServer;
  /** What goes on at the moment. */
  count(): Promise<BroadcasterCount>;
  /** Whether it takes joins at the moment, and if not why. Answers within a second. */
  readiness(): Promise<Readiness>;
  /**
   * Takes no more joins, tells everyone when to come back, and closes all connections: those of an idle broadcaster at
   * once, else after `drainMs` at the latest. The HTTP server goes on: it is yours. A second call waits for the first.
   */
  close(options?: CloseOptions): Promise<void>;
}

/** `rooms-unreachable`: what keeps the rooms does not answer. */
export type Readiness = 'ready' | 'draining' | 'rooms-unreachable';

export interface CloseOptions {
  /**
   * How long those who are connected are still served, in milliseconds: whoever is just being introduced is introduced
   * to the end. In the second half they are sent away one after the other. Default 0.
   */
  readonly drainMs?: number | undefined;
}

export interface BroadcasterCount extends RoomCount {
  readonly sockets: number;
}

/** How long the last packets of slow clients are waited for when closing. */
const LAST_PACKETS_MS = 1_000;
/** How long the rooms may take to say that they are there. */
const ROOMS_TIMEOUT_MS = 1_000;
/** How long a client may take from its connection to Socket.IO's own handshake: that is one round trip. */
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Attaches a broadcaster to an HTTP server: Socket.IO at `options.path`, nothing else. Request listeners of yours must be
 * there before.
 * @throws {RtcChatError} `invalid-options`, naming the option.
 */
export function createBroadcaster(
  httpServer: HttpServer | HttpsServer,
  options: BroadcasterOptions = {},
): Broadcaster {
  const settings = resolveOptions(options);
  const lines = new LifeLog(settings.logger, settings.logAddresses);
  const log = tellAll([lines, ...settings.observers], (error) => lines.failed(error));
  const shared = settings.redis === undefined ? null : new RedisBackbone(settings.redis, log);
  const limits = new Limits(settings, shared?.makeCounter);
  const tokens = new Tokens(settings);
  const guesses = new Guesses(settings, shared?.makeCounter);
  const authorization = new Authorization(settings, { tokens, guesses, log });
  const door = new Door(settings, limits);
  const ice = new IceServers(settings);
  const io = attach(httpServer, settings, { door, limits, log, shared });
  const relay = new Relay(io, shared !== null);
  const news: SharedRoomNews = {
    lost: (room, id) => reception.lost(room, id),
    replaced: (room, id, socketId) => reception.replace(socketId, room, id),
    // It comes back by itself, asks again, and is told what is in the way.
    refused: (socketId) => io.sockets.sockets.get(socketId)?.conn.close(),
    listed: (room, peers) => relay.compare(room, peers),
    failed: (error) => log.failed(error),
  };
  const rooms =
    shared?.openRooms(settings.graceMs, news) ?? new MemoryRooms(settings.graceMs, news.lost);
  const reception = new Reception(io, settings, {
    rooms,
    relay,
    authorization,
    limits,
    door,
    ice,
    log,
  });

  log.opened(census);

  function census(): Census {
    return { connections: door.sockets, ...relay.count() };
  }
  async function readiness(): Promise<Readiness> {
    if (closing) return 'draining';
    return (await within(rooms.count(), ROOMS_TIMEOUT_MS)) ? 'ready' : 'rooms-unreachable';
  }
  async function close({ drainMs = 0 }: CloseOptions): Promise<void> {
    // Whoever is not here yet is better off elsewhere, or here when all is over: a proxy or the client tries again.
    door.close();
    log.draining(census());
    await reception.drain(drainMs);
    log.closing();
    await reception.close(LAST_PACKETS_MS);
    await rooms.close();
    await shared?.close();
    io.engine.close();
    log.closed();
  }
  let closing: Promise<void> | null = null;
  // So that the first who comes need not wait. Where it fails, whoever needs the keys asks again.
  tokens.load().catch((error: Error) => log.keysUnavailable(error));

  return {
    io,
    count: async () => ({ ...(await rooms.count()), sockets: door.sockets }),
    readiness,
    close: (options = {}) => (closing ??= close(options)),
  };
}

interface Entrance {
  readonly door: Door;
  readonly limits: Limits;
  readonly log: Required<BroadcasterObserver>;
  readonly shared: RedisBackbone | null;
}

function attach(
  httpServer: HttpServer | HttpsServer,
  settings: Settings,
  { door, limits, log, shared }: Entrance,
): BroadcasterServer {
  const io: BroadcasterServer = new Server(httpServer, {
    path: settings.path,
    serveClient: false,
    // Polling only for those whose proxy blocks WebSockets, and not where each request may come to another process.
    transports: shared ? ['websocket'] : ['websocket', 'polling'],
    ...(shared && { adapter: shared.adapter }),
    pingInterval: settings.pingIntervalMs,
    pingTimeout: settings.pingTimeoutMs,
    connectTimeout: CONNECT_TIMEOUT_MS,
    maxHttpBufferSize: settings.maxPacketBytes,
    // Descriptions are small and already rare; a deflate context for each socket would cost more than all else.
    perMessageDeflate: false,
    httpCompression: false,
    cors: { origin: settings.origins ?? '*', methods: ['GET', 'POST'] },
    allowRequest: (request, decide) => {
      door.refusal(request).then(
        (refusal) => {
          if (refusal !== null) log.turnedAway(refusal, door.addressOf(request));
          decide(refusal, refusal === null);
        },
        (error: unknown) => {
          log.failed(error);
          log.turnedAway('server-error', door.addressOf(request));
          decide('server-error', false);
        },
      );
    },
  });
  const newId = io.engine.generateId.bind(io.engine);
  // Before it asks for anything a client knows this id, and by it that a join may come with its first packet.
  io.engine.generateId = async (request) => JOIN_ON_CONNECT + (await newId(request));
  io.engine.on('connection', (line: Line & Parameters<Door['count']>[0]) => {
    const address = door.addressOf(line.request);
    const crowded = door.count(line);
    if (crowded) {
      log.turnedAway(crowded, address);
      return hangUp(line);
    }
    bundleWrites(line);
    watchTraffic(line, limits, address, (why) => log.cutOff(why, address));
  });
  return io;
}
