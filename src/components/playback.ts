import { html, type LitElement, nothing, type ReactiveController, type TemplateResult } from 'lit';
import type { Call } from '../rtc/call.ts';
import type { CallWords } from './call-words.ts';

/** What a gesture is to a browser that plays nothing before one. */
const GESTURES = ['pointerup', 'keydown'] as const;

/**
 * Sees to it that every media element of a call (`.call-media`) plays, through the speaker that was chosen, and goes on
 * when the browser has paused it. Where the browser plays nothing without a gesture there is a button; any gesture in the
 * page does as well.
 */
export class Playback implements ReactiveController {
  readonly #host: LitElement;
  #elements: ReadonlySet<HTMLMediaElement> = new Set();
  #speaker = '';
  #blocked = false;

  constructor(host: LitElement) {
    this.#host = host;
    host.addController(this);
  }

  /** The button, while it is needed. `call`: null where we are in none. */
  render(call: Call | null, words: CallWords): TemplateResult | typeof nothing {
    const speaker = call?.own?.speaker ?? '';
    if (speaker !== this.#speaker)
      for (const element of this.#elements) void speakThrough(element, speaker);
    this.#speaker = speaker;
    if (!this.#blocked) return nothing;
    return html`<div class="no-sound" role="alert">
      <button class="button main" @click=${this.#start}>${words.say('turnOnSound')}</button>
    </div>`;
  }

  hostUpdated(): void {
    const elements = new Set(
      this.#host.renderRoot.querySelectorAll<HTMLMediaElement>('.call-media'),
    );
    for (const element of elements) if (!this.#elements.has(element)) this.#take(element);
    this.#elements = elements;
    if (elements.size === 0) this.#block(false);
  }

  hostConnected(): void {
    document.addEventListener('visibilitychange', this.#goOn);
  }

  hostDisconnected(): void {
    document.removeEventListener('visibilitychange', this.#goOn);
    this.#block(false);
  }

  /** A phone pauses what plays in a page that is left for another, and lets it play only when that is over. */
  readonly #goOn = (): void => {
    for (const element of this.#elements) if (element.paused) void this.#play(element);
  };

  /** Within a gesture: what was blocked plays now. */
  readonly #start = (): void => {
    this.#block(false);
    for (const element of this.#elements) void this.#play(element);
  };

  #take(element: HTMLMediaElement): void {
    element.addEventListener('pause', this.#resume);
    if (this.#speaker) void speakThrough(element, this.#speaker);
    void this.#play(element);
  }

  /** Closing the small window over the page pauses what was in it, and so do keys on a keyboard or a headset. */
  readonly #resume = ({ target }: Event): void => {
    const element = target as HTMLMediaElement;
    if (element.isConnected && element.srcObject) void this.#play(element);
  };

  async #play(element: HTMLMediaElement): Promise<void> {
    try {
      await element.play();
    } catch (error) {
      // Anything else is a stream that was changed meanwhile, which plays by itself.
      if ((error as Error).name === 'NotAllowedError' && this.#elements.has(element))
        this.#block(true);
    }
  }

  #block(blocked: boolean): void {
    if (blocked === this.#blocked) return;
    this.#blocked = blocked;
    for (const gesture of GESTURES)
      if (blocked) document.addEventListener(gesture, this.#start, true);
      else document.removeEventListener(gesture, this.#start, true);
    this.#host.requestUpdate();
  }
}

/** Plays through a speaker; where that is not possible, through the system's. */
export async function speakThrough(element: HTMLMediaElement, speaker: string): Promise<void> {
  try {
    // Not every browser has it.
    await (element as Partial<HTMLMediaElement>).setSinkId?.(speaker);
  } catch {
    // Pulled out just now: the browser tells, and another one is named.
  }
}
