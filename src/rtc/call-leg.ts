import type { LocalMedia } from './local-media.ts';
import { LINES, type Line } from './lines.ts';
import { MediaLines } from './media-lines.ts';

export interface CallLegHandlers {
  /** Asks the other side to add the lines. */
  ask(): void;
  /** What is received has become another thing. */
  changed(): void;
}

/** A connection to somebody, as far as media need it. */
export interface MediaConnection {
  readonly pc: RTCPeerConnection;
  readonly polite: boolean;
}

/** Seen and heard together, each in a stream of its own that stays the same through new connections. */
const STREAM_OF = {
  microphone: 'person',
  camera: 'person',
  screen: 'screen',
  screenSound: 'screen',
} as const satisfies Record<Line, 'person' | 'screen'>;

/**
 * What goes to and comes from one other person in a call, over one connection after the other: after a rebuilt one the
 * picture comes back by itself. Closed by the call, when either of the two is no longer in it.
 */
export class CallLeg {
  /** For a media element's `srcObject`: never another object. */
  readonly streams = { person: new MediaStream(), screen: new MediaStream() } as const;
  readonly #media: Pick<LocalMedia, 'trackOn'>;
  readonly #handlers: CallLegHandlers;
  #connection: MediaConnection | null = null;
  /** Whether they are in the call: before that the lines are made ready, and nothing is sent. */
  #talking = false;
  #lines: MediaLines | null = null;

  constructor(media: Pick<LocalMedia, 'trackOn'>, handlers: CallLegHandlers) {
    this.#media = media;
    this.#handlers = handlers;
  }

  /** The connection that carries now; the same one again changes nothing. */
  attach(connection: MediaConnection): void {
    if (connection.pc === this.#connection?.pc) return this.#lines?.open();
    void this.#lines?.close();
    this.#connection = connection;
    const lines = new MediaLines(connection.pc, connection.polite, {
      ask: () => this.#handlers.ask(),
      ready: () => this.#receive(lines),
    });
    this.#lines = lines;
    this.#sendAll();
    if (lines.ready) this.#receive(lines);
    else lines.open();
  }

  /** They are in the call, or no longer. */
  set talking(talking: boolean) {
    if (talking === this.#talking) return;
    this.#talking = talking;
    this.#sendAll();
  }

  /** How loud their microphone is just now, 0 to 1 (RTCRtpContributingSource.audioLevel). */
  get level(): number {
    return this.#lines?.level ?? 0;
  }

  /** The other side wants the lines. */
  asked(): void {
    this.#lines?.open();
  }

  /** A line of ours has another track. */
  async send(line: Line, track: MediaStreamTrack | null): Promise<void> {
    if (!this.#talking && track) return;
    try {
      await this.#lines?.send(line, track);
    } catch {
      // The connection has been closed: the next one gets what there is to send.
    }
  }

  sender(line: Line): RTCRtpSender | null {
    return this.#lines?.sender(line) ?? null;
  }

  async close(): Promise<void> {
    const lines = this.#lines;
    this.#lines = this.#connection = null;
    for (const stream of Object.values(this.streams))
      for (const track of stream.getTracks()) stream.removeTrack(track);
    await lines?.close();
  }

  #sendAll(): void {
    for (const line of LINES)
      void this.send(line, this.#talking ? this.#media.trackOn(line) : null);
  }

  #receive(lines: MediaLines): void {
    if (lines !== this.#lines) return;
    for (const stream of Object.values(this.streams))
      for (const track of stream.getTracks()) stream.removeTrack(track);
    for (const line of LINES) {
      const track = lines.received(line);
      if (track) this.streams[STREAM_OF[line]].addTrack(track);
    }
    this.#handlers.changed();
  }
}
