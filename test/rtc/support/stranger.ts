import { io, type Socket } from 'socket.io-client';

/**
 * A client written from PROTOCOL.md alone: nothing of ours is imported. It keeps to the protocol until a test makes it
 * do otherwise.
 */

export type StrangerFrame = { readonly type: string; readonly [field: string]: unknown };

export interface ListedPeer {
  readonly id: string;
  readonly name: string;
  readonly instance: string;
}

interface SignalBody {
  readonly epoch: number;
  readonly n: number;
  readonly toEpoch: number;
  readonly instance: string;
  readonly toInstance: string;
  readonly description?: { readonly type: 'offer' | 'answer'; readonly sdp: string };
  readonly candidates?: readonly RTCIceCandidateInit[];
}

const utf8 = new TextEncoder();

function base64url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Section 2: ids and heads. */
export async function fingerprint(data: Uint8Array<ArrayBuffer> | string): Promise<string> {
  const bytes = typeof data === 'string' ? utf8.encode(data) : data;
  return base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))).slice(0, 22);
}

/** Section 2: a key and what follows from it. */
export class StrangerKey {
  readonly key: string;
  readonly id: string;
  readonly #keys: CryptoKeyPair;

  static async create(): Promise<StrangerKey> {
    const keys = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
    const raw = new Uint8Array(await crypto.subtle.exportKey('raw', keys.publicKey));
    return new StrangerKey(keys, base64url(raw), await fingerprint(raw));
  }

  private constructor(keys: CryptoKeyPair, key: string, id: string) {
    this.#keys = keys;
    this.key = key;
    this.id = id;
  }

  async sign(text: string): Promise<string> {
    const sig = await crypto.subtle.sign('Ed25519', this.#keys.privateKey, utf8.encode(text));
    return base64url(new Uint8Array(sig));
  }
}

export const randomInstance = (): string => base64url(crypto.getRandomValues(new Uint8Array(8)));

/** What a test may await: looked at now and after each arrival. */
class Inbox<T> {
  readonly all: T[] = [];
  readonly #waiting = new Set<() => void>();

  push(item: T): void {
    this.all.push(item);
    for (const look of this.#waiting) look();
  }

  first<S extends T>(fits: (item: T) => item is S): Promise<S>;
  first(fits: (item: T) => boolean): Promise<T>;
  first(fits: (item: T) => boolean): Promise<T> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.all.find(fits);
        if (found === undefined) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }
}

/** One participant: a socket, a key, and the link it is told to make. */
export class Stranger {
  readonly room: string;
  readonly keys: StrangerKey;
  readonly instance = randomInstance();
  readonly frames = new Inbox<StrangerFrame>();
  readonly signals = new Inbox<SignalBody>();
  readonly #host: string;
  readonly #socket: Socket;
  #pc: RTCPeerConnection | null = null;
  #chat: RTCDataChannel | null = null;
  #peer: ListedPeer | null = null;
  #opened: () => void = () => {};
  /** One signal after the other. */
  #received: Promise<void> = Promise.resolve();
  #epoch = 0;
  #offers = 0;
  #theirEpoch = 0;
  #early: RTCIceCandidateInit[] = [];
  #seq = 0;
  #head = '';

  /** Section 3.2: in the room, with the others that are there. */
  static async join(
    room: string,
    name: string,
    keys?: StrangerKey,
    server = location.origin,
  ): Promise<readonly [Stranger, readonly ListedPeer[]]> {
    const stranger = new Stranger(room, keys ?? (await StrangerKey.create()), new URL(server));
    return [stranger, await stranger.#join(name)];
  }

  private constructor(room: string, keys: StrangerKey, server: URL) {
    this.room = room;
    this.keys = keys;
    this.#host = server.host;
    this.#socket = io(server.origin, { transports: ['websocket'], forceNew: true });
    this.#socket.on('signal', ({ from, signal }: { from: string; signal: string }) => {
      this.#received = this.#received.then(() => this.#receive(from, signal));
    });
  }

  get id(): string {
    return this.keys.id;
  }

