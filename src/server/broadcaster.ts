import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';

import { Server } from 'socket.io';

import { JOIN_ON_CONNECT } from '../protocol/broadcaster-messages.ts';
import { Door } from './door.ts';
import { Limits } from './limits.ts';
import { LifeLog } from './log.ts';
import { MemoryRooms } from './memory-rooms.ts';
import { resolveOptions } from './options.ts';
import type { BroadcasterOptions, Settings } from './options.ts';
import { Reception } from './reception.ts';
import { Relay } from './relay.ts';
import type { RoomCount } from './rooms.ts';
import type { BroadcasterServer } from './session.ts';

export type { AuthorizationRequest, BroadcasterOptions, Rate } from './options.ts';
export type { BroadcasterServer } from './session.ts';

/** A running broadcaster. Whoever made it closes it. */
export interface Broadcaster {
  /** The Socket.IO server, for namespaces of your own; its namespace `/` is ours. */
  readonly io: BroadcasterServer;
  /** What goes on at the moment. */
  count(): Promise<BroadcasterCount>;
  /**
   * Tells everyone when to come back, then closes all connections. The HTTP server goes on: it is yours. May be called
   * twice.
   */
  close(): Promise<void>;
}

export interface BroadcasterCount extends RoomCount {
  readonly sockets: number;
}

/** How long the last packets of slow clients are waited for when closing. */
const DRAIN_MS = 1_000;
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
  const log = new LifeLog(settings.logger);
  const limits = new Limits(settings);
  const door = new Door(settings, limits);
  const io = attach(httpServer, settings, door, log);
  const relay = new Relay(io, false);
  const rooms = new MemoryRooms(settings.graceMs, (room, id) => reception.lost(room, id));
  const reception = new Reception(io, settings, { rooms, relay, limits, door, log });

  async function close(): Promise<void> {
    log.closing();
    door.close();
    await reception.close(DRAIN_MS);
    await rooms.close();
    io.engine.close();
    log.closed();
  }
  let closing: Promise<void> | null = null;

  return {
    io,
    count: async () => ({ ...(await rooms.count()), sockets: door.sockets }),
    close: () => (closing ??= close()),
  };
}

function attach(
  httpServer: HttpServer | HttpsServer,
  settings: Settings,
  door: Door,
  log: LifeLog,
): BroadcasterServer {
  const io: BroadcasterServer = new Server(httpServer, {
    path: settings.path,
    serveClient: false,
    // Polling only for those whose proxy blocks WebSockets.
    transports: ['websocket', 'polling'],
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
          if (refusal !== null) log.rejected('handshake', refusal);
          decide(refusal, refusal === null);
        },
        (error: unknown) => {
          log.failed(error);
          decide('server-error', false);
        },
      );
    },
  });
  const newId = io.engine.generateId.bind(io.engine);
  // Before it asks for anything a client knows this id, and by it that a join may come with its first packet.
  io.engine.generateId = async (request) => JOIN_ON_CONNECT + (await newId(request));
  io.engine.on('connection', (connection: Parameters<Door['count']>[0]) => door.count(connection));
  return io;
}
