import { createServer as createHttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';

/** The first byte of a TLS connection, RFC 8446 section 5.1: a handshake record. HTTP begins with a letter. */
const HANDSHAKE = 0x16;
const FIRST_BYTE_TIMEOUT_MS = 10_000;

/**
 * Whoever types an address without `https://` is sent there, on the same port, where there would be an empty page without
 * a reason.
 */
export function sendPlainHttpToHttps(server: HttpsServer): void {
  const plain = createHttpServer((request, response) => {
    const { host } = request.headers;
    if (host === undefined) {
      response.writeHead(400, { Connection: 'close' }).end();
      return;
    }
    const Location = `https://${host}${request.url ?? '/'}`;
    response.writeHead(307, { Location, Connection: 'close' });
    response.end(`This is at ${Location}.\n`);
  });
  // A server that keeps nothing: its connections end with their answer.
  plain.on('upgrade', (_request, socket: Socket) => socket.destroy());
  const secure = server.listeners('connection');
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    socket.setTimeout(FIRST_BYTE_TIMEOUT_MS, () => socket.destroy());
    // Gone before it said anything; whoever takes it over has its own handler.
    socket.on('error', () => socket.destroy());
    socket.once('data', (bytes: Buffer) => {
      socket.setTimeout(0);
      socket.removeAllListeners('timeout');
      socket.pause();
      socket.unshift(bytes);
      if (bytes[0] === HANDSHAKE) {
        for (const take of secure) take.call(server, socket);
        return;
      }
      plain.emit('connection', socket);
      // Once it has put its listeners there; TLS reads below the socket and needs none of this.
      process.nextTick(() => socket.resume());
    });
  });
}
