import { RtcChatError } from '../protocol/errors.ts';

/** One RTCPeerConnection with its two channels, agreed upon in advance; PROTOCOL.md section 5.1. */
export interface Connection {
  readonly pc: RTCPeerConnection;
  readonly chat: RTCDataChannel;
  readonly bulk: RTCDataChannel;
}

/** @throws RtcChatError `webrtc-unavailable` where the browser has no RTCPeerConnection or refuses to make one. */
export function createConnection(configuration: RTCConfiguration): Connection {
  if (typeof RTCPeerConnection === 'undefined') {
    throw new RtcChatError(
      'webrtc-unavailable',
      'This browser has no WebRTC, or has it switched off.',
    );
  }
  try {
    const pc = new RTCPeerConnection(configuration);
    const chat = pc.createDataChannel('chat', { negotiated: true, id: 0 });
    const bulk = pc.createDataChannel('bulk', { negotiated: true, id: 1 });
    bulk.binaryType = 'arraybuffer';
    return { pc, chat, bulk };
  } catch (cause) {
    throw new RtcChatError(
      'webrtc-unavailable',
      'This browser could not make a WebRTC connection.',
      { cause },
    );
  }
}

/** Handlers go first: a closed connection that still has some is not collected, and Chromium allows 500 in a page. */
export function closeConnection({ pc, chat, bulk }: Connection): void {
  for (const channel of [chat, bulk]) {
    channel.onopen =
      channel.onclose =
      channel.onerror =
      channel.onmessage =
      channel.onbufferedamountlow =
        null;
    channel.close();
  }
  pc.onicecandidate =
    pc.oniceconnectionstatechange =
    pc.onconnectionstatechange =
    pc.onnegotiationneeded =
      null;
  pc.close();
}

/**
 * Keeps the first connection ready: making it, with its certificate, takes 4 to 9 ms that nobody should wait for.
 * Nothing has left the machine from it: gathering begins with a description.
 */
export class ConnectionSupply {
  readonly #configuration: () => RTCConfiguration;
  #spare: Connection | null = null;
  #closed = false;

  /** `configuration` is asked for each connection: credentials change. */
  constructor(configuration: () => RTCConfiguration) {
    this.#configuration = configuration;
  }

  /** Other servers are known now; the spare takes them over. */
  configure(): void {
    try {
      this.#spare?.pc.setConfiguration(this.#configuration());
    } catch {
      // An engine that cannot change a configuration: the spare is made anew when it is needed.
      this.#drop();
    }
  }

  prepare(): void {
    if (!this.#closed) this.#spare ??= createConnection(this.#configuration());
  }

  /** A connection nobody has used: the spare, or a new one. */
  take(): Connection {
    const connection = this.#spare ?? createConnection(this.#configuration());
    this.#spare = null;
    return connection;
  }

  close(): void {
    this.#closed = true;
    this.#drop();
  }

  #drop(): void {
    if (this.#spare) closeConnection(this.#spare);
    this.#spare = null;
  }
}
