import { quieten } from './input-source.ts';

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
  readonly screen: MediaStreamTrack;
  readonly screenSound: MediaStreamTrack | null;

  /** `ended` is called when the person ends it by the browser's own bar, or the window is closed. */
  constructor(stream: MediaStream, ended: () => void) {
    const [picture] = stream.getVideoTracks();
    const [sound = null] = stream.getAudioTracks();
    this.screen = picture!;
    this.screenSound = sound;
    // Text must be legible before movement is smooth.
    this.screen.contentHint = 'detail';
    this.screen.onended = ended;
    if (sound) sound.contentHint = 'music';
  }

  close(): void {
    quieten(this.screen);
    this.screenSound?.stop();
  }
}
