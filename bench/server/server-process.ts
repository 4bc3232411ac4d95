/// One server in a process of its own, by the adapter's name. Says its port, then what it has used when it is asked.
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type * as product from '../../src/server/broadcaster.ts';
import type { AdapterName } from './adapters.ts';

export interface ServerReady {
  readonly port: number;
}

export interface Usage {
  readonly cpuUs: number;
  /** Memory that is backed by no file. */
  readonly anonymousBytes: number;
}

const MAX_PACKET_BYTES = 139_264;
/** Everybody comes from one address here; the limits count all the same. */
const EVERYTHING = { max: 2 ** 31 - 1, perMs: 1_000 };

const listen = (server: HttpServer): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

interface WsSocket {
  send(data: string): void;
  on(event: 'close', listener: () => void): this;
  on(event: 'message', listener: (data: Buffer) => void): this;
}

/** What is used of `ws` here: its types differ between here and what the bench installs. */
interface Ws {
  readonly WebSocketServer: new (options: {
    readonly server: HttpServer;
    readonly perMessageDeflate: boolean;
  }) => {
    on(
      event: 'connection',
      listener: (socket: WsSocket, request: IncomingMessage) => void,
    ): unknown;
  };
}

/** A message names its receiver and is passed on with its sender; nothing is checked. */
async function startWs(): Promise<number> {
  const name: string = 'ws';
  const { WebSocketServer } = (await import(name)) as Ws;
  const server = createServer();
  const sockets = new Map<string, WsSocket>();
  new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (socket, request) => {
    const id = new URL(request.url ?? '/', 'http://relay').searchParams.get('id') ?? '';
    sockets.set(id, socket);
    socket.on('close', () => sockets.delete(id));
    socket.on('message', (data) => {
      const { to, signal } = JSON.parse(data.toString()) as Record<string, string>;
      sockets.get(to ?? '')?.send(JSON.stringify({ from: id, signal }));
    });
  });
  return listen(server);
}

async function startPeerJs(): Promise<number> {
  const { PeerServer } = await import('peer');
  return new Promise((resolve) => {
    PeerServer({ host: '127.0.0.1', port: 0, path: '/', concurrent_limit: 50_000 }, (server) =>
      resolve((server.address() as AddressInfo).port),
    );
  });
}

/** The package's own command, which takes its port from the environment. */
async function startYWebrtc(): Promise<number> {
  const probe = createTcpServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  process.env['PORT'] = String(port);
  // It greets on the standard output, where the tables go.
  console.log = console.error;
  await import(new URL('../node_modules/y-webrtc/bin/server.js', import.meta.url).href);
  return port;
}

/** A message names its receiver and is passed on with its sender; nothing is checked. */
async function startSocketIo(acked: boolean): Promise<number> {
  const { Server } = await import('socket.io');
  const server = createServer();
  const io = new Server(server, {
    transports: ['websocket'],
    serveClient: false,
    perMessageDeflate: false,
    maxHttpBufferSize: MAX_PACKET_BYTES,
  });
  io.on('connection', (socket) => {
    socket.on('signal', ({ to, signal }: Record<string, string>, acknowledge: unknown) => {
      io.to(to ?? '').emit('signal', { from: socket.id, signal });
      if (acked) (acknowledge as (answer: object) => void)({ ok: true });
    });
  });
  return listen(server);
}

/** As the command starts it, with its metrics, its log written away, and its limits counting but never reached. */
async function startRtcChat(redis?: string): Promise<number> {
  const built = new URL('../../dist/server.js', import.meta.url).href;
  const { createBroadcaster, createMetrics } = (await import(built)) as typeof product;
  const { pino } = await import('pino');
  const server = createServer();
  createBroadcaster(server, {
    redis,
    observers: [createMetrics().observer],
    logger: pino(
      { level: 'info', base: null },
      pino.destination({ dest: '/dev/null', sync: true }),
    ),
    maxSockets: 100_000,
    maxSocketsPerAddress: 100_000,
    connectionsPerAddress: EVERYTHING,
    joinsPerAddress: EVERYTHING,
    signalsPerSocket: EVERYTHING,
    signalsPerAddress: EVERYTHING,
    packetsPerSocket: EVERYTHING,
    packetsPerAddress: EVERYTHING,
  });
  return listen(server);
}

const starts: Readonly<Record<AdapterName, (redis?: string) => Promise<number>>> = {
  ws: startWs,
  peerjs: startPeerJs,
  'y-webrtc': startYWebrtc,
  'socket.io': () => startSocketIo(false),
  'socket.io-acked': () => startSocketIo(true),
  'rtc-chat': startRtcChat,
  'rtc-chat-redis': startRtcChat,
};

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  const status = readFileSync('/proc/self/status', 'utf8');
  const kilobytes = Number(/^RssAnon:\s+(\d+) kB/m.exec(status)?.[1]);
  return { cpuUs: user + system, anonymousBytes: kilobytes * 1_024 };
}

const [name = '', redis] = process.argv.slice(2);
const ready: ServerReady = { port: await starts[name as AdapterName](redis) };
process.on('message', ({ id, collected }: { id: number; collected: boolean }) => {
  // Twice: what the first finds dead is given back by the second.
  if (collected) for (let time = 0; time < 2; time++) collect();
  process.send?.({ id, result: usage() });
});
process.once('disconnect', () => process.exit(0));
process.send?.(ready);
