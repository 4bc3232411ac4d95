import { html, type LitElement, nothing, type TemplateResult } from 'lit';
import { MAX_NAME_UNITS, MAX_ROOM_UNITS } from '../protocol/limits.ts';
import { normalizePersonName, normalizeRoomName } from '../protocol/names.ts';
import { icon } from './icon.ts';
import { illustration } from './illustration.ts';
import type { Language } from './language.ts';
import type { WordKey } from './words.ts';

type Field = 'name' | 'room';

export interface JoinFormOptions {
  /** The room that the page names, and the name that it proposes; empty where it leaves them to the person. */
  readonly room: string;
  readonly name: string;
  /** The name that somebody else has, when that is why we are not in. */
  readonly takenName: string | null;
  readonly language: Language;
}

/** Asks for what the page has left open: a name, and a room where there is none. */
export class JoinForm {
  readonly #host: LitElement;
  readonly #onJoin: (name: string, room: string) => void;
  #wrong: Partial<Record<Field, WordKey>> = {};

  constructor(host: LitElement, onJoin: (name: string, room: string) => void) {
    this.#host = host;
    this.#onJoin = onJoin;
  }

  #handleSubmit(event: SubmitEvent, roomGiven: string): void {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const textOf = (field: Field) =>
      form.querySelector<HTMLInputElement>(`[name=${field}]`)?.value ?? '';
    const [nameText, roomText] = [textOf('name'), roomGiven || textOf('room')];
    const [name, room] = [normalizePersonName(nameText), normalizeRoomName(roomText)];
    this.#wrong = {
      ...(name ? {} : { name: 'nameWrong' }),
      ...(room ? {} : { room: 'roomWrong' }),
    };
    this.#host.requestUpdate();
    if (name && room) this.#onJoin(name, room);
    else form.querySelector<HTMLInputElement>(`[name=${name ? 'room' : 'name'}]`)?.focus();
  }

  #field(
    field: Field,
    value: string,
    label: string,
    error: unknown,
    hint: unknown,
  ): TemplateResult {
    return html`<div class="field">
      <label for=${field}>${label}</label>
      <input
        id=${field}
        name=${field}
        dir="auto"
        .value=${value}
        autocomplete=${field === 'name' ? 'nickname' : 'off'}
        aria-invalid=${error ? 'true' : nothing}
        aria-describedby=${error || hint ? `${field}-words` : nothing}
      />
      ${
        error
          ? html`<span class="error" id="${field}-words" role="alert"
              >${icon('failed')}<span>${error}</span></span
            >`
          : hint && html`<span class="small muted" id="${field}-words">${hint}</span>`
      }
    </div>`;
  }

  render({ room, name, takenName, language }: JoinFormOptions): TemplateResult {
    const { name: nameWrong, room: roomWrong } = this.#wrong;
    const nameError = nameWrong
      ? language.show(nameWrong, { n: MAX_NAME_UNITS })
      : takenName && language.show('nameTaken', { name: takenName });
    return html`<form
      class="card"
      part="join"
      novalidate
      @submit=${(event: SubmitEvent) => this.#handleSubmit(event, room)}
    >
      <slot name="join">
        ${illustration('joined')}
        <div class="title">
          <h2>${room ? language.show('joinTitle', { room }) : language.say('startTitle')}</h2>
          <p>${language.say('joinHint')}</p>
        </div>
      </slot>
      ${this.#field('name', name, language.say('yourName'), nameError, '')}
      ${
        room
          ? nothing
          : this.#field(
              'room',
              '',
              language.say('room'),
              roomWrong && language.show(roomWrong, { n: MAX_ROOM_UNITS }),
              language.say('roomHint'),
            )
      }
      <button class="button main wide">${language.say('join')}</button>
    </form>`;
  }
}
