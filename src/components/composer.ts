import { html, type LitElement, noChange, nothing, type TemplateResult } from 'lit';
import type { RtcChatError } from '../protocol/errors.ts';
import { MAX_TEXT_UNITS } from '../protocol/limits.ts';
import type { ChatRoom } from '../rtc/chat-room.ts';
import { icon } from './icon.ts';
import { iconButton } from './icon-button.ts';
import type { Language } from './language.ts';
import type { Scene } from './scene.ts';

/** The room lets "is typing" lapse after a few seconds; telling it this often keeps it up. */
const TYPING_EVERY_MS = 1_000;

type Refusal = { readonly error: RtcChatError } | { readonly units: number };

/**
 * Where a message is written. The draft survives everything but sending, and even that only once the message is
 * committed: until then it stays in the field.
 */
export class Composer {
  readonly #host: LitElement;
  readonly #onSent: () => void;
  #draft = '';
  #sending: string | null = null;
  #refusal: Refusal | null = null;
  #toldTypingAtMs = 0;

  constructor(host: LitElement, onSent: () => void) {
    this.#host = host;
    this.#onSent = onSent;
  }

  get #field(): HTMLTextAreaElement | null {
    return this.#host.renderRoot.querySelector('textarea');
  }

  focus(): void {
    this.#field?.focus();
  }

  /** Sends `text` again, which the room has given up. */
  async resend(room: ChatRoom, text: string): Promise<void> {
    await this.#send(room, text);
  }

  async #submit(room: ChatRoom): Promise<void> {
    const text = this.#draft;
    // A second Enter before the first one is committed is not a second message.
    if (!text.trim() || text === this.#sending) return this.focus();
    if (text.length > MAX_TEXT_UNITS) return this.#refuse({ units: text.length });
    this.#sending = text;
    const sent = await this.#send(room, text);
    this.#sending = null;
    if (!sent) return;
    // What was typed meanwhile is the next draft: behind the text that has gone, or another text altogether.
    if (this.#draft.startsWith(text)) this.#setDraft(this.#draft.slice(text.length));
    room.setTyping(this.#draft !== '');
  }

  async #send(room: ChatRoom, text: string): Promise<boolean> {
    try {
      await room.send(text);
    } catch (error) {
      this.#refuse({ error: error as RtcChatError });
      return false;
    }
    this.#refusal = null;
    this.#onSent();
    return true;
  }

  #refuse(refusal: Refusal): void {
    this.#refusal = refusal;
    this.#host.requestUpdate();
  }

  #setDraft(draft: string): void {
    this.#draft = draft;
    const field = this.#field;
    if (field) {
      field.value = draft;
      fit(field);
    }
    this.#host.requestUpdate();
  }

  #handleInput(room: ChatRoom, field: HTMLTextAreaElement): void {
    this.#draft = field.value;
    if (this.#refusal && !('units' in this.#refusal && this.#draft.length > MAX_TEXT_UNITS))
      this.#refusal = null;
    else if (this.#refusal) this.#refusal = { units: this.#draft.length };
    fit(field);
    const now = Date.now();
    if (!this.#draft) this.#toldTypingAtMs = 0;
    else if (now - this.#toldTypingAtMs < TYPING_EVERY_MS) return this.#host.requestUpdate();
    else this.#toldTypingAtMs = now;
    room.setTyping(this.#draft !== '');
    this.#host.requestUpdate();
  }

  #handleKey(room: ChatRoom, event: KeyboardEvent): void {
    // Enter that ends a composition chooses a word; Safari says so by the key code 229 only.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229)
      return;
    event.preventDefault();
    void this.#submit(room);
  }

  #refusalWords(refusal: Refusal, language: Language): unknown {
    if ('units' in refusal)
      return language.show('tooLong', { n: refusal.units, of: MAX_TEXT_UNITS });
    // Whatever else may be thrown has a message as well.
    const { code, message } = refusal.error;
    if (code === 'store-full') return language.show('storeFull');
    if (code === 'message-too-long')
      return language.show('tooLong', { n: this.#draft.length, of: MAX_TEXT_UNITS });
    return code === 'not-joined' || code === 'closed'
      ? language.show('notJoined')
      : language.show('notSent', { reason: message });
  }

  render({ room, language }: Scene): TemplateResult {
    const refusal = this.#refusal;
    const label = language.say('message');
    // The field has its text already, unless it is new: setting it again would disturb a composition.
    const value = this.#field ? noChange : this.#draft;
    return html`
      <div role="alert">
        ${refusal ? html`<p class="error">${icon('failed')}<span>${this.#refusalWords(refusal, language)}</span></p>` : nothing}
      </div>
      <div class="composer" part="composer">
        <textarea
          rows="1"
          aria-label=${label}
          placeholder=${label}
          dir=${this.#draft ? 'auto' : nothing}
          .value=${value}
          enterkeyhint="send"
          @input=${(event: Event) => this.#handleInput(room, event.target as HTMLTextAreaElement)}
          @keydown=${(event: KeyboardEvent) => this.#handleKey(room, event)}
        ></textarea>
        ${iconButton('send', language.say('send'), () => void this.#submit(room), { className: 'send' })}
      </div>
    `;
  }
}

/** As high as its text, where CSS cannot do it (`field-sizing`). */
function fit(field: HTMLTextAreaElement): void {
  if (CSS.supports('field-sizing', 'content')) return;
  field.style.blockSize = '';
  field.style.blockSize = `${field.scrollHeight}px`;
}
