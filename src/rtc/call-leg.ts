import { LINES, type Line } from './lines.ts';
import type { CallQuality } from './call-quality.ts';
import { LegQuality } from './leg-quality.ts';
import { MediaLines } from './media-lines.ts';
import { Sending, type ShownSizes } from './sending.ts';

/** What is said about the lines: how large we show what comes on them, and whether our camera is held back. */
export interface LinesNews extends ShownSizes {
  readonly held?: boolean | undefined;
}

export interface CallLegHandlers {
  /** What we send on a line at the moment. */
  trackOn(line: Line): MediaStreamTrack | null;
  /** Says it to the other side; asks it to add the lines where it has not yet. */
  say(news: LinesNews): void;
  /** A picture of ours goes out. */
  began(): void;
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
  readonly #handlers: CallLegHandlers;
  #connection: MediaConnection | null = null;
  /** Whether they are in the call: before that the lines are made ready, and nothing is sent. */
  #talking = false;
  #lines: MediaLines | null = null;
  #showing: ShownSizes = {};
  /** Their camera is on, and the path to us too thin for it. */
  held = false;
  /** Whether they say that they send anything. */
  expected = false;
  readonly sending = new Sending({
    sender: (line) => this.sender(line),
    held: () => {
      this.#say();
      this.#handlers.changed();
    },
  });
  readonly #quality = new LegQuality(this.sending);

  constructor(handlers: CallLegHandlers) {
    this.#handlers = handlers;
  }

  /** The connection that carries now; the same one again changes nothing. */
  attach(connection: MediaConnection): void {
    if (connection.pc === this.#connection?.pc) return this.#lines?.open();
    void this.#lines?.close();
    this.#connection = connection;
    this.held = false;
    this.#lines = new MediaLines(connection.pc, connection.polite, {
      ask: () => this.#say(),
      ready: () => this.#begin(),
    });
    if (this.#lines.ready) this.#begin();
    else this.#lines.open();
    // Another connection: what was said before may not have arrived.
    if (Object.keys(this.#showing).length > 0) this.#say();
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

  /** The other side wants the lines, and says how. */
  asked({ held = false, camera, screen }: LinesNews): void {
    this.sending.shown = { camera, screen };
    this.#lines?.open();
    if (held === this.held) return;
    this.held = held;
    this.#handlers.changed();
  }

  /** How large what they send is on our screen. */
  show(sizes: ShownSizes): void {
    this.#showing = sizes;
    this.#say();
  }

  /** Null until something is known. */
  get quality(): CallQuality | null {
    return this.#quality.current;
  }

  /** Reads the browser's statistics once. True when what is to be said about it has changed. */
  async look(): Promise<boolean> {
    return this.#talking && this.#quality.look(this.#connection?.pc ?? null, this.expected);
  }

  /** A line of ours has another track. */
  async send(line: Line, track: MediaStreamTrack | null): Promise<void> {
    if (!this.#talking && track) return;
    this.sending.begin(line, track);
    if (track?.kind === 'video') this.#handlers.began();
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
    this.#empty();
    await lines?.close();
  }

  #empty(): void {
    for (const stream of Object.values(this.streams))
      for (const track of stream.getTracks()) stream.removeTrack(track);
  }

  #say(): void {
    this.#handlers.say({ ...this.#showing, held: this.sending.held || undefined });
  }

  #sendAll(): void {
    for (const line of LINES)
      void this.send(line, this.#talking ? this.#handlers.trackOn(line) : null);
  }

  /** The lines are there. */
  #begin(): void {
    this.sending.opened();
    this.#sendAll();
    this.#empty();
    for (const line of LINES) {
      const track = this.#lines?.received(line);
      if (track) this.streams[STREAM_OF[line]].addTrack(track);
    }
    this.#handlers.changed();
  }
}
