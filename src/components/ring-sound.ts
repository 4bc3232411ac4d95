import { playNote } from './note.ts';

/** Hertz, and the second of the beat at which each begins. */
const NOTES = [
  [587.33, 0],
  [880, 0.2],
] as const;
const NOTE_S = 0.42;
/** Quiet: it is to be noticed in a silent room, not to startle anybody who wears headphones. */
const LOUDNESS = 0.06;
/** As slow as the rings around the face. */
const BEAT_MS = 2_400;
const KEPT_AS = 'rtc-chat ring';

/** What is heard while somebody calls. Whether it is wanted is remembered for all pages of this origin. */
export class RingSound {
  #context: AudioContext | null = null;
  #beats: ReturnType<typeof setInterval> | undefined;
  #wanted = true;

  get wanted(): boolean {
    try {
      return localStorage.getItem(KEPT_AS) !== 'off';
    } catch {
      // No storage in this frame: it is remembered for as long as the element is there.
      return this.#wanted;
    }
  }

  set wanted(wanted: boolean) {
    this.#wanted = wanted;
    try {
      localStorage.setItem(KEPT_AS, wanted ? 'on' : 'off');
    } catch {
      // As above.
    }
  }

  /** Sounds until it is stopped, if it is wanted. */
  start(): void {
    if (this.#beats !== undefined || !this.wanted) return;
    this.#beats = setInterval(() => this.#beat(), BEAT_MS);
    this.#beat();
  }

  stop(): void {
    clearInterval(this.#beats);
    this.#beats = undefined;
    void this.#context?.close();
    this.#context = null;
  }

  #beat(): void {
    // Before anybody has touched the page, browsers let nothing be heard; the ring can still be seen.
    if (!navigator.userActivation.hasBeenActive) return;
    const context = (this.#context ??= new AudioContext());
    for (const [hertz, afterS] of NOTES)
      playNote(context.destination, hertz, afterS, NOTE_S, LOUDNESS);
  }
}
