import { fakePicture, fakeSound, type FakeTrack } from './fake-media.ts';

/** What a browser says about a device that cannot be had. */
export type Refusal = 'NotAllowedError' | 'NotFoundError' | 'NotReadableError';

/** Devices of a test in the place of the machine's: a picture of few pixels, a tone, and refusals on demand. */
export class Devices {
  /** Every track that was given out. */
  readonly tracks: MediaStreamTrack[] = [];
  refusal: Refusal | null = null;
  readonly #made: FakeTrack[] = [];

  constructor() {
    navigator.mediaDevices.getUserMedia = async ({ audio, video } = {}) => {
      this.#refuse();
      return this.#give([
        ...(audio ? [fakeSound()] : []),
        ...(video ? [fakePicture('green')] : []),
      ]);
    };
    navigator.mediaDevices.getDisplayMedia = async () => {
      this.#refuse();
      return this.#give([fakePicture('blue', 320, 180), fakeSound()]);
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
