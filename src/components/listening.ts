import type { LitElement, ReactiveController } from 'lit';
import type { Participant } from '../rtc/call.ts';
import { Speaker } from './speaker.ts';

/** Often enough for a sign that follows a voice. */
const LISTEN_MS = 150;

/** Listens to how loud each is while somebody can hear it and see it, and draws the host when another one speaks. */
export class Listening implements ReactiveController {
  readonly #host: LitElement;
  #people: readonly Participant[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;
  speaker = new Speaker();

  constructor(host: LitElement) {
    this.#host = host;
    host.addController(this);
  }

  /** Those who can be heard from now on; nobody ends it. */
  hear(people: readonly Participant[]): void {
    this.#people = people;
    if (people.length === 0) {
      this.#stop();
      this.speaker = new Speaker();
    } else this.#timer ??= setInterval(this.#listen, LISTEN_MS);
  }

  hostDisconnected(): void {
    this.#stop();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  readonly #listen = (): void => {
    if (document.hidden) return;
    const levels = new Map(this.#people.map(({ id, level }) => [id as string, level()]));
    for (const meter of this.#host.renderRoot.querySelectorAll<HTMLElement>('.levels'))
      // Loudness as the ear has it: by its root.
      meter.style.setProperty('--level', Math.sqrt(Math.max(0, ...levels.values())).toFixed(2));
    if (this.speaker.hear(levels, performance.now())) this.#host.requestUpdate();
  };
}
