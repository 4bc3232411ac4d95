import { html, nothing, render, type TemplateResult } from 'lit';
import { DEFAULT_MAX_ENTRIES } from '../protocol/limits.ts';
import type { Message } from '../rtc/message.ts';
import type { CallRegions } from './call-regions.ts';
import { face } from './face.ts';
import { icon } from './icon.ts';
import type { LogController } from './log-controller.ts';
import { markOf, type Row, rowsOf } from './log-rows.ts';
import { isEmojiOnly, renderText } from './rich-text.ts';
import type { RowList } from './row-list.ts';
import type { Scene } from './scene.ts';
import type { WordKey } from './words.ts';

export interface LogOptions {
  readonly controller: LogController;
  readonly rows: RowList;
  readonly needle: RegExp | null;
  readonly hitId: string | null;
  readonly resend: (message: Message) => void;
  /** Into the composer, to be sent as another one. */
  readonly edit: (message: Message) => void;
  /** What stands after the message with this id, or before all of them: what became of calls. */
  readonly after: CallRegions['after'] | undefined;
}

/** The word beside a mark. */
function markWords(message: Message, { language, peers }: Scene): unknown {
  const { delivered, of, seen } = message;
  const mark = markOf(message);
  if (mark === 'waiting') {
    const missing = peers.filter(({ link, through }) => link !== 'connected' && !through);
    if (missing.length === 1) return language.show('waitingFor', { name: missing[0]!.name });
    return language.say('waitingMany');
  }
  if (of > 1 && mark === 'delivered')
    return language.say(delivered < of ? 'deliveredPart' : 'deliveredTo', { n: delivered, of });
  return language.say(mark === 'seen' && of > 1 && seen < of ? 'seenPart' : mark, { n: seen, of });
}

/** With whom a message of ours is, and since when. */
function receipts({ id }: Message, { room, language }: Scene): TemplateResult[] {
  return room.receipts(id).map(({ name, state, deliveredAt, seenAt }) => {
    const at = state === 'seen' ? seenAt : deliveredAt;
    return html`<li>
      <bdi>${name || '?'}</bdi> · ${language.say(state === 'waiting' ? 'notYet' : state)}
      ${at ? language.time(at) : nothing}
    </li>`;
  });
}

/** The line under a group: when, and for ours how far it has come, with whom on demand. Never spoken by itself. */
function meta({ message, word }: Row, scene: Scene, options: LogOptions): TemplateResult {
  const mark = markOf(message);
  const { language } = scene;
  const { own, of, sentAt } = message;
  const line = html`<time datetime=${sentAt.toISOString()}>${language.time(sentAt)}</time>
    ${own && word ? sign(message, scene) : nothing}`;
  const open = ({ currentTarget }: Event): void => {
    const { open, lastElementChild } = currentTarget as HTMLDetailsElement;
    render(open ? receipts(message, scene) : nothing, lastElementChild as HTMLElement);
  };
  const button = (key: WordKey, act: (message: Message) => void) =>
    html`<button class="text-button" @click=${() => act(message)}>${language.say(key)}</button>`;
  return html`<div class="meta ${own ? mark : ''}" aria-live="off">
    ${
      mark === 'failed'
        ? html`${sign(message, scene)}${button('tryAgain', options.resend)}${button('edit', options.edit)}`
        : own && of
          ? html`<details @toggle=${open}>
              <summary>${line}</summary>
              <ul></ul>
            </details>`
          : line
    }
  </div>`;
}

function sign(message: Message, scene: Scene): TemplateResult {
  return html`<span class="sign"
    >${icon(markOf(message), 's')}<span>${markWords(message, scene)}</span></span
  >`;
}

/** The names of those that apply, as a `class`. */
const classes = (...names: readonly (string | false)[]) => names.filter(Boolean).join(' ');

function renderRow(row: Row, scene: Scene, options: LogOptions, now: Date): TemplateResult {
  const { message, first, last, newDay, newLine } = row;
  const { author, own, state, text } = message;
  const { language, partner } = scene;
  // Of two people the other needs no name; somebody who has left does.
  const faced = !own && author.id !== partner?.id;
  const group = classes(
    own ? 'row own' : faced ? 'row faced' : 'row',
    first && 'first',
    last && 'last',
    message.sentAt.getTime() > options.controller.openedAtMs && 'fresh',
  );
  const bubble = classes(
    'bubble',
    own && state,
    isEmojiOnly(text) && 'emoji',
    message.id === options.hitId && 'hit',
  );
  const content = renderText(text, options.needle);
  const by = message.passedOnBy;
  const name = by
    ? language.show('passedOn', { name: author.name, by })
    : html`<bdi>${own ? language.say('you') : author.name}</bdi>`;
  return html`${newDay ? html`<div class="day">${language.day(message.sentAt, now)}</div>` : nothing}
    ${newLine ? html`<div class="day new">${language.say('newLine')}</div>` : nothing}
    <div class=${group} part="message" data-id=${message.id}>
      ${first ? (faced ? html`${face(author, 's')}<span class="who clip">${name}</span>` : html`<span class="hidden">${name}: </span>`) : nothing}
      <div class=${bubble} part="bubble" dir="auto">${content}</div>
      ${last ? meta(row, scene, options) : nothing}
    </div>
    ${options.after?.(message.id)}`;
}

/** The messages. Only a window of them stands in the document; scrolling moves it. */
export function log(scene: Scene, options: LogOptions): TemplateResult {
  const { room, messages, language, peers, partner } = scene;
  const { controller, rows, needle, hitId, after } = options;
  controller.window.follow(messages, controller.atEnd);
  const { start, end } = controller.window;
  const now = new Date();
  // Links and names are all that rows take from the people.
  const people = peers.map(({ name, link }) => name + link).join();
  const { newLineId } = controller;
  rows.draw(
    [
      messages,
      start,
      end,
      newLineId,
      needle,
      hitId,
      people,
      partner?.id,
      language,
      now.toDateString(),
      after,
    ],
    () => rowsOf(messages, start, end, newLineId),
    (row) => renderRow(row, scene, options, now),
  );
  return html`<div
    class="log"
    part="log"
    role="log"
    aria-label=${language.say('messages')}
    aria-busy=${controller.busy}
    tabindex=${messages.length ? 0 : nothing}
    @scroll=${controller.handleScroll}
  >
    <div class="rows">
      ${
        room.trimmed && !room.restoring && start === 0
          ? html`<div class="trimmed">
              ${icon('history')}<span>${language.say('trimmed')}</span
              ><span>${language.say('trimmedHint', { n: DEFAULT_MAX_ENTRIES })}</span>
            </div>`
          : nothing
      }
      ${after?.('')}${rows.element}
    </div>
  </div>`;
}

/** The way back to what is new, while the reader is elsewhere. */
export function pill({ language }: Scene, { unread, toNew }: LogController): TemplateResult {
  const words = language.say(unread ? 'newMessages' : 'toNewest', { n: unread });
  return html`<button class="pill" part="pill" @click=${toNew}>${icon('down')}${words}</button>`;
}

/** Who is writing. Shown, not spoken. */
export function typing({ peers, language }: Scene): TemplateResult | typeof nothing {
  const names = peers.filter((peer) => peer.typing).map(({ name }) => name);
  const n = names.length;
  if (!n) return nothing;
  const words = language.show('typing', { n, names: language.list(names) });
  return html`<div class="typing" part="typing">
    <span class="dots" aria-hidden="true"><i></i><i></i><i></i></span
    ><span class="clip">${words}</span>
  </div>`;
}
