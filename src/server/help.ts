import { GROUPS } from './flag.ts';
import type { Group } from './flag.ts';
import { FLAG_NAMES, flagOf } from './flags.ts';
import type { FlagName } from './flags.ts';
import { fileNameOf, variableOf } from './given.ts';

/** The text of `--help`. */
export function helpText(): string {
  const groups = Object.entries(GROUPS).flatMap(([group, title]) => {
    const names = FLAG_NAMES.filter((name) => flagOf(name).group === (group as Group));
    return names.length === 0 ? [] : [`${title}\n${names.map(entry).join('\n')}`];
  });
  return `rtc-chat: starts the broadcaster and serves the element and a demo page.

Usage: rtc-chat [flags]

${groups.join('\n\n')}

This command
  --config FILE
      reads settings from a JSON file, such as {"port": 8443}
      RTC_CHAT_CONFIG
  --print-config
      says which settings are in force and where each came from, and ends; secrets are masked
  -h, --help
      this text
  -v, --version
      the version

Each setting can also be given by the environment variable below it, or by a key of the file
that is called like the flag. A flag counts more than a variable, a variable more than the file.
Flags that take several values can be repeated, or given commas. A command line shows to
everybody on the machine, in the list of processes: give a secret by its file or its variable.
`;
}

function entry(name: FlagName): string {
  const { kind, help, hide } = flagOf(name);
  const lines = [`  --${name} ${kind.placeholder}`.trimEnd()];
  if (hide) lines.push(`  --${fileNameOf(name)} FILE`);
  lines.push(wrap(`${help} (${standardText(name)})`));
  lines.push(`      ${[name, ...(hide ? [fileNameOf(name)] : [])].map(variableOf).join(', ')}`);
  return lines.join('\n');
}

/** Below its flag, in lines that fit into a terminal. */
function wrap(text: string): string {
  return text.replaceAll(/(.{1,84})(?: |$)/g, '      $1\n').trimEnd();
}

/** What holds where nothing is said, in words. */
export function standardText(name: FlagName): string {
  const { kind, standard, without } = flagOf(name);
  if (standard === undefined || (Array.isArray(standard) && standard.length === 0)) return without;
  if (typeof standard === 'boolean') return standard ? 'on' : 'off';
  const json = kind.toJson(standard);
  return typeof json === 'string' ? json : JSON.stringify(json);
}
