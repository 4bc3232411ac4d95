import * as v from 'valibot';

import type { Rate } from './options.ts';

/**
 * What a setting accepts. A flag and a variable bring a text, a file brings JSON: the text is first turned into the JSON
 * that would stand in the file, and one schema judges both.
 */
export interface FlagKind<T> {
  /** How the value is called in `--help`; empty where the flag stands alone. */
  readonly placeholder: string;
  /** What a value must be, to end the sentence "… must be". */
  readonly must: string;
  /** The JSON that a text stands for; the text itself where it stands for nothing else. */
  readonly fromText: (text: string) => unknown;
  readonly schema: v.GenericSchema<unknown, T>;
  /** A value as it would stand in the file. */
  readonly toJson: (value: T) => unknown;
  /** A list: the flag may be repeated, and each adds to it. */
  readonly repeatable: boolean;
  /** Whether a value is a file's path: in the configuration file it is relative to that file. */
  readonly isPath: (value: unknown) => boolean;
}

/** What a timer can be set to. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

function kind<T>(
  placeholder: string,
  must: string,
  schema: v.GenericSchema<unknown, T>,
  more: Partial<FlagKind<T>> = {},
): FlagKind<T> {
  const itself = <V>(value: V): V => value;
  const plain = { fromText: itself, toJson: itself, repeatable: false, isPath: () => false };
  return { placeholder, must, schema, ...plain, ...more };
}

/** On or off: the flag stands alone or has `=false`; a variable says `true`, `1`, `false` or `0`. */
export function toggle(): FlagKind<boolean> {
  const words = new Map<string, boolean>([
    ['true', true],
    ['1', true],
    ['false', false],
    ['0', false],
  ]);
  return kind('', 'true or false', v.boolean(), { fromText: (text) => words.get(text) ?? text });
}

export function whole(least: number, most: number, placeholder = 'N'): FlagKind<number> {
  return kind(
    placeholder,
    `a whole number from ${least} to ${most}`,
    v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most)),
    { fromText: (text) => (/^\d{1,15}$/.test(text) ? Number(text) : text) },
  );
}

/** As long as a timer can run, in whole days: it stands in sentences. */
const MAX_TIME_MS = 24 * 86_400_000;
const UNITS_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const TIME = /^(\d{1,9})(ms|s|m|h|d)$/;

function timeMs(text: string): number {
  const [, amount = '', unit = ''] = TIME.exec(text) ?? [];
  return Number(amount) * UNITS_MS[unit as keyof typeof UNITS_MS];
}

function timeText(ms: number): string {
  const units = Object.entries(UNITS_MS).toReversed();
  const [unit, size] = units.find(([, size]) => ms % size === 0 && ms >= size) ?? ['ms', 1];
  return `${ms / size}${unit}`;
}

/** A time such as `30s`; the value is in milliseconds. */
export function time(leastMs: number, mostMs = MAX_TIME_MS): FlagKind<number> {
  return kind(
    'TIME',
    `a time such as 500ms, 30s, 5m, 12h or 7d, from ${timeText(leastMs)} to ${timeText(mostMs)}`,
    v.pipe(v.string(), v.regex(TIME), v.transform(timeMs), v.minValue(leastMs), v.maxValue(mostMs)),
    { toJson: timeText },
  );
}

export function milliseconds(least: number): FlagKind<number> {
  return whole(least, MAX_TIMER_MS, 'MS');
}

/** So many in such a time: `400/10s`. */
export function rate(): FlagKind<Rate> {
  return kind(
    'N/TIME',
    'a number and a time, such as 400/10s',
    v.pipe(
      v.string(),
      v.regex(/^[1-9]\d{0,8}\/[1-9]\d{0,5}(?:ms|s|m)$/),
      v.transform((text): Rate => {
        const [max = '', time = ''] = text.split('/');
        return { max: Number(max), perMs: timeMs(time) };
      }),
      v.check(({ perMs }) => perMs <= MAX_TIMER_MS),
    ),
    { toJson: ({ max, perMs }) => `${max}/${timeText(perMs)}` },
  );
}

export function text(
  placeholder: string,
  must: string,
  schema: v.GenericSchema<string, string> = v.pipe(v.string(), v.nonEmpty()),
): FlagKind<string> {
  return kind(placeholder, must, schema as v.GenericSchema<unknown, string>);
}

export function oneOf<const W extends readonly string[]>(
  placeholder: string,
  words: W,
): FlagKind<W[number]> {
  const must = `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
  return kind(placeholder, must, v.picklist(words));
}

/** A URL with one of these schemes, such as `redis`. */
export function url(schemes: readonly string[], must: string): FlagKind<string> {
  const isOne = (input: string): boolean =>
    URL.canParse(input) && schemes.includes(new URL(input).protocol.slice(0, -1));
  return kind('URL', must, v.pipe(v.string(), v.check(isOne)));
}

export function path(): FlagKind<string> {
  const schema = v.pipe(v.string(), v.nonEmpty(), v.excludes('\0'));
  return kind('FILE', 'the path of a file', schema, { isPath: () => true });
}

/** A file's path, or a URL with this scheme. */
export function pathOrUrl(scheme: string, must: string): FlagKind<string> {
  const isUrl = (input: unknown): boolean => /^[a-z][a-z0-9+.-]+:\/\//i.test(String(input));
  const schema = v.pipe(
    v.string(),
    v.nonEmpty(),
    v.excludes('\0'),
    v.check((input) => !isUrl(input) || new RegExp(`^${scheme}://.`, 'i').test(input)),
  );
  return kind('FILE|URL', must, schema, { isPath: (value) => !isUrl(value) });
}

/** Several texts: commas between them, or a JSON list where they have commas themselves. */
export function list<T>(
  placeholder: string,
  must: string,
  item: v.GenericSchema<string, T>,
): FlagKind<readonly T[]> {
  return kind<readonly T[]>(placeholder, `${must}, or several with commas`, v.array(item), {
    fromText: (text) => jsonList(text) ?? text.split(',').map((part) => part.trim()),
    repeatable: true,
  });
}

function jsonList(text: string): readonly unknown[] | null {
  const value = text.startsWith('[') ? jsonOf(text) : null;
  return Array.isArray(value) ? value : null;
}

/** Whatever JSON can say; in the file it stands as JSON, not as a text. */
export function json<T>(must: string, schema: v.GenericSchema<unknown, T>): FlagKind<T> {
  return kind('JSON', must, schema, { fromText: jsonOf });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: then it is the text that the schema refuses.
    return text;
  }
}
