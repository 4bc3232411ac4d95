import { html, nothing, type TemplateResult } from 'lit';
import type { RtcChatError, RtcChatErrorCode } from '../protocol/errors.ts';
import { type IllustrationName, illustration } from './illustration.ts';
import type { Language } from './language.ts';
import type { WordKey } from './words.ts';

export interface Action {
  readonly words: WordKey;
  readonly act: () => void;
}

export interface PageOptions {
  readonly picture: IllustrationName;
  readonly title: unknown;
  readonly text: unknown;
  readonly actions?: readonly Action[];
  /** Between the sentences and the actions. */
  readonly body?: unknown;
  /** A smaller sentence at the end: what else there is to know. */
  readonly more?: unknown;
  readonly role?: 'alert' | 'status';
  readonly language: Language;
}

/** A picture, what happens, what to do: one card in the middle. The first action is the one thing to do next. */
export function card({
  picture,
  title,
  text,
  body,
  actions = [],
  more,
  role,
  language,
}: PageOptions): TemplateResult {
  return html`<div class="card" part="card">
    ${illustration(picture)}
    <div class="title" role=${role ?? nothing}>
      <h2>${title}</h2>
      <p>${text}</p>
    </div>
    ${body}
    ${actions.map(
      ({ words, act }, i) =>
        html`<button class="button wide ${i ? '' : 'main'}" @click=${act}>
          ${language.say(words)}
        </button>`,
    )}
    ${more ? html`<p class="small">${more}</p>` : nothing}
  </div>`;
}

/** What is said of a refusal that only the person, or the page's author, can do something about. */
export const refusals: Partial<Record<RtcChatErrorCode, readonly [title: WordKey, text: WordKey]>> =
  {
    'insecure-context': ['insecureTitle', 'insecureText'],
    'webrtc-unavailable': ['webrtcTitle', 'webrtcText'],
    'unsupported-version': ['versionTitle', 'versionText'],
    replaced: ['replacedTitle', 'replacedText'],
  };

export interface RefusalOptions {
  readonly error: RtcChatError | null;
  readonly roomName: string;
  /** Places in the room, where they are known. */
  readonly capacity: number | null;
  /** The broadcaster's host, as people write it. */
  readonly host: string;
  /** Seconds until the next attempt; 0 while it is under way; null where none is planned. */
  readonly retryInS: number | null;
  readonly language: Language;
  readonly join: () => void;
  readonly retry: () => void;
  /** To another room; null where the page has fixed it. */
  readonly chooseRoom: (() => void) | null;
}

/** Why we are not in the room. */
export function refusal(options: RefusalOptions): TemplateResult {
  const { error, roomName, capacity, host, retryInS, language, join, retry, chooseRoom } = options;
  const again: Action = { words: 'tryAgain', act: join };
  const base = { language, role: 'alert' } as const;
  if (error?.code === 'server-unreachable') {
    return card({
      ...base,
      picture: 'cut',
      title: language.say('serverTitle'),
      text: language.show('serverText', { host }),
      actions: [{ words: 'tryNow', act: retry }],
      more:
        retryInS === null
          ? nothing
          : retryInS > 0
            ? language.say('retryIn', { n: retryInS })
            : language.say('retrying'),
    });
  }
  if (error?.code === 'room-full') {
    const text = capacity
      ? language.show('fullText', { n: capacity, room: roomName })
      : language.show('fullTextAny', { room: roomName });
    const actions = chooseRoom
      ? [again, { words: 'anotherRoom', act: chooseRoom } as const]
      : [again];
    return card({ ...base, picture: 'full', title: language.say('fullTitle'), text, actions });
  }
  const [title, text] = (error && refusals[error.code]) ?? [];
  // Where only another address or another browser helps, there is nothing to press.
  const hopeless = error?.code === 'insecure-context' || error?.code === 'crypto-unavailable';
  const act: Action = error?.code === 'replaced' ? { words: 'useHere', act: join } : again;
  return card({
    ...base,
    picture: 'cut',
    title: language.say(title ?? 'failedTitle'),
    text: text ? language.say(text) : error?.message,
    actions: hopeless ? [] : [act],
  });
}
