import { html, type LitElement, nothing, type TemplateResult } from 'lit';
import type { ChatRoom } from '../rtc/chat-room.ts';
import { card } from './card.ts';
import { focusDrawn } from './focus.ts';
import { icon } from './icon.ts';
import type { Scene } from './scene.ts';

/** Deletes what is kept of the conversation here, when somebody has been told what that means and still wants it. */
export class ClearHistory {
  readonly #host: LitElement;
  readonly #onError: (error: unknown) => void;
  /** Whose messages are to go; null while nobody is asked. */
  #room: ChatRoom | null = null;
  #failed = false;

  constructor(host: LitElement, onError: (error: unknown) => void) {
    this.#host = host;
    this.#onError = onError;
  }

  /** Somebody is asked, and everything else is inert. */
  asks({ room }: Scene): boolean {
    return room === this.#room;
  }

  /** What begins it; where there is nothing to delete, nothing. */
  button({ room, messages, language }: Scene): TemplateResult | typeof nothing {
    const ask = (): void => {
      this.#room = room;
      this.#failed = false;
      // "Cancel": who goes on pressing Enter deletes nothing.
      this.#focus('dialog .main');
    };
    return messages.length
      ? html`<button class="button leave clear wide" @click=${ask}>
          ${icon('history')}${language.say('deleteHere')}
        </button>`
      : nothing;
  }

  /** `covered`: something else lies over it. */
  render(scene: Scene, covered: boolean): TemplateResult | typeof nothing {
    if (!this.asks(scene)) return nothing;
    const { room, roomName, messages, language } = scene;
    const n = messages.filter(({ own, delivered }) => own && !delivered).length;
    const cancel = (): void => this.#close('.clear');
    const clear = async (): Promise<void> => {
      try {
        await room.clearHistory();
        if (this.#room === room) this.#close('.sheet');
      } catch (error) {
        this.#failed = true;
        this.#host.requestUpdate();
        this.#onError(error);
      }
    };
    return html`<div class="scrim over" ?inert=${covered}>
      <dialog
        open
        part="clear"
        role="alertdialog"
        aria-labelledby="asked"
        aria-describedby="meant"
        tabindex="-1"
        @keydown=${(event: KeyboardEvent) => {
          if (event.key !== 'Escape') return;
          // What lies beneath stays open.
          event.stopPropagation();
          cancel();
        }}
      >
        ${card(language, null, language.tell('clear', { room: roomName }), {
          body: html`<p>${n ? language.say('clearWaiting', { n }) : nothing}</p>
            <p role="alert">${this.#failed ? language.say('notDeleted') : nothing}</p>`,
          actions: [
            ['cancel', cancel],
            ['delete', clear],
          ],
        })}
      </dialog>
    </div>`;
  }

  #close(focused: string): void {
    this.#room = null;
    this.#focus(focused);
  }

  #focus(selector: string): void {
    void focusDrawn(this.#host, selector);
  }
}
