import { fakePicture, type FakeTrack } from './fake-media.ts';

/** What a browser says about a device that cannot be had. */
export type Refusal = 'NotAllowedError' | 'NotFoundError' | 'NotReadableError';

/**
 * The browser's own fake microphone, a picture of few pixels in the place of its camera, and refusals on demand.
 */
export class Devices {
  /** Every track that was given out. */
  readonly tracks: MediaStreamTrack[] = [];
  refusal: Refusal | null = null;
  readonly #made: FakeTrack[] = [];
  #microphone: Promise<MediaStream> | null = null;

  constructor() {
    // A tone of our own is not heard: the browser lets no page sound that nobody has touched.
    const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async ({ audio, video } = {}) => {
      this.#refuse();
      const made = video ? [fakePicture('green')] : [];
      if (audio) {
        this.#microphone ??= real({ audio: true });
        const [sound] = (await this.#microphone).getTracks();
        made.push({ track: sound!.clone(), stop: () => sound!.stop() });
      }
      return this.#give(made);
    };
    navigator.mediaDevices.getDisplayMedia = async () => {
      this.#refuse();
      return this.#give([fakePicture('blue', 320, 180)]);
    };
  }

  /** Those that nobody has stopped. */
  get live(): readonly MediaStreamTrack[] {
    return this.tracks.filter(({ readyState }) => readyState === 'live');
  }

  restore(): void {
    for (const name of ['getUserMedia', 'getDisplayMedia'])
      Reflect.deleteProperty(navigator.mediaDevices, name);
    for (const made of this.#made) made.stop();
  }

  #refuse(): void {
    if (this.refusal) throw new DOMException('As the test wants it.', this.refusal);
  }

  #give(made: readonly FakeTrack[]): MediaStream {
    this.#made.push(...made);
    const tracks = made.map(({ track }) => track);
    this.tracks.push(...tracks);
    return new MediaStream(tracks);
  }
}
