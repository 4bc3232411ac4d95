import { addCallWords, type CallTable } from './call-words.ts';
import type { Language } from './language.ts';

/** Every language but English, by its primary subtag: a part of its own, which only its readers fetch. */
const languages: Readonly<Record<string, () => Promise<CallTable>>> = {
  zh: async () => (await import('./call-words-chinese.ts')).chinese,
};

/** Fulfils when the words of calls are there in this language, or it has none. Rejects where they cannot be fetched. */
export async function fetchCallWords({ primary }: Language): Promise<void> {
  const table = await languages[primary]?.();
  if (table) addCallWords(primary, table);
}
