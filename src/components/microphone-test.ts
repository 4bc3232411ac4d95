import type { LitElement, ReactiveController } from 'lit';
import { LevelMeter } from '../rtc/level-meter.ts';

/** Often enough that the bar follows a voice. */
const LOOK_MS = 60;
/** Louder than a quiet room, softer than speech. */
const HEARD_LEVEL = 0.3;
/** Nobody is silent for so long who has been told that we listen. */
const SILENT_MS = 6_000;

/**
 * Listens to the microphone while its level is on the screen (`.meter`), and to nothing at any other time; draws the host
 * when something is heard, or has not been for a while.
 */
export class MicrophoneTest implements ReactiveController {
  /** Null until we know. */
  heard: boolean | null = null;
  readonly #host: LitElement;
  #track: MediaStreamTrack | null = null;
  #meter: LevelMeter | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #lastMs = 0;

  constructor(host: LitElement) {
    this.#host = host;
    host.addController(this);
  }

  /** The one to listen to, from the next drawing on. */
  set track(track: MediaStreamTrack | null) {
    if (track === this.#track) return;
    this.#stop();
    this.#track = track;
  }

  hostUpdated(): void {
    const shown = this.#bar !== null;
    if (shown && this.#track && !this.#meter) this.#start(this.#track);
    else if (!shown && this.#track) this.track = null;
  }

  hostDisconnected(): void {
    this.track = null;
  }

  get #bar(): HTMLElement | null {
    return this.#host.renderRoot.querySelector<HTMLElement>('.meter');
  }

  #start(track: MediaStreamTrack): void {
    this.heard = null;
    this.#lastMs = performance.now();
    this.#meter = new LevelMeter(track);
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#meter?.close();
    this.#meter = null;
  }

  #look(): void {
    const { level = 0, running = false } = this.#meter ?? {};
    const now = performance.now();
    // What does not listen has not heard that there is nothing.
    if (level >= HEARD_LEVEL || !running) this.#lastMs = now;
    const bar = this.#bar;
    bar?.style.setProperty('--level', level.toFixed(2));
    bar?.setAttribute('aria-valuenow', String(Math.round(level * 100)));
    const silent = now - this.#lastMs > SILENT_MS;
    const heard = level >= HEARD_LEVEL || (silent ? false : this.heard);
    if (heard === this.heard) return;
    this.heard = heard;
    this.#host.requestUpdate();
  }
}
