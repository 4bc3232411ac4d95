import type { Line } from './lines.ts';
import type { MediaFault } from './media-fault.ts';
import { mediaFaultOf } from './media-fault.ts';

export type Input = 'microphone' | 'camera';

export interface LocalMediaHandlers {
  /** What is to be sent on a line from now on. */
  track(line: Line, track: MediaStreamTrack | null): void;
  /** Something that the state shows has changed. */
  changed(): void;
  /** A device could not be used; the call goes on without it. */
  failed(fault: MediaFault): void;
}

interface Source {
  /** Whether the person wants it on. */
  wanted: boolean;
  /** Which one was chosen; the browser's own choice where it is null. */
  deviceId: string | null;
  track: MediaStreamTrack | null;
  fault: MediaFault | null;
  /** Counts what was asked for: only the latest answer counts. */
  asked: number;
}

const CAMERA: MediaTrackConstraints = {
  width: { ideal: 1_280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30 },
};

/**
 * The tracks of one person in a call. Each device is asked for by itself: one that is blocked or broken takes none with
 * it. A microphone that is muted keeps its track, so that it is back at once; a camera that is off is released, so that
 * its light goes out. Closed by its call: then every track has been stopped.
 */
export class LocalMedia {
  readonly #handlers: LocalMediaHandlers;
  readonly #sources: Readonly<Record<Input, Source>> = {
    microphone: { wanted: false, deviceId: null, track: null, fault: null, asked: 0 },
    camera: { wanted: false, deviceId: null, track: null, fault: null, asked: 0 },
  };
  #screen: MediaStream | null = null;
  #closed = false;

  constructor(handlers: LocalMediaHandlers) {
    this.#handlers = handlers;
  }

  /** On, as the person wants it and as it works. */
  isOn(input: Input): boolean {
    const { wanted, track } = this.#sources[input];
    return wanted && track !== null;
  }

  isWanted(input: Input): boolean {
    return this.#sources[input].wanted;
  }

  /** What is sent on a line at the moment. */
  trackOn(line: Line): MediaStreamTrack | null {
    if (line === 'screen') return this.#screen?.getVideoTracks()[0] ?? null;
    if (line === 'screenSound') return this.#screen?.getAudioTracks()[0] ?? null;
    return this.#sources[line].track;
  }

  faultOf(input: Input): MediaFault | null {
    return this.#sources[input].fault;
  }

  deviceOf(input: Input): string | null {
    const { track, deviceId } = this.#sources[input];
    return track?.getSettings().deviceId ?? deviceId;
  }

  get screen(): MediaStream | null {
    return this.#screen;
  }

  /** Fulfils when it is on or off, or is known not to work. */
  async set(input: Input, on: boolean): Promise<void> {
    const source = this.#sources[input];
    source.wanted = on;
    if (input === 'microphone' && source.track) source.track.enabled = on;
    else if (on) return this.#acquire(input);
    else this.#release(input);
    this.#handlers.changed();
  }

  /** Another microphone or camera; one that is muted stays so. */
  async choose(input: Input, deviceId: string): Promise<void> {
    const source = this.#sources[input];
    source.deviceId = deviceId;
    if (source.track || source.wanted) await this.#acquire(input);
  }

  /** Asks the person which screen. False where they have thought better of it. */
  async shareScreen(): Promise<boolean> {
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getDisplayMedia({ video: true, audio: true });
    } catch (cause) {
      const fault = mediaFaultOf('screen', cause);
      // Closing the browser's own window is an answer, not a fault.
      if (fault.reason !== 'denied') this.#handlers.failed(fault);
      return false;
    }
    if (this.#closed) {
      stop(stream);
      return false;
    }
    this.stopSharing();
    this.#screen = stream;
    const [picture] = stream.getVideoTracks();
    if (picture) {
      // Text must be legible before movement is smooth.
      picture.contentHint = 'detail';
      // The browser has a button of its own.
      picture.onended = () => {
        if (this.#screen === stream) this.stopSharing();
      };
    }
    this.#handlers.track('screen', picture ?? null);
    this.#handlers.track('screenSound', stream.getAudioTracks()[0] ?? null);
    this.#handlers.changed();
    return true;
  }

  stopSharing(): void {
    const stream = this.#screen;
    if (!stream) return;
    this.#screen = null;
    stop(stream);
    this.#handlers.track('screen', null);
    this.#handlers.track('screenSound', null);
    this.#handlers.changed();
  }

  close(): void {
    if (this.#closed) return;
    this.stopSharing();
    for (const input of ['microphone', 'camera'] as const) {
      this.#sources[input].wanted = false;
      this.#release(input);
    }
    this.#closed = true;
  }

  async #acquire(input: Input): Promise<void> {
    const source = this.#sources[input];
    const asked = ++source.asked;
    const former = source.track;
    let track: MediaStreamTrack | null = null;
    let fault: MediaFault | null = null;
    try {
      track = await open(input, source.deviceId);
    } catch (cause) {
      fault = mediaFaultOf(input, cause);
    }
    // Asked again, turned off or left meanwhile: whoever came later has decided.
    if (asked !== source.asked || this.#closed || (input === 'camera' && !source.wanted)) {
      track?.stop();
      return;
    }
    source.fault = fault;
    if (track) {
      if (former) quieten(former);
      source.track = track;
      track.enabled = input === 'camera' || source.wanted;
      track.onended = () => this.#lost(input, track);
      this.#handlers.track(input, track);
    } else if (fault) {
      if (!former) source.wanted = false;
      this.#handlers.failed(fault);
    }
    this.#handlers.changed();
  }

  /** Pulled out, or taken by the system: another one may be there. */
  #lost(input: Input, track: MediaStreamTrack): void {
    const source = this.#sources[input];
    if (source.track !== track) return;
    source.track = source.deviceId = null;
    this.#handlers.track(input, null);
    if (source.wanted || input === 'microphone') void this.#acquire(input);
    this.#handlers.changed();
  }

  #release(input: Input): void {
    const source = this.#sources[input];
    source.asked++;
    if (!source.track) return;
    quieten(source.track);
    source.track = null;
    this.#handlers.track(input, null);
  }
}

async function open(input: Input, deviceId: string | null): Promise<MediaStreamTrack> {
  const chosen = deviceId === null ? {} : { deviceId: { exact: deviceId } };
  const constraints =
    input === 'microphone' ? { audio: chosen } : { video: { ...CAMERA, ...chosen } };
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia(constraints);
  } catch (error) {
    // The one that was chosen is gone: any other is better than none.
    if (deviceId === null || !isGone(error)) throw error;
    return open(input, null);
  }
  const [track] = stream.getTracks();
  if (!track) throw new DOMException('The browser gave no track.', 'NotFoundError');
  return track;
}

const isGone = (error: unknown): boolean =>
  error instanceof Error && ['OverconstrainedError', 'NotFoundError'].includes(error.name);

function quieten(track: MediaStreamTrack): void {
  track.onended = null;
  track.stop();
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) quieten(track);
}
