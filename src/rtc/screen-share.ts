/** What browsers know and TypeScript does not, yet. */
interface ScreenOptions extends DisplayMediaStreamOptions {
  readonly surfaceSwitching: 'include' | 'exclude';
}

const OPTIONS: ScreenOptions = {
  video: { frameRate: { max: 30 } },
  // Music stays music; and who is heard in this page is not sent back to them.
  audio: {
    echoCancellation: false,
    noiseSuppression: false,
    autoGainControl: false,
    restrictOwnAudio: true,
  } as MediaTrackConstraints,
  surfaceSwitching: 'include',
};

/** Asks the person which screen, window or tab. Rejects as `getDisplayMedia` does. */
export const askForScreen = (): Promise<MediaStream> =>
  navigator.mediaDevices.getDisplayMedia(OPTIONS);

/** A screen that is shared, with its sound where the browser gives it. Closed by whoever has opened it. */
export class ScreenShare {
  readonly picture: MediaStreamTrack;
  readonly #stream: MediaStream;

  /** `ended` is called when the person ends it by the browser's own bar, or the window is closed. */
  constructor(stream: MediaStream, ended: () => void) {
    this.#stream = stream;
    this.picture = stream.getVideoTracks()[0]!;
    // Text must be legible before movement is smooth.
    this.picture.contentHint = 'detail';
    this.picture.onended = ended;
    if (this.sound) this.sound.contentHint = 'music';
  }

  get sound(): MediaStreamTrack | null {
    return this.#stream.getAudioTracks()[0] ?? null;
  }

  close(): void {
    this.picture.onended = null;
    for (const track of this.#stream.getTracks()) track.stop();
  }
}
