import { FLAG_NAMES, flagOf } from './flags.ts';
import type { FlagName } from './flags.ts';

/** A name under which something can be set: a flag's own, or, where its value is secret, that of the file that holds it. */
export interface Setting {
  readonly name: string;
  readonly flag: FlagName;
  readonly inFile: boolean;
}

/** A value somebody gave, not judged yet. */
export interface Given {
  readonly json: unknown;
  /** What the sentence about it begins with: `--port`, `RTC_CHAT_PORT`, `Key "port" in rtc-chat.json`. */
  readonly source: string;
  /** The folder that a path is relative to. */
  readonly folder: string;
}

/** Everything from one place (flags, environment or file) by the name of its setting. */
export type Layer = ReadonlyMap<string, Given>;

/** Every setting by its name, in the order of `--help`. */
export const SETTINGS: ReadonlyMap<string, Setting> = new Map(
  FLAG_NAMES.flatMap((flag): Setting[] => {
    const inFile = { name: fileNameOf(flag), flag, inFile: true };
    const itself = { name: flag, flag, inFile: false };
    return flagOf(flag).hide ? [itself, inFile] : [itself];
  }).map((setting) => [setting.name, setting]),
);

export const SETTING_NAMES = [...SETTINGS.keys()];

export function fileNameOf(flag: FlagName): string {
  return `${flag}-file`;
}

/** `--grace-ms` is also `RTC_CHAT_GRACE_MS`. */
export function variableOf(name: string): string {
  return `RTC_CHAT_${name.toUpperCase().replaceAll('-', '_')}`;
}

/** What a text means for this setting, in JSON. */
export function jsonFrom(setting: Setting, text: string): unknown {
  return setting.inFile ? text : flagOf(setting.flag).kind.fromText(text);
}

/** What a value of this setting must be, to end the sentence "… must be". */
export function mustOf(setting: Setting): string {
  return setting.inFile ? 'the path of a file' : flagOf(setting.flag).kind.must;
}

/** Whether the flag stands alone, without a value. */
export function standsAlone(setting: Setting): boolean {
  return !setting.inFile && flagOf(setting.flag).kind.placeholder === '';
}
