import { resolve } from 'node:path';

import * as v from 'valibot';

import { Complaint, quote, readNamedFile } from './complaint.ts';
import { FLAG_NAMES, flagOf, isFlagName } from './flags.ts';
import type { FlagName, FlagValues } from './flags.ts';
import { fileNameOf } from './given.ts';
import type { Given, Layer } from './given.ts';
import type { BroadcasterOptions } from './options.ts';

/** What is in force, and where each of it came from. */
export interface Configuration {
  readonly values: FlagValues;
  /** `--port`, `RTC_CHAT_PORT`, `Key "port" in rtc-chat.json`; absent for a default. */
  readonly sources: ReadonlyMap<FlagName, string>;
}

/**
 * Judges what was given and fills in the defaults. The first layer that has a setting decides it.
 * @throws {Complaint} naming where the wrong value came from and what it must be.
 */
export function configure(layers: readonly Layer[]): Configuration {
  const values: Record<string, unknown> = {};
  const sources = new Map<FlagName, string>();
  for (const name of FLAG_NAMES) {
    const given = firstOf(name, layers);
    if (given) sources.set(name, given.source);
    values[name] = given ? judge(name, given) : flagOf(name).standard;
  }
  for (const [name, source] of sources) {
    const { needs, excludes } = flagOf(name);
    if (values[name] === false) continue;
    if (needs !== null && values[needs] === undefined) {
      throw new Complaint(`${source} needs --${needs} as well.`);
    }
    const other = excludes !== null && isFlagName(excludes) ? sources.get(excludes) : undefined;
    if (other !== undefined) throw new Complaint(`${source} and ${other} exclude each other.`);
  }
  // Each value has just come out of the schema of its own flag.
  return { values: values as unknown as FlagValues, sources };
}

function firstOf(name: FlagName, layers: readonly Layer[]): Given | null {
  for (const layer of layers) {
    const given = layer.get(name);
    const inFile = layer.get(fileNameOf(name));
    if (given && inFile) {
      throw new Complaint(`${given.source} and ${inFile.source} exclude each other.`);
    }
    if (given) return given;
    if (inFile) return readSecret(name, inFile);
  }
  return null;
}

/** The line break at its end belongs to the file, not to the secret. */
function readSecret(name: FlagName, { json, source, folder }: Given): Given {
  if (typeof json !== 'string' || json === '') {
    throw new Complaint(`${source} must be the path of a file, not ${quote(json)}.`);
  }
  const text = readNamedFile(resolve(folder, json), `The file ${json} of ${source}`);
  return { json: flagOf(name).kind.fromText(text.replace(/\r?\n$/, '')), source, folder };
}

function judge(name: FlagName, { json, source, folder }: Given): unknown {
  const { kind, hide } = flagOf(name);
  const result = v.safeParse(kind.schema, json);
  if (!result.success) {
    const instead = hide ? '' : `, not ${quote(json)}`;
    throw new Complaint(`${source} must be ${kind.must}${instead}.`);
  }
  const { output } = result;
  return kind.isPath(output) ? resolve(folder, String(output)) : output;
}

/** What of it are options of the broadcaster. */
export function broadcasterOptions(values: FlagValues): BroadcasterOptions {
  // `flag()` lets an option be named only by a setting whose values it takes.
  return Object.fromEntries(
    FLAG_NAMES.flatMap((name) => {
      const { option } = flagOf(name);
      return option && values[name] !== undefined ? [[option, values[name]]] : [];
    }),
  );
}

/** The text of `--print-config`: every setting, in JSON, with where it came from; secrets masked. */
export function printConfiguration({ values, sources }: Configuration): string {
  const lines = FLAG_NAMES.map((name) => {
    const { kind, hide } = flagOf(name);
    const value: unknown = values[name];
    const shown = value === undefined ? null : (hide ?? kind.toJson)(value);
    const from = sources.get(name) ?? 'default';
    return `  ${JSON.stringify(name)}: ${JSON.stringify({ value: shown, from })}`;
  });
  return `{\n${lines.join(',\n')}\n}\n`;
}
