/// Every server of a run, in a process of its own. Says where they are, and ends when its parent does.
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PeerServer } from 'peer';
import { Server } from 'socket.io';
import { createBroadcaster } from '../../src/server/broadcaster.ts';
import type { Servers } from '../adapters/adapter.ts';

const [host = '127.0.0.1'] = process.argv.slice(2);
const MAX_SIGNAL_BYTES = 1_000_000;

const listen = (server: HttpServer): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, () => resolve((server.address() as AddressInfo).port));
  });

async function startRelay(): Promise<string> {
  const server = createServer();
  const relay = new Server(server, { cors: { origin: '*' }, maxHttpBufferSize: MAX_SIGNAL_BYTES });
  relay.on('connection', (socket) => {
    socket.on('subscribe', (topic: string, done: unknown) => {
      void socket.join(topic);
      if (typeof done === 'function') (done as () => void)();
    });
    socket.on('unsubscribe', (topic: string) => void socket.leave(topic));
    socket.on('publish', (topic: string, payload: unknown) => {
      socket.to(topic).emit('published', topic, payload);
    });
  });
  return `http://${host}:${await listen(server)}`;
}

async function startBroadcaster(): Promise<string> {
  const server = createServer();
  createBroadcaster(server, {});
  return `http://${host}:${await listen(server)}`;
}

const startPeerServer = (): Promise<Servers['peerjs']> =>
  new Promise((resolve) => {
    PeerServer({ host, port: 0, path: '/' }, (server) => {
      resolve({ host, port: (server.address() as AddressInfo).port });
    });
  });

const [broadcaster, relay, peerjs] = await Promise.all([
  startBroadcaster(),
  startRelay(),
  startPeerServer(),
]);
const servers: Servers = { broadcaster, relay, peerjs };
process.once('disconnect', () => process.exit(0));
process.send?.(servers);
