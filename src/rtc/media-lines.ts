import { LINE_KINDS, LINES, type Line, linesOf, lineStreams } from './lines.ts';

export interface MediaLinesHandlers {
  /** Only the impolite side adds lines; the polite one asks it to. */
  ask(): void;
  /** They have been agreed upon: what the other side sends arrives, what we send goes. */
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
  readonly #tracks = new Map<Line, MediaStreamTrack>();
  #asked = false;
  #ready = false;

  constructor(pc: RTCPeerConnection, polite: boolean, handlers: MediaLinesHandlers) {
    this.#pc = pc;
    this.#polite = polite;
    this.#handlers = handlers;
    pc.addEventListener('signalingstatechange', () => this.#look(), { signal: this.#life.signal });
    // Those of an earlier call.
    this.#ready = isAgreed(pc);
  }

  get ready(): boolean {
    return this.#ready;
  }

  /** The lines are wanted, by us or by the other side that has asked. Calling it again changes nothing. */
  open(): void {
    if (this.#ready || linesOf(this.#pc)) return;
    if (!this.#polite) return addLines(this.#pc);
    if (!this.#asked) this.#handlers.ask();
    this.#asked = true;
  }

  /** Sends this track, or nothing, on a line from now on; before the lines are agreed upon, from then on. */
  async send(line: Line, track: MediaStreamTrack | null): Promise<void> {
    if (track) this.#tracks.set(line, track);
    else this.#tracks.delete(line);
    if (this.#ready) await this.sender(line)?.replaceTrack(track);
  }

  sender(line: Line): RTCRtpSender | null {
    return this.#transceiver(line)?.sender ?? null;
  }

  /** What comes on a line; there is a track from the beginning, also while nothing comes. */
  received(line: Line): MediaStreamTrack | null {
    return this.#ready ? (this.#transceiver(line)?.receiver.track ?? null) : null;
  }

  /** How loud the microphone of the other side is just now, 0 to 1. */
  get level(): number {
    const receiver = this.#ready ? this.#transceiver('microphone')?.receiver : undefined;
    return receiver?.getSynchronizationSources()[0]?.audioLevel ?? 0;
  }

  /** Fulfils when nothing of ours is sent any more. */
  async close(): Promise<void> {
    this.#life.abort();
    this.#tracks.clear();
    const silenced = (linesOf(this.#pc) ?? []).map(({ sender }) => sender.replaceTrack(null));
    // A connection that is closed already sends nothing.
    await Promise.allSettled(silenced);
  }

  #transceiver(line: Line): RTCRtpTransceiver | null {
    return linesOf(this.#pc)?.[LINES.indexOf(line)] ?? null;
  }

  #look(): void {
    if (this.#ready || !isAgreed(this.#pc)) return;
    this.#ready = true;
    for (const [line, track] of this.#tracks)
      // It may be closed by now; then there is nobody to send to.
      this.sender(line)
        ?.replaceTrack(track)
        .catch(() => undefined);
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
