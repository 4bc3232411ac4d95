import { html, type LitElement, nothing, type TemplateResult } from 'lit';
import { MAX_NAME_UNITS, MAX_ROOM_UNITS } from '../protocol/limits.ts';
import { normalizePersonName, normalizeRoomName } from '../protocol/names.ts';
import { icon } from './icon.ts';
import { illustration } from './illustration.ts';
import type { Language } from './language.ts';

/** Asks for what the page has left open: a name, and a room where there is none. */
export class JoinForm {
  readonly #host: LitElement;
  readonly #onJoin: (name: string, room: string) => void;
  readonly #onInput: () => void;
  #nameWrong = false;
  #roomWrong = false;

  /** `onInput`: somebody writes, and is about to join. */
  constructor(host: LitElement, onJoin: (name: string, room: string) => void, onInput: () => void) {
    this.#host = host;
    this.#onJoin = onJoin;
    this.#onInput = onInput;
  }

  #handleSubmit(event: SubmitEvent, roomGiven: string): void {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const data = new FormData(form);
    const name = normalizePersonName(data.get('name') as string);
    const room = normalizeRoomName(roomGiven || (data.get('room') as string));
    this.#nameWrong = !name;
    this.#roomWrong = !room;
    this.#host.requestUpdate();
    if (name && room) this.#onJoin(name, room);
    else form.querySelector<HTMLInputElement>(`[name=${name ? 'room' : 'name'}]`)?.focus();
  }

  /** Proposes `name`; asks for a room where the page names none. `taken`: somebody else is called that. */
  render(language: Language, room: string, name: string, taken: boolean): TemplateResult {
    const nameError = this.#nameWrong
      ? language.show('nameWrong', { n: MAX_NAME_UNITS })
      : taken && language.show('nameTaken', { name });
    const roomError = this.#roomWrong && language.show('roomWrong', { n: MAX_ROOM_UNITS });
    return html`<form
      class="card"
      part="join"
      novalidate
      @input=${this.#onInput}
      @submit=${(event: SubmitEvent) => this.#handleSubmit(event, room)}
    >
      <slot name="join">
        ${illustration('joined')}
        <div class="title">
          <h2>${room ? language.show('joinTitle', { room }) : language.say('startTitle')}</h2>
          <p>${language.say('joinHint')}</p>
        </div>
      </slot>
      ${field('name', 'nickname', name, language.say('yourName'), nameError)}
      ${room ? nothing : field('room', 'off', '', language.say('room'), roomError, language.say('roomHint'))}
      <button class="button main wide">${language.say('join')}</button>
    </form>`;
  }
}

function field(
  name: string,
  autocomplete: string,
  value: string,
  label: string,
  error: unknown,
  hint = '',
): TemplateResult {
  return html`<div class="field">
    <label for=${name}>${label}</label>
    <input
      id=${name}
      name=${name}
      dir="auto"
      .value=${value}
      autocomplete=${autocomplete}
      aria-invalid=${error ? 'true' : nothing}
      aria-describedby=${error || hint ? `${name}-words` : nothing}
    />
    ${
      error
        ? html`<span class="error" id="${name}-words" role="alert"
            >${icon('failed')}<span>${error}</span></span
          >`
        : hint && html`<span class="small muted" id="${name}-words">${hint}</span>`
    }
  </div>`;
}
