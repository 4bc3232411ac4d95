import { parseArgs } from 'node:util';

import * as v from 'valibot';

import { FLAGS, FLAG_NAMES, isList, variableOf } from './flags.ts';
import type { FlagName, FlagValues } from './flags.ts';

/** What the command is asked to do, or a sentence that says what is wrong with how it was asked. */
export type CommandLine =
  | { readonly do: 'help' | 'version' }
  | { readonly do: 'start'; readonly values: FlagValues }
  | { readonly do: 'complain'; readonly sentence: string };

type Texts = Map<FlagName, { readonly text: string; readonly source: string }>;

/** Reads flags and environment; a flag counts more. An empty variable counts as none. */
export function readCommandLine(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): CommandLine {
  const texts: Texts = new Map();
  for (const name of FLAG_NAMES) {
    const source = variableOf(name);
    const text = environment[source];
    if (text !== undefined && text !== '') texts.set(name, { text, source });
  }
  const asked = readFlags(args, texts);
  return asked ?? readValues(texts);
}

function readFlags(args: readonly string[], texts: Texts): CommandLine | null {
  const { tokens } = parseArgs({
    args: [...args],
    // Not strict: what it throws names no remedy.
    strict: false,
    tokens: true,
    options: {
      ...Object.fromEntries(FLAG_NAMES.map((name) => [name, { type: 'string' as const }])),
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'v' },
    },
  });
  const given = new Set<FlagName>();
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      return complain(`"${shorten(token.value)}" is not a flag. rtc-chat --help lists them.`);
    }
    const { name, rawName, value } = token;
    if (name === 'help' || name === 'version') {
      if (value !== undefined) return complain(`${rawName} takes no value.`);
      return { do: name };
    }
    if (!isFlag(name))
      return complain(`There is no flag ${shorten(rawName)}. rtc-chat --help lists them.`);
    if (value === undefined || (!token.inlineValue && value.startsWith('--'))) {
      return complain(`${rawName} needs a value: ${FLAGS[name].must}.`);
    }
    const before = isList(name) && given.has(name) ? `${texts.get(name)?.text ?? ''},` : '';
    given.add(name);
    texts.set(name, { text: before + value, source: rawName });
  }
  return null;
}

function readValues(texts: Texts): CommandLine {
  const values: Record<string, unknown> = {};
  for (const [name, { text, source }] of texts) {
    const { schema, must } = FLAGS[name];
    const result = v.safeParse(schema, text);
    if (!result.success) return complain(`${source} must be ${must}, not "${shorten(text)}".`);
    values[name] = result.output;
  }
  // Each value has just come out of the schema of its own flag.
  return { do: 'start', values };
}

/** The text of `--help`. */
export function helpText(): string {
  const rows = FLAG_NAMES.map((name) => {
    const { value, help, standard } = FLAGS[name];
    return [`  --${name} ${value}`, `${help} (${standard})`, variableOf(name)] as const;
  });
  const lines = rows.map(([left, help, variable]) => `${left}\n      ${help}\n      ${variable}`);
  return `rtc-chat: starts the broadcaster and serves the element and a demo page.

Usage: rtc-chat [flags]

${lines.join('\n')}
  -h, --help
      this text
  -v, --version
      the version

Each flag can also be set by the environment variable below it; a flag counts more. Flags
that take several values can be repeated, or given commas.
`;
}

function isFlag(name: string): name is FlagName {
  return Object.hasOwn(FLAGS, name);
}

function complain(sentence: string): CommandLine {
  return { do: 'complain', sentence };
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
