import { connect } from 'node:net';
import type { Socket } from 'node:net';

/**
 * A process that opens connections to a broadcaster from an address of its own, as fast as they are answered or as it
 * loses patience, for as long as its parent says. Arguments: port, address, how many at a time.
 */
const [port = 0, , atOnce = 1] = process.argv.slice(2).map(Number);
const localAddress = process.argv[3]!;
const PATIENCE_MS = 250;
const HANDSHAKE = [
  'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
  `Host: 127.0.0.1:${port}`,
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  '\r\n',
].join('\r\n');

const open = new Set<Socket>();
let on = false;
let opened = 0;

function knock(): void {
  if (!on) return;
  opened += 1;
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  open.add(socket);
  const again = (): void => {
    if (!open.delete(socket)) return;
    socket.destroy();
    setImmediate(knock);
  };
  socket.setTimeout(PATIENCE_MS, again);
  socket.once('connect', () => socket.write(HANDSHAKE));
  socket.once('data', again);
  socket.once('close', again);
  socket.on('error', again);
}

process.on('message', (word) => {
  on = word === 'on';
  if (on) for (let at = 0; at < atOnce; at++) knock();
  else for (const socket of open) socket.destroy();
  process.send?.(opened);
});
process.once('disconnect', () => process.exit(0));
