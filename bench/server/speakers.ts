import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import type { AdapterName } from './adapters.ts';
import { frameOf, RawSocket } from './raw-socket.ts';

/** One client that has arrived where it can signal, to whoever is the other one of its pair. */
export interface Speaker {
  /** A signal that is ready to go, to this one. */
  signalTo(peer: Speaker): Buffer;
  /** By which others address it. */
  readonly id: string;
  readonly socket: RawSocket;
  /** Called for each signal that arrives. */
  onSignal: () => void;
  /** From its request to the answer that lets it in, in milliseconds; 0 where nothing is asked. */
  readonly joinMs: number;
}

export type Speak = (port: number, number: number) => Promise<Speaker>;

const SIGNAL_LENGTH = 2_048;
/** Of the length and with the line breaks of a description that carries data only. */
const LINE = 'a=candidate:842163049 1 udp 1677729535 203.0.113.7 51472 typ srflx raddr 0\r\n';
const SIGNAL = LINE.repeat(Math.ceil(SIGNAL_LENGTH / LINE.length)).slice(0, SIGNAL_LENGTH);

const ids = (number: number): string => `client-${process.pid}-${number}`;
const starts = (payload: Buffer, text: string): boolean =>
  payload.length >= text.length && payload.toString('latin1', 0, text.length) === text;

/** What all have in common: a socket, an id, and a place for what is done with a signal. */
class PlainSpeaker implements Speaker {
  readonly id: string;
  readonly socket: RawSocket;
  readonly joinMs: number;
  onSignal: () => void = () => undefined;
  readonly #text: (to: string) => string;

  constructor(socket: RawSocket, id: string, text: (to: string) => string, joinMs = 0) {
    this.socket = socket;
    this.id = id;
    this.joinMs = joinMs;
    this.#text = text;
  }

