import { randomBytes } from 'node:crypto';
import { createConnection, type Socket } from 'node:net';

const OPCODE = { text: 0x1, close: 0x8, ping: 0x9, pong: 0xa } as const;
/** Not zero, or servers would skip the work of unmasking that browsers cause them. */
const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

/** A text message as a client sends it (RFC 6455), made once and sent often. */
export function frameOf(text: string): Buffer {
  return encode(OPCODE.text, Buffer.from(text));
}

function encode(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const head = length < 126 ? Buffer.alloc(2) : Buffer.alloc(4);
  head[0] = 0x80 | opcode;
  head[1] = 0x80 | (length < 126 ? length : 126);
  if (length >= 126) head.writeUInt16BE(length, 2);
  return Buffer.concat([head, MASK, payload.map((byte, at) => byte ^ (MASK[at & 3] ?? 0))]);
}

/**
 * The least of a WebSocket client: sends frames that are ready, and hands over the bytes of messages. So the load costs
 * little beside what it loads. Messages of up to 64 KiB, in one frame each.
 */
export class RawSocket {
  onMessage: (payload: Buffer) => void = () => undefined;
  readonly #socket: Socket;
  #rest: Buffer = Buffer.alloc(0);
  #open = false;

  /** Fulfils when the handshake is done. */
  static connect(port: number, path: string): Promise<RawSocket> {
    return new Promise((resolve, reject) => {
      const socket = createConnection(port, '127.0.0.1');
      socket.setNoDelay(true);
      const raw = new RawSocket(socket, resolve);
      socket.once('error', reject);
      socket.once('close', () => reject(new Error('The server has hung up.')));
      socket.once('connect', () => raw.#shakeHands(port, path));
    });
  }

  private constructor(socket: Socket, opened: (raw: RawSocket) => void) {
    this.#socket = socket;
    socket.on('data', (data: Buffer) => {
      this.#rest = this.#rest.length === 0 ? data : Buffer.concat([this.#rest, data]);
      if (!this.#open) {
        const end = this.#rest.indexOf('\r\n\r\n');
        if (end < 0) return;
        if (!this.#rest.toString('latin1', 0, 12).endsWith('101')) {
          socket.destroy();
          return;
        }
        this.#rest = this.#rest.subarray(end + 4);
        this.#open = true;
        opened(this);
        // Whoever waits for it sets `onMessage` first.
        setImmediate(() => this.#read());
        return;
      }
      this.#read();
    });
  }

  send(frame: Buffer): void {
    this.#socket.write(frame);
  }

  close(): void {
    this.#socket.destroy();
  }

  #shakeHands(port: number, path: string): void {
    this.#socket.write(
      [
        `GET ${path} HTTP/1.1`,
        `Host: 127.0.0.1:${port}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
        'Sec-WebSocket-Version: 13',
        '\r\n',
      ].join('\r\n'),
    );
  }

  #read(): void {
    for (;;) {
      const rest = this.#rest;
      if (rest.length < 2) return;
      const opcode = (rest[0] ?? 0) & 0x0f;
      const short = rest[1] ?? 0;
      if (short === 127) throw new Error('A message was longer than 64 KiB.');
      const start = short === 126 ? 4 : 2;
      if (rest.length < start) return;
      const end = start + (short === 126 ? rest.readUInt16BE(2) : short);
      if (rest.length < end) return;
      this.#rest = rest.subarray(end);
      const payload = rest.subarray(start, end);
      if (opcode === OPCODE.text) this.onMessage(payload);
      else if (opcode === OPCODE.ping) this.send(encode(OPCODE.pong, payload));
      else if (opcode === OPCODE.close) this.close();
    }
  }
}
