import { html } from 'lit';
import { type WordKey, tables } from './words.ts';

export type Values = Readonly<Record<string, string | number>>;

const SLOT = /\{(\w+)\}/u;
const DAY_MS = 86_400_000;

/** The words of one language, and its ways to write times, days, numbers and lists. */
export class Language {
  readonly #tag: string;
  readonly #words;
  readonly #time: Intl.DateTimeFormat;
  readonly #tableTag: string;

  constructor(tag: string) {
    // A language without a table gets English words with the reader's own times: those need no words.
    const primary = tag.split('-')[0]!.toLowerCase();
    const known = Object.hasOwn(tables, primary);
    this.#words = known ? tables[primary]! : tables.en;
    this.#tag = tag;
    this.#tableTag = known ? tag : 'en';
    this.#time = new Intl.DateTimeFormat(tag, { hour: '2-digit', minute: '2-digit' });
  }

  /** Plain text, for attributes and names. */
  say(key: WordKey, values: Values = {}): string {
    return this.#parts(key, values).map(String).join('');
  }

  /** For templates: what is put in stands in `<bdi>`, so that a name cannot turn its sentence around. */
  show(key: WordKey, values: Values = {}): unknown[] {
    return this.#parts(key, values).map((part, i) => (i % 2 ? html`<bdi>${part}</bdi>` : part));
  }

  #parts(key: WordKey, values: Values): string[] {
    const phrase = this.#words[key];
    const text =
      typeof phrase === 'string'
        ? phrase
        : (phrase[new Intl.PluralRules(this.#tableTag).select(Number(values['n']))] ??
          phrase.other);
    return text.split(SLOT).map((part, i) => {
      if (i % 2 === 0) return part;
      const value = values[part] ?? '';
      return typeof value === 'number' ? value.toLocaleString(this.#tag) : value;
    });
  }

  list(names: readonly string[]): string {
    return new Intl.ListFormat(this.#tableTag).format(names);
  }

  time(date: Date): string {
    return this.#time.format(date);
  }

  /** Today, Yesterday, or the date; the year only where it is another one. */
  day(date: Date, now: Date): string {
    const days = Math.round((startOfDay(now) - startOfDay(date)) / DAY_MS);
    if (days === 0) return this.say('today');
    if (days === 1) return this.say('yesterday');
    const year = date.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' as const };
    return new Intl.DateTimeFormat(this.#tableTag, {
      weekday: 'long',
      day: 'numeric',
      month: 'long',
      ...year,
    }).format(date);
  }
}

/** Local midnight before `date`, in milliseconds since the epoch. */
export function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

const languages = new Map<string, Language>();

/** The language of the element: its own `lang`, the nearest one around it (through shadow roots), or the browser's. */
export function languageOf(element: Element): Language {
  let tag = '';
  for (let at: Element | null = element; at && !tag;) {
    tag = at.closest<HTMLElement>('[lang]')?.lang ?? '';
    const root: Node = at.getRootNode();
    at = root instanceof ShadowRoot ? root.host : null;
  }
  tag ||= navigator.language;
  let language = languages.get(tag);
  if (!language) {
    try {
      language = new Language(tag);
    } catch {
      // A `lang` that is no BCP 47 tag ("english") must not take the conversation down.
      language = new Language('en');
    }
    languages.set(tag, language);
  }
  return language;
}
