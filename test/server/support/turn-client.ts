import { createHash, createHmac, randomBytes } from 'node:crypto';
import { createConnection, isIPv6, type Socket } from 'node:net';

import type { IceServer } from '../../../src/protocol/broadcaster-messages.ts';

/** RFC 8489 and 8656. */
const MAGIC = 0x2112_a442;
const METHOD = { allocate: 0x003, refresh: 0x004, createPermission: 0x008 } as const;
const ATTRIBUTE = {
  username: 0x0006,
  integrity: 0x0008,
  error: 0x0009,
  peer: 0x0012,
  realm: 0x0014,
  nonce: 0x0015,
  family: 0x0017,
  transport: 0x0019,
} as const;
const ERROR_CLASS = 0x0110;
const UDP = 17;

type Attribute = readonly [type: number, value: Buffer];

/** One session with a TURN server, over TCP; answers with the code of an error, or 0. */
export class TurnClient {
  readonly #socket: Socket;
  readonly #credentials: Pick<IceServer, 'username' | 'credential'>;
  #received = Buffer.alloc(0);
  #take: ((message: Buffer | null) => void) | null = null;
  #realm = '';
  #nonce = Buffer.alloc(0);

  static async connect(
    { address, port }: { readonly address: string; readonly port: number },
    credentials: Pick<IceServer, 'username' | 'credential'>,
  ): Promise<TurnClient> {
    const socket = createConnection(port, address);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new TurnClient(socket, credentials);
  }

  private constructor(socket: Socket, credentials: Pick<IceServer, 'username' | 'credential'>) {
    this.#socket = socket;
    this.#credentials = credentials;
    socket.on('close', () => this.#take?.(null));
    socket.on('data', (data) => {
      this.#received = Buffer.concat([this.#received, data]);
      const length = this.#received.length < 20 ? Infinity : this.#received.readUInt16BE(2) + 20;
      if (this.#received.length < length) return;
      const message = this.#received.subarray(0, length);
      this.#received = this.#received.subarray(length);
      this.#take?.(message);
    });
  }

  /** `family`: that of the address which is relayed from. */
  async allocate(family: 4 | 6 = 4): Promise<number> {
    const asked: Attribute[] = [
      [ATTRIBUTE.transport, Buffer.from([UDP, 0, 0, 0])],
      [ATTRIBUTE.family, Buffer.from([family === 4 ? 1 : 2, 0, 0, 0])],
    ];
    // The first answer says realm and nonce, which the second request is signed with.
    await this.#ask(METHOD.allocate, asked, false);
    return this.#ask(METHOD.allocate, asked);
  }

  /** Whether it would relay to this address. */
  permit(peer: string): Promise<number> {
    const transaction = randomBytes(12);
    const peerAttribute: Attribute = [ATTRIBUTE.peer, maskedAddress(peer, transaction)];
    return this.#ask(METHOD.createPermission, [peerAttribute], true, transaction);
  }

  refresh(): Promise<number> {
    return this.#ask(METHOD.refresh, []);
  }

  close(): void {
    this.#socket.destroy();
  }

  async #ask(
    method: number,
    attributes: readonly Attribute[],
    signed = true,
    transaction = randomBytes(12),
  ): Promise<number> {
    const { username = '' } = this.#credentials;
    const all: readonly Attribute[] = signed
      ? [
          ...attributes,
          [ATTRIBUTE.username, Buffer.from(username)],
          [ATTRIBUTE.realm, Buffer.from(this.#realm)],
          [ATTRIBUTE.nonce, this.#nonce],
        ]
      : attributes;
    const answer = new Promise<Buffer | null>((resolve) => {
      this.#take = resolve;
    });
    this.#socket.write(this.#encode(method, transaction, all, signed));
    const message = await answer;
    if (!message) throw new Error('The TURN server has hung up.');
    return this.#read(message);
  }

  #encode(
    method: number,
    transaction: Buffer,
    attributes: readonly Attribute[],
    signed: boolean,
  ): Buffer {
    const body = Buffer.concat(attributes.map(encodeAttribute));
    const head = Buffer.alloc(8);
    head.writeUInt16BE(method, 0);
    head.writeUInt16BE(body.length + (signed ? 24 : 0), 2);
    head.writeUInt32BE(MAGIC, 4);
    const message = Buffer.concat([head, transaction, body]);
    if (!signed) return message;
    const { username = '', credential = '' } = this.#credentials;
    const key = createHash('md5').update(`${username}:${this.#realm}:${credential}`).digest();
    const integrity = createHmac('sha1', key).update(message).digest();
    return Buffer.concat([message, encodeAttribute([ATTRIBUTE.integrity, integrity])]);
  }

  #read(message: Buffer): number {
    let code = (message.readUInt16BE(0) & ERROR_CLASS) === ERROR_CLASS ? -1 : 0;
    for (let at = 20; at < message.length;) {
      const [type, length] = [message.readUInt16BE(at), message.readUInt16BE(at + 2)];
      const value = message.subarray(at + 4, at + 4 + length);
      if (type === ATTRIBUTE.error) code = (value[2] ?? 0) * 100 + (value[3] ?? 0);
      if (type === ATTRIBUTE.realm) this.#realm = value.toString();
      if (type === ATTRIBUTE.nonce) this.#nonce = Buffer.from(value);
      at += 4 + Math.ceil(length / 4) * 4;
    }
    return code;
  }
}

function encodeAttribute([type, value]: Attribute): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}

/** An address as XOR-PEER-ADDRESS has it: masked with the head of the message. The port does not matter. */
function maskedAddress(address: string, transaction: Buffer): Buffer {
  const bytes = isIPv6(address)
    ? Buffer.from(groupsOf(address).flatMap((group) => [group >> 8, group & 0xff]))
    : Buffer.from(address.split('.').map(Number));
  const mask = Buffer.alloc(4);
  mask.writeUInt32BE(MAGIC);
  const masks = Buffer.concat([mask, transaction]);
  const masked = bytes.map((byte, index) => byte ^ (masks[index] ?? 0));
  return Buffer.concat([Buffer.from([0, bytes.length === 4 ? 1 : 2, 0x21, 0x13]), masked]);
}

/** The eight groups of an IPv6 address in which at most one run of zeros is left out; IPv4 at its end is not understood. */
function groupsOf(address: string): number[] {
  const [left = [], right = []] = address
    .split('::')
    .map((side) => (side === '' ? [] : side.split(':').map((group) => Number.parseInt(group, 16))));
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}
