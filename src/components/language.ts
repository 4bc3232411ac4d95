import { html } from 'lit';
import type { RtcChatErrorCode } from '../protocol/errors.ts';
import { englishWords, type NewsKey, type Phrase, type WordKey, type Words } from './words.ts';

export type Values = Readonly<Record<string, string | number | undefined>>;

const SLOT = /\{(\w+)\}/u;
const DAY_MS = 86_400_000;

/** Every language but English, by its primary subtag: a file of its own, which only its readers fetch. */
const sources: Record<string, () => Promise<Words>> = {
  zh: async () => (await import('./words-chinese.ts')).chinese,
};
const tables: Record<string, Words> = { en: englishWords };

/** The words of one language, and its ways to write times, days, numbers and lists. */
export class Language {
  /** The reader's language, BCP 47. */
  readonly tag: string;
  /** Its first subtag, in small letters. */
  readonly primary: string;
  readonly #words;
  readonly #tableTag: string;
  readonly #time: Intl.DateTimeFormat;

  constructor(tag: string) {
    // Without a table it has English words and the reader's own times, which need none.
    this.primary = tag.split('-')[0]!.toLowerCase();
    const table = tables[this.primary];
    this.#words = table ?? englishWords;
    this.tag = tag;
    this.#tableTag = table ? tag : 'en';
    this.#time = new Intl.DateTimeFormat(tag, { hour: '2-digit', minute: '2-digit' });
  }

  /** Plain text, for attributes and names. */
  say(key: WordKey, values?: Values): string {
    return this.parts(this.#words.phrases[key], values).join('');
  }

  /** For templates: what is put in stands in `<bdi>`, so that a name cannot turn its sentence around. */
  show(key: WordKey, values?: Values): unknown[] {
    return this.isolated(this.#words.phrases[key], values);
  }

  /** The title and the text of a card, a notice or an error, as `show()` has them. */
  tell(key: NewsKey | RtcChatErrorCode, values?: Values): unknown[][] {
    const { news } = this.#words;
    return (news[key as NewsKey] ?? news.refused).map((phrase) => this.isolated(phrase, values));
  }

  /** A phrase of another table, as `show()` has it. */
  isolated(phrase: Phrase, values?: Values): unknown[] {
    return this.parts(phrase, values).map((part, i) => (i % 2 ? html`<bdi>${part}</bdi>` : part));
  }

  /** A phrase of another table: what stands in it, and in between what is put in. */
  parts(phrase: Phrase, values: Values = {}): string[] {
    const text =
      typeof phrase === 'string'
        ? phrase
        : (phrase[new Intl.PluralRules(this.#tableTag).select(Number(values['n']))] ??
          phrase.other);
    return text
      .split(SLOT)
      .map((part, i) => (i % 2 ? (values[part]?.toLocaleString(this.tag) ?? '') : part));
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
    return date.toLocaleDateString(this.#tableTag, {
      weekday: 'long',
      day: 'numeric',
      month: 'long',
      year: date.getFullYear() === now.getFullYear() ? undefined : 'numeric',
    });
  }
}

/** Local midnight before `date`, in milliseconds since the epoch. */
export function startOfDay(date: Date): number {
  return new Date(date).setHours(0, 0, 0, 0);
}

const languages = new Map<string, Language>();

/** Fulfils when the words that this language lacks are there, or cannot be had: then it stays with English. Undefined: none lack. */
export function lackedWords({ primary }: Language): Promise<void> | undefined {
  return sources[primary]?.()
    .then((words) => {
      tables[primary] = words;
      languages.clear();
    })
    .catch(() => {})
    .finally(() => delete sources[primary]);
}

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