  get chat(): RTCDataChannel {
    if (!this.#chat) throw new Error('There is no channel.');
    return this.#chat;
  }

  /** Section 5.2: the newcomer offers. Fulfils when the channel is open; says nothing on it. */
  async connect(peer: ListedPeer): Promise<void> {
    const opened = new Promise<void>((resolve) => (this.#opened = resolve));
    this.#begin(peer);
    await this.offer();
    await opened;
  }

  #begin(peer: ListedPeer): RTCPeerConnection {
    if (this.#chat) this.#chat.onclose = null;
    this.#pc?.close();
    // What was being done to a connection that is closed never ends, says the specification: nothing may wait for it.
    this.#received = Promise.resolve();
    const pc = new RTCPeerConnection();
    const chat = pc.createDataChannel('chat', { negotiated: true, id: 0 });
    pc.createDataChannel('bulk', { negotiated: true, id: 1 });
    [this.#pc, this.#chat, this.#peer, this.#theirEpoch] = [pc, chat, peer, 0];
    this.#epoch++;
    this.#offers = 0;
    chat.onmessage = ({ data }: MessageEvent<string>) => {
      const frame = JSON.parse(data) as StrangerFrame;
      if (frame.type === 'ping') this.send({ type: 'pong', id: frame['id'] });
      this.frames.push(frame);
    };
    chat.onopen = () => this.#opened();
    chat.onclose = () => this.frames.push({ type: 'closed' });
    pc.onicecandidate = ({ candidate }) => {
      if (candidate?.candidate) void this.signal({ n: 0, candidates: [candidate.toJSON()] });
    };
    return pc;
  }

  /** Section 5.2: of two first offers the impolite peer's stands; the polite one answers from a new connection. */
  async #answer(peer: ListedPeer, { epoch, n, description }: SignalBody): Promise<void> {
    if (!description || (this.#pc?.signalingState === 'have-local-offer' && this.id > peer.id))
      return;
    const pc = this.#begin(peer);
    this.#theirEpoch = epoch;
    await pc.setRemoteDescription(description);
    await pc.setLocalDescription();
    const sdp = pc.localDescription?.sdp ?? '';
    await this.signal({ n, description: { type: 'answer', sdp } });
  }

  /** Sends another offer of the present connection, without waiting for what becomes of it. */
  async offer(): Promise<void> {
    await this.#pc?.setLocalDescription();
    const sdp = this.#pc?.localDescription?.sdp ?? '';
    await this.signal({ n: ++this.#offers, description: { type: 'offer', sdp } });
  }

  /** Section 4. */
  async signal(fields: Partial<SignalBody>): Promise<void> {
    const to = this.#peer?.id ?? '';
    const body = JSON.stringify({
      epoch: this.#epoch,
      toEpoch: this.#theirEpoch,
      instance: this.instance,
      toInstance: this.#peer?.instance,
      ...fields,
    });
    const text = `rtc-chat signal 1\n${this.room}\n${this.id}\n${to}\n${body}`;
    const signal = JSON.stringify({ key: this.keys.key, body, sig: await this.keys.sign(text) });
    // Without an acknowledgement of ours: a test may end before the answer comes.
    this.#socket.emit('signal', { to, signal }, () => {});
  }

  /** Whatever it is. */
  send(data: string | StrangerFrame | ArrayBuffer): void {
    if (typeof data === 'string') this.chat.send(data);
    else if (data instanceof ArrayBuffer) this.chat.send(data);
    else this.chat.send(JSON.stringify(data));
  }

  hello(fields: Record<string, unknown> = {}): StrangerFrame {
    return {
      type: 'hello',
      v: 1,
      key: this.keys.key,
      name: 'Stranger',
      instance: this.instance,
      history: 'none',
      features: [],
      have: {},
      ...fields,
    };
  }

  frame(type: string): Promise<StrangerFrame> {
    return this.frames.first((frame) => frame.type === type);
  }

  /** Connected, and `hello` has gone both ways. */
  async meet(peer: ListedPeer): Promise<void> {
    await this.connect(peer);
    this.send(this.hello());
    await this.frame('hello');
  }

  /** Section 7: the next batch of its log, or one that says something else. */
  async batch(
    text: string,
    fields: Record<string, unknown> = {},
    by: StrangerKey = this.keys,
  ): Promise<StrangerFrame> {
    const body = JSON.stringify({
      first: this.#seq + 1,
      prev: this.#head,
      at: [Date.now(), 0],
      name: 'Stranger',
      items: [{ kind: 'text', text }],
      ...fields,
    });
    const sig = await by.sign(`rtc-chat entries 1\n${this.room}\n${body}`);
    return { type: 'batch', key: by.key, body, sig };
  }

  /** Sends a batch that becomes part of its log. */
  async write(text: string, fields: Record<string, unknown> = {}): Promise<void> {
    const frame = await this.batch(text, fields);
    this.send(frame);
    this.#seq++;
    this.#head = await fingerprint(frame['body'] as string);
  }

  /** Gone: the seat given back, everything closed. */
  async leave(): Promise<void> {
    if (this.#socket.connected) await this.#socket.emitWithAck('leave', {});
    this.#socket.disconnect();
    if (this.#pc) this.#pc.onicecandidate = null;
    this.#pc?.close();
  }

  async #join(name: string): Promise<readonly ListedPeer[]> {
    if (!this.#socket.connected)
      await new Promise<void>((resolve) => this.#socket.once('connect', () => resolve()));
    const text = `rtc-chat join 1\n${this.#host}\n${this.#socket.id ?? ''}\n${this.room}`;
    const answer = (await this.#socket.emitWithAck('join', {
      v: 1,
      room: this.room,
      name,
      key: this.keys.key,
      instance: this.instance,
      proof: await this.keys.sign(text),
    })) as { ok: boolean; peers: ListedPeer[]; error?: { code: string } };
    if (!answer.ok) throw new Error(`not let in: ${answer.error?.code ?? ''}`);
    return answer.peers;
  }

  async #receive(from: string, signal: string): Promise<void> {
    const body = JSON.parse((JSON.parse(signal) as { body: string }).body) as SignalBody;
    this.signals.push(body);
    // It makes one link: others who want one are not answered.
    if (!this.#pc || from !== this.#peer?.id || body.toInstance !== this.instance) return;
    if (body.description?.type === 'offer' && body.epoch > this.#theirEpoch) {
      await this.#answer(this.#peer, body);
    }
    const pc = this.#pc;
    if (body.description?.type === 'answer' && body.toEpoch === this.#epoch) {
      this.#theirEpoch = body.epoch;
      if (pc.signalingState === 'have-local-offer') await pc.setRemoteDescription(body.description);
    }
    this.#early.push(...(body.candidates ?? []));
    const remote = pc.remoteDescription?.sdp ?? '';
    for (const candidate of this.#early.splice(0)) {
      if (remote.includes(candidate.usernameFragment ?? 'none'))
        await pc.addIceCandidate(candidate);
      else this.#early.push(candidate);
    }
  }
}