  signalTo(peer: Speaker): Buffer {
    return frameOf(this.#text(peer.id));
  }
}

const speakWs: Speak = async (port, number) => {
  const id = ids(number);
  const socket = await RawSocket.connect(port, `/?id=${id}`);
  const speaker = new PlainSpeaker(socket, id, (to) => JSON.stringify({ to, signal: SIGNAL }));
  socket.onMessage = () => speaker.onSignal();
  return speaker;
};

const speakPeerJs: Speak = async (port, number) => {
  const id = ids(number);
  const socket = await RawSocket.connect(
    port,
    `/peerjs?key=peerjs&id=${id}&token=${id}&version=1.5.5`,
  );
  const speaker = new PlainSpeaker(socket, id, (dst) =>
    JSON.stringify({ type: 'OFFER', payload: { sdp: SIGNAL }, dst }),
  );
  await new Promise<void>((resolve) => {
    socket.onMessage = (payload) => {
      if (starts(payload, '{"type":"OPEN"')) resolve();
      else if (starts(payload, '{"type":"OFFER"')) speaker.onSignal();
    };
  });
  const heartbeat = frameOf('{"type":"HEARTBEAT"}');
  setInterval(() => socket.send(heartbeat), 5_000).unref();
  return speaker;
};

/** Two subscribe to a topic of their own; what one publishes comes back to it as well. */
const speakYWebrtc: Speak = async (port, number) => {
  const [topic, from] = [`topic-${process.pid}-${number >> 1}`, number & 1];
  const socket = await RawSocket.connect(port, '/');
  const speaker = new PlainSpeaker(socket, String(from), () =>
    JSON.stringify({ type: 'publish', topic, from, signal: SIGNAL }),
  );
  const own = `{"type":"publish","topic":"${topic}","from":${from},`;
  socket.send(frameOf(JSON.stringify({ type: 'subscribe', topics: [topic] })));
  const pong = frameOf('{"type":"ping"}');
  await new Promise<void>((resolve) => {
    socket.onMessage = (payload) => {
      if (starts(payload, '{"type":"pong"')) resolve();
      else if (!starts(payload, own)) speaker.onSignal();
    };
    socket.send(pong);
  });
  return speaker;
};

/** Socket.IO over WebSocket, as far as its CONNECT. The id is the socket's. */
async function openSocketIo(
  port: number,
  other: (payload: Buffer) => void,
): Promise<{ socket: RawSocket; id: string }> {
  const socket = await RawSocket.connect(port, '/socket.io/?EIO=4&transport=websocket');
  const pong = frameOf('3');
  const id = await new Promise<string>((resolve) => {
    socket.onMessage = (payload) => {
      if (payload[0] === 0x32) socket.send(pong);
      else if (payload[0] === 0x30) socket.send(frameOf('40'));
      else if (starts(payload, '40')) {
        resolve((JSON.parse(payload.toString('utf8', 2)) as { sid: string }).sid);
      } else other(payload);
    };
  });
  return { socket, id };
}

const speakSocketIo =
  (acked: boolean): Speak =>
  async (port) => {
    let speaker: PlainSpeaker | null = null;
    const { socket, id } = await openSocketIo(port, (payload) => {
      if (starts(payload, '42["signal"')) speaker?.onSignal();
    });
    const head = acked ? '420' : '42';
    speaker = new PlainSpeaker(
      socket,
      id,
      (to) => head + JSON.stringify(['signal', { to, signal: SIGNAL }]),
    );
    return speaker;
  };

const base64url = (bytes: Buffer): string => bytes.toString('base64url');

interface Key {
  readonly key: string;
  readonly id: string;
  readonly secret: KeyObject;
}

/** Keys take longer to make than a join takes; they are made once, and used by one connection after the other. */
const keys = new Map<number, Key>();

export function keyOf(number: number): Key {
  const known = keys.get(number);
  if (known) return known;
  const { privateKey: secret } = generateKeyPairSync('ed25519');
  const raw = createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(-32);
  const id = base64url(createHash('sha256').update(raw).digest()).slice(0, 22);
  const made: Key = { key: base64url(raw), id, secret };
  keys.set(number, made);
  return made;
}

/** Joins with a proof, as PROTOCOL.md says; two in a room. */
const speakRtcChat: Speak = async (port, number) => {
  const { key, id, secret } = keyOf(number);
  let speaker: PlainSpeaker | null = null;
  let answered: (payload: Buffer) => void = () => undefined;
  const { socket, id: socketId } = await openSocketIo(port, (payload) => {
    if (starts(payload, '42["signal"')) speaker?.onSignal();
    else if (starts(payload, '430[')) answered(payload);
  });
  const room = `room ${process.pid} ${number >> 1}`;
  const text = `rtc-chat join 1\n127.0.0.1:${port}\n${socketId}\n${room}`;
  const proof = base64url(sign(null, Buffer.from(text), secret));
  const name = `Person ${number & 1}`;
  const request = { v: 1, room, name, key, instance: 'AAAAAAAAAAA', proof, capacity: 2 };
  const askedMs = performance.now();
  const answer = await new Promise<Buffer>((resolve) => {
    answered = resolve;
    socket.send(frameOf(`420${JSON.stringify(['join', request])}`));
  });
  const joinMs = performance.now() - askedMs;
  if (!starts(answer, '430[{"ok":true')) throw new Error(`Refused: ${answer.toString()}`);
  answered = () => undefined;
  speaker = new PlainSpeaker(
    socket,
    id,
    (to) => `420${JSON.stringify(['signal', { to, signal: SIGNAL }])}`,
    joinMs,
  );
  return speaker;
};

export const speakers: Readonly<Record<AdapterName, Speak>> = {
  ws: speakWs,
  peerjs: speakPeerJs,
  'y-webrtc': speakYWebrtc,
  'socket.io': speakSocketIo(false),
  'socket.io-acked': speakSocketIo(true),
  'rtc-chat': speakRtcChat,
  'rtc-chat-redis': speakRtcChat,
};
