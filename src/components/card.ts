import { html, nothing, type TemplateResult } from 'lit';
import { type IllustrationName, illustration } from './illustration.ts';
import type { Language } from './language.ts';
import type { WordKey } from './words.ts';

export type Action = readonly [words: WordKey, act: () => void];

export interface CardOptions {
  readonly role?: 'alert' | 'status';
  /** The first one is the one thing to do next. */
  readonly actions?: readonly Action[];
  /** Between the sentences and the actions. */
  readonly body?: unknown;
  /** A smaller sentence at the end: what else there is to know. */
  readonly more?: unknown;
}

/** A picture, what happens, what to do: in the middle, where there is nothing else. */
export function card(
  language: Language,
  picture: IllustrationName | null,
  [title, text]: readonly unknown[],
  { role, actions = [], body, more }: CardOptions = {},
): TemplateResult {
  return html`<div class="card" part="card">
    ${picture && illustration(picture)}
    <div class="title" role=${role ?? nothing}>
      <h2 id="asked">${title}</h2>
      <p id="meant">${text}</p>
    </div>
    ${body}
    ${actions.map(
      ([words, act], i) =>
        html`<button class="button wide ${i ? '' : 'main'}" @click=${act}>
          ${language.say(words)}
        </button>`,
    )}
    ${more ? html`<p class="small">${more}</p>` : nothing}
  </div>`;
}
