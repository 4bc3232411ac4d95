import { html, type LitElement, noChange, nothing, type TemplateResult } from 'lit';
import { RtcChatError } from '../protocol/errors.ts';
import { MAX_TEXT_UNITS } from '../protocol/limits.ts';
import type { ChatRoom } from '../rtc/chat-room.ts';
import { icon } from './icon.ts';
import { iconButton } from './icon-button.ts';
import type { Scene } from './scene.ts';
import type { WordKey } from './words.ts';

/** The room lets "is typing" lapse after a few seconds; telling it this often keeps it up. */
const TYPING_EVERY_MS = 1_000;

/**
 * Where a message is written. The draft survives everything but sending, and even that only once the message is
 * committed: until then it stays in the field.
 */
export class Composer {
  readonly #host: LitElement;
  readonly #onSent: () => void;
  #draft = '';
  #sending: string | null = null;
  /** Why the draft, or the message to be sent again, was not sent. */
  #refusal: RtcChatError | null = null;
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

  async #submit(room: ChatRoom): Promise<void> {
    const text = this.#draft;
    // A second Enter before the first one is committed is not a second message.
    if (!text.trim() || text === this.#sending) return this.focus();
    this.#sending = text;
    const sent = await this.send(room, text);
    this.#sending = null;
    if (!sent) return;
    // What was typed meanwhile is the next draft: behind the text that has gone, or another text altogether.
    if (this.#draft.startsWith(text)) this.#setDraft(this.#draft.slice(text.length));
    room.setTyping(this.#draft !== '');
  }

  /** Whether the room has taken `text`: the draft, or one that it had given up. */
  async send(room: ChatRoom, text: string): Promise<boolean> {
    try {
      if (text.length > MAX_TEXT_UNITS) throw new RtcChatError('message-too-long', '');
      await room.send(text);
    } catch (error) {
      this.#refusal = error as RtcChatError;
      this.#host.requestUpdate();
      return false;
    }
    this.#refusal = null;
    this.#onSent();
    return true;
  }

  /** This text comes under what is being written. */
  edit(text: string): void {
    this.#setDraft(this.#draft ? `${this.#draft}\n${text}` : text);
    this.focus();
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
    if (this.#draft.length <= MAX_TEXT_UNITS || this.#refusal?.code !== 'message-too-long')
      this.#refusal = null;
    fit(field);
    this.#host.requestUpdate();
    const now = Date.now();
    if (this.#draft && now - this.#toldTypingAtMs < TYPING_EVERY_MS) return;
    this.#toldTypingAtMs = this.#draft ? now : 0;
    room.setTyping(this.#draft !== '');
  }

  #handleKey(room: ChatRoom, event: KeyboardEvent): void {
    // Enter that ends a composition chooses a word; Safari says so by the key code 229 only.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229)
      return;
    event.preventDefault();
    void this.#submit(room);
  }

  render({ room, language }: Scene): TemplateResult {
    const refusal = this.#refusal;
    const values = { n: this.#draft.length, of: MAX_TEXT_UNITS, reason: refusal?.message };
    const label = language.say('message');
    // The field has its text already, unless it is new: setting it again would disturb a composition.
    const value = this.#field ? noChange : this.#draft;
    return html`
      <div role="alert">
        ${refusal ? html`<p class="error">${icon('failed')}<span>${language.show(refusalKey(refusal), values)}</span></p>` : nothing}
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

/** The words for a refusal; what is not expected here has a message of its own. */
function refusalKey({ code }: RtcChatError): WordKey {
  if (code === 'closed') return 'not-joined';
  return code === 'message-too-long' || code === 'store-full' || code === 'not-joined'
    ? code
    : 'notSent';
}

/** As high as its text, where CSS cannot do it (`field-sizing`). */
function fit(field: HTMLTextAreaElement): void {
  if (CSS.supports('field-sizing', 'content')) return;
  field.style.blockSize = '';
  field.style.blockSize = `${field.scrollHeight}px`;
}
