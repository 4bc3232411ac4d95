import { html, type LitElement, type TemplateResult } from 'lit';
import type { Message } from '../rtc/message.ts';
import { focusDrawn } from './focus.ts';
import { iconButton } from './icon-button.ts';
import type { LogController } from './log-controller.ts';
import { needleOf } from './rich-text.ts';
import type { Scene } from './scene.ts';

/**
 * Finds in all kept messages, also in those that do not stand in the document, where the browser's own search does not
 * look. Begins at the newest.
 */
export class FindBar {
  open = false;
  /** What is marked in the messages. */
  needle: RegExp | null = null;

  readonly #host: LitElement;
  readonly #log: LogController;
  #messages: readonly Message[] = [];
  /** Indices of the messages that have it, the newest first, and which of them is shown. */
  #hits: number[] = [];
  #at = 0;

  constructor(host: LitElement, log: LogController) {
    this.#host = host;
    this.#log = log;
  }

  /** The id of the match that is shown. */
  get hitId(): string | null {
    return (this.open && this.#hit()?.id) || null;
  }

  #hit(): Message | undefined {
    return this.#messages[this.#hits[this.#at] ?? -1];
  }

  readonly toggle = (): void => {
    this.open = !this.open;
    this.#search(null);
    void focusDrawn(this.#host, this.open ? '.find input' : '.find-button');
  };

  #search(needle: RegExp | null): void {
    this.needle = needle;
    this.#hits = [];
    if (needle) this.#messages.forEach(({ text }, i) => needle.test(text) && this.#hits.push(i));
    this.#hits.reverse();
  }

  #handleInput(query: string): void {
    this.#search(needleOf(query));
    this.#at = 0;
    this.#show();
  }

  #step(by: number): void {
    const count = this.#hits.length;
    if (count) this.#at = (this.#at + by + count) % count;
    this.#show();
  }

  #show(): void {
    const hit = this.#hit();
    if (hit) this.#log.toMessage(hit.id, this.#hits[this.#at]!);
    this.#host.requestUpdate();
  }

  readonly #handleKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.isComposing) this.#step(event.shiftKey ? -1 : 1);
  };

  render({ language, messages }: Scene): TemplateResult {
    if (messages !== this.#messages) {
      const id = this.hitId;
      this.#messages = messages;
      this.#search(this.needle);
      // What has come or gone meanwhile must not move the reader to another match.
      this.#at = Math.max(
        0,
        this.#hits.findIndex((hit) => messages[hit]!.id === id),
      );
    }
    const count = this.#hits.length;
    const find = language.say('find');
    const words = language.say(count ? 'findCount' : 'findNone', {
      n: count - this.#at,
      of: count,
    });
    return html`<div class="find" role="search" part="find">
      <input
        type="text"
        aria-label=${find}
        placeholder=${find}
        autocomplete="off"
        dir="auto"
        .value=${''}
        @input=${(event: Event) => this.#handleInput((event.target as HTMLInputElement).value)}
        @keydown=${this.#handleKey}
      />
      <span class="small muted" aria-live="polite">${this.needle ? words : ''}</span>
      ${iconButton('down', language.say('findOlder'), () => this.#step(1), { className: 'up' })}
      ${iconButton('down', language.say('findNewer'), () => this.#step(-1))}
      ${iconButton('x', language.say('close'), this.toggle)}
    </div>`;
  }
}
