/** The quietest that is shown, in decibels below the loudest there can be. */
const QUIETEST_DB = -60;
/** About 20 ms of sound. */
const SAMPLES = 1_024;

/**
 * How loud a microphone is, also while it is muted: it listens to a copy that is sent to nobody. Closed by whoever has
 * opened it; then nothing is left running.
 */
export class LevelMeter {
  readonly #context = new AudioContext();
  readonly #copy: MediaStreamTrack;
  readonly #analyser: AnalyserNode;
  readonly #samples = new Float32Array(SAMPLES);

  constructor(track: MediaStreamTrack) {
    this.#copy = track.clone();
    this.#copy.enabled = true;
    this.#analyser = this.#context.createAnalyser();
    this.#analyser.fftSize = SAMPLES;
    this.#context.createMediaStreamSource(new MediaStream([this.#copy])).connect(this.#analyser);
    // It may have been made before anybody has touched the page.
    void this.#context.resume();
  }

  /** Whether it hears at all: on a machine without a sound device some browsers never do. */
  get running(): boolean {
    return this.#context.state === 'running';
  }

  /** 0 for silence to 1, by the decibels of what was heard in the last 20 ms. */
  get level(): number {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    let sum = 0;
    for (const sample of this.#samples) sum += sample * sample;
    const decibels = 10 * Math.log10(sum / SAMPLES);
    return Math.min(1, Math.max(0, 1 - decibels / QUIETEST_DB));
  }

  close(): void {
    this.#copy.stop();
    // One that is closed already is what was wanted.
    this.#context.close().catch(() => undefined);
  }
}
