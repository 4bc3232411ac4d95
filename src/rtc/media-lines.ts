import { LINE_KINDS, LINES, type Line, linesOf, lineStreams } from './lines.ts';

export interface MediaLinesHandlers {
  /** Only the impolite side adds lines; the polite one asks it to. */
  ask(): void;
  /** They have been agreed upon: what the other side sends arrives, and from now on can be sent. */
  ready(): void;
}

/**
 * Microphone, camera, screen and its sound on one RTCPeerConnection: added once, by the impolite side, and from then on
 * only their tracks change, which needs no negotiation (W3C webrtc-pc, `RTCRtpSender.replaceTrack`). Both sides adding
 * would give eight lines. Closed by its call; the lines stay for the next one.
 */
export class MediaLines {
  readonly #pc: RTCPeerConnection;
  readonly #polite: boolean;
  readonly #handlers: MediaLinesHandlers;
  readonly #life = new AbortController();
  #asked = false;
  ready = false;

  constructor(pc: RTCPeerConnection, polite: boolean, handlers: MediaLinesHandlers) {
    this.#pc = pc;
    this.#polite = polite;
    this.#handlers = handlers;
    pc.addEventListener('signalingstatechange', () => this.#look(), { signal: this.#life.signal });
    // Those of an earlier call.
    this.ready = isAgreed(pc);
  }

  /** The lines are wanted, by us or by the other side that has asked. Calling it again changes nothing. */
  open(): void {
    if (this.ready || linesOf(this.#pc)) return;
    if (!this.#polite) return addLines(this.#pc);
    if (!this.#asked) this.#handlers.ask();
    this.#asked = true;
  }

  /** Sends this track, or nothing, on a line from now on; not before the lines are agreed upon. */
  async send(line: Line, track: MediaStreamTrack | null): Promise<void> {
    if (this.ready) await this.sender(line)?.replaceTrack(track);
  }

  sender(line: Line): RTCRtpSender | null {
    return this.#transceiver(line)?.sender ?? null;
  }

  /** What comes on a line; there is a track from the beginning, also while nothing comes. */
  received(line: Line): MediaStreamTrack | null {
    return this.#transceiver(line)?.receiver.track ?? null;
  }

  /** How loud the microphone of the other side is just now, 0 to 1. */
  get level(): number {
    const receiver = this.#transceiver('microphone')?.receiver;
    return receiver?.getSynchronizationSources()[0]?.audioLevel ?? 0;
  }

  /** Fulfils when nothing of ours is sent any more. */
  async close(): Promise<void> {
    this.#life.abort();
    const silenced = (linesOf(this.#pc) ?? []).map(({ sender }) => sender.replaceTrack(null));
    // A connection that is closed already sends nothing.
    await Promise.allSettled(silenced);
  }

  #transceiver(line: Line): RTCRtpTransceiver | null {
    return linesOf(this.#pc)?.[LINES.indexOf(line)] ?? null;
  }

  #look(): void {
    if (this.ready || !isAgreed(this.#pc)) return;
    this.ready = true;
    this.#handlers.ready();
  }
}

function addLines(pc: RTCPeerConnection): void {
  const streams = lineStreams();
  LINE_KINDS.forEach((kind, at) =>
    pc.addTransceiver(kind, { direction: 'sendrecv', streams: [streams[at]!] }),
  );
}

function isAgreed(pc: RTCPeerConnection): boolean {
  if (pc.signalingState !== 'stable') return false;
  return linesOf(pc)?.every(({ currentDirection }) => currentDirection !== null) ?? false;
}
