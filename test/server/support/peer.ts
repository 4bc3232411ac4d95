import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';

import { io } from 'socket.io-client';
import type { ManagerOptions, Socket, SocketOptions } from 'socket.io-client';

import { encodeBase64url } from '../../../src/protocol/base64url.ts';
import type {
  IceAnswer,
  JoinAnswer,
  PlainAnswer,
  Refusal,
} from '../../../src/protocol/broadcaster-messages.ts';
import type { PeerId } from '../../../src/protocol/ids.ts';
import { joinProofText, peerIdOf } from '../../../src/protocol/signing.ts';

/** How long a test waits for what must come; only ever reached by a test that fails. */
const PATIENCE_MS = 5_000;

/** A real Ed25519 key of one person. */
export interface Identity {
  readonly key: string;
  readonly id: PeerId;
  sign(text: string): Promise<string>;
}

export async function createIdentity(): Promise<Identity> {
  const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new Error('no key pair');
  const raw = await crypto.subtle.exportKey('raw', pair.publicKey);
  const key = encodeBase64url(new Uint8Array(raw));
  const id = await peerIdOf(key);
  if (!id) throw new Error('no id for this key');
  return {
    key,
    id,
    async sign(text) {
      const bytes = new TextEncoder().encode(text);
      const signature = await crypto.subtle.sign('Ed25519', pair.privateKey, bytes);
      return encodeBase64url(new Uint8Array(signature));
    },
  };
}

export function createInstance(): string {
  return encodeBase64url(randomBytes(8));
}

export interface JoinFields {
  readonly room?: string;
  readonly name?: string;
  readonly instance?: string;
  readonly capacity?: number;
  readonly token?: string;
  /** The host that is signed; the one that was dialled unless a test wants another. */
  readonly host?: string;
  /** The socket id that is signed. */
  readonly socketId?: string;
  readonly features?: readonly string[];
  readonly offer?: string;
}

type Answer = JoinAnswer | IceAnswer | PlainAnswer | Refusal;

/** One connection to a broadcaster that can say anything, right or wrong, and keeps all that it hears. */
export class RawPeer {
  readonly socket: Socket;
  readonly identity: Identity;
  readonly instance: string;
  readonly #host: string;
  readonly #heard = new Map<string, unknown[]>();
  readonly #waiting = new Map<string, ((payload: unknown) => void)[]>();

  constructor(socket: Socket, identity: Identity, instance: string, host: string) {
    this.socket = socket;
    this.identity = identity;
    this.instance = instance;
    this.#host = host;
    socket.onAny((event: string, payload: unknown) => this.#hear(event, payload));
    socket.on('disconnect', (reason: string) => this.#hear('disconnect', reason));
  }

  get id(): PeerId {
    return this.identity.id;
  }

  /** The right payload of a join, for tests that spoil it. */
  async joinRequest(fields: JoinFields = {}): Promise<Record<string, unknown>> {
    const room = fields.room ?? 'lobby';
    const { host = this.#host, socketId = this.socket.id ?? '' } = fields;
    return {
      v: 1,
      room,
      name: fields.name ?? 'Ada',
      key: this.identity.key,
      instance: fields.instance ?? this.instance,
      proof: await this.identity.sign(joinProofText(host, socketId, room)),
      ...(fields.capacity !== undefined && { capacity: fields.capacity }),
      ...(fields.token !== undefined && { token: fields.token }),
      ...(fields.features && { features: fields.features }),
      ...(fields.offer !== undefined && { offer: fields.offer }),
    };
  }

  /** The answer to any event with any arguments. */
  call<T = Answer>(event: string, ...args: unknown[]): Promise<T> {
    return this.socket.timeout(PATIENCE_MS).emitWithAck(event, ...args) as Promise<T>;
  }

  async tryJoin(fields: JoinFields = {}): Promise<JoinAnswer | Refusal> {
    return this.call('join', await this.joinRequest(fields));
  }

  async join(fields: JoinFields = {}): Promise<JoinAnswer> {
    const answer = await this.tryJoin(fields);
    if (!answer.ok) throw new Error(`refused: ${answer.error.code}`);
    return answer;
  }

  signal(to: string, signal: string): Promise<PlainAnswer | Refusal> {
    return this.call('signal', { to, signal });
  }

  leave(): Promise<PlainAnswer | Refusal> {
    return this.call('leave', {});
  }

  /** The next event of this name that no test has taken yet. */
  next<T = unknown>(event: string, withinMs = PATIENCE_MS): Promise<T> {
    const heard = this.#heard.get(event);
    if (heard?.length) return Promise.resolve(heard.shift() as T);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${event} came`)), withinMs);
      const waiting = this.#waiting.get(event) ?? [];
      waiting.push((payload) => {
        clearTimeout(timer);
        resolve(payload as T);
      });
      this.#waiting.set(event, waiting);
    });
  }

  /** What has come and was not taken. Ask after something that was sent later has come. */
  unread(event: string): readonly unknown[] {
    return this.#heard.get(event) ?? [];
  }

  /** The connection breaks, without a word of goodbye. */
  vanish(): void {
    this.socket.io.engine.close();
  }

  close(): void {
    this.socket.disconnect();
  }

  #hear(event: string, payload: unknown): void {
    const waiting = this.#waiting.get(event)?.shift();
    if (waiting) {
      waiting(payload);
      return;
    }
    const heard = this.#heard.get(event) ?? [];
    heard.push(payload);
    this.#heard.set(event, heard);
  }
}

export interface PeerOptions {
  readonly identity?: Identity;
  readonly instance?: string;
  /** Makes what the CONNECT packet carries as `join`. */
  readonly joinOnConnect?: (peer: RawPeer, engineId: string) => Promise<unknown>;
  readonly socket?: Partial<ManagerOptions & SocketOptions>;
}

/**
 * Connects, by WebSocket unless told otherwise, with `auth` of what `joinOnConnect` makes of the connection's id. Rejects
 * where the broadcaster refuses the connection.
 */
export async function connectPeer(url: string, options: PeerOptions = {}): Promise<RawPeer> {
  const identity = options.identity ?? (await createIdentity());
  const { joinOnConnect } = options;
  const socket: Socket = io(url, {
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    ...(joinOnConnect && {
      auth: (send: (auth: object) => void) => {
        void joinOnConnect(peer, engineIdOf(socket)).then((join) => send({ join }));
      },
    }),
    ...options.socket,
  });
  const { host } = new URL(url);
  const peer = new RawPeer(socket, identity, options.instance ?? createInstance(), host);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', (error) => {
      socket.disconnect();
      reject(error);
    });
  });
  return peer;
}

/** The id of the connection below a socket, known before the socket's own. */
export function engineIdOf(socket: Socket): string {
  return (socket.io.engine as unknown as { id: string }).id;
}

/** The same, for the time of one test. */
export async function peerFor(
  t: TestContext,
  url: string,
  options: PeerOptions = {},
): Promise<RawPeer> {
  const peer = await connectPeer(url, options);
  t.after(() => peer.close());
  return peer;
}

/** The code of a refusal, or `ok`: what most tests ask for. */
export function codeOf(answer: Answer): string {
  return answer.ok ? 'ok' : answer.error.code;
}
