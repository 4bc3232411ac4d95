import { parseArgs } from 'node:util';

import { Complaint, quote } from './complaint.ts';
import { readConfigFile } from './config-file.ts';
import { configure } from './configuration.ts';
import type { Configuration } from './configuration.ts';
import { flagOf } from './flags.ts';
import { SETTINGS, SETTING_NAMES, jsonFrom, mustOf, standsAlone, variableOf } from './given.ts';
import type { Given, Layer, Setting } from './given.ts';
import { nearest, suggestion } from './nearest-name.ts';

/** What the command is asked to do, or a sentence that says what is wrong with how it was asked. */
export type CommandLine =
  | { readonly do: 'help' | 'version' }
  | {
      readonly do: 'start' | 'print-config';
      readonly configuration: Configuration;
      /** Sentences about what is probably a mistake but may be meant. */
      readonly warnings: readonly string[];
    }
  | { readonly do: 'complain'; readonly sentence: string };

interface Flags {
  readonly asked: 'help' | 'version' | 'print-config' | 'start';
  /** Of `--config`. */
  readonly file: string | null;
  readonly layer: Layer;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Flags that ask for something, and the one that names the file: only on the command line do they mean anything. */
const ALONE = ['help', 'version', 'print-config'] as const;
const FILE = 'config';

/** Reads flags, environment and file; a flag counts more than a variable, a variable more than a key of the file. */
export function readCommandLine(args: readonly string[], environment: Environment): CommandLine {
  try {
    const flags = readFlags(args);
    if (flags.asked === 'help' || flags.asked === 'version') return { do: flags.asked };
    const file = flags.file ?? (environment[variableOf(FILE)] || null);
    const layers = [flags.layer, readEnvironment(environment)];
    if (file !== null) layers.push(readConfigFile(file));
    const configuration = configure(layers);
    return { do: flags.asked, configuration, warnings: warningsOf(environment) };
  } catch (error) {
    if (error instanceof Complaint) return { do: 'complain', sentence: error.message };
    throw error;
  }
}

function readFlags(args: readonly string[]): Flags {
  const layer = new Map<string, Given>();
  let asked: Flags['asked'] = 'start';
  let file: string | null = null;
  for (const token of tokensOf(args)) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      throw new Complaint(`${quote(token.value)} is not a flag. rtc-chat --help lists them.`);
    }
    const { name, rawName } = token;
    const setting = SETTINGS.get(name);
    const alone = ALONE.find((it) => it === name);
    if (alone !== undefined) {
      if (token.value !== undefined) throw new Complaint(`${rawName} takes no value.`);
      if (alone !== 'print-config') return { asked: alone, file: null, layer };
      asked = alone;
    } else if (name === FILE) {
      file = valueOf(token, 'the path of a file');
    } else if (setting) {
      layer.set(name, { json: jsonOf(token, setting, layer), source: rawName, folder: '' });
    } else {
      const known = [...SETTING_NAMES, ...ALONE, FILE].map((it) => `--${it}`);
      const near = suggestion(rawName, known) || ' rtc-chat --help lists them.';
      throw new Complaint(`There is no flag ${quote(rawName).slice(1, -1)}.${near}`);
    }
  }
  return { asked, file, layer };
}

type Token = ReturnType<typeof tokensOf>[number];
type OptionToken = Extract<Token, { kind: 'option' }>;

function tokensOf(args: readonly string[]) {
  const type = (setting: Setting) =>
    standsAlone(setting) ? ('boolean' as const) : ('string' as const);
  const { tokens } = parseArgs({
    args: [...args],
    // Not strict: what it throws names no remedy.
    strict: false,
    tokens: true,
    options: {
      ...Object.fromEntries([...SETTINGS].map(([name, it]) => [name, { type: type(it) }])),
      [FILE]: { type: 'string' },
      'print-config': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'v' },
    },
  });
  return tokens;
}

function jsonOf(token: OptionToken, setting: Setting, layer: Layer): unknown {
  if (standsAlone(setting) && token.value === undefined) return true;
  const json = jsonFrom(setting, valueOf(token, mustOf(setting)));
  if (setting.inFile || !flagOf(setting.flag).kind.repeatable) return json;
  const parts: unknown[] = [layer.get(setting.name)?.json ?? [], json];
  return parts.flat();
}

function valueOf({ rawName, value, inlineValue }: OptionToken, must: string): string {
  if (value === undefined || (!inlineValue && value.startsWith('--'))) {
    throw new Complaint(`${rawName} needs a value: ${must}.`);
  }
  return value;
}

/** An empty variable counts as none. */
function readEnvironment(environment: Environment): Layer {
  const layer = new Map<string, Given>();
  for (const [name, setting] of SETTINGS) {
    const source = variableOf(name);
    const text = environment[source];
    if (text === undefined || text === '') continue;
    layer.set(name, { json: jsonFrom(setting, text), source, folder: '' });
  }
  return layer;
}

/** What Kubernetes sets in every container where there is a service of our name. */
const OF_KUBERNETES = /^(?:SERVICE_(?:HOST|PORT)|PORT_\d+_)/;

/**
 * A variable of ours with a slip of the hand. No error, as a wrong flag is: Kubernetes sets `RTC_CHAT_SERVICE_HOST` and
 * more for a service called rtc-chat.
 */
function warningsOf(environment: Environment): string[] {
  const prefix = variableOf('');
  const known = [...SETTING_NAMES, FILE].map((name) => variableOf(name).slice(prefix.length));
  return Object.keys(environment)
    .filter((variable) => variable.startsWith(prefix))
    .map((variable) => variable.slice(prefix.length))
    .filter((name) => !known.includes(name) && !OF_KUBERNETES.test(name))
    .flatMap((name) => {
      const near = nearest(name, known);
      const meant = `Did you mean ${prefix}${near}?`;
      return near === null ? [] : [`${prefix}${name} is no setting of rtc-chat. ${meant}`];
    });
}
