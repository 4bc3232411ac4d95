import type { FlagKind } from './flag-kind.ts';
import { resolveOptions } from './options.ts';
import type { BroadcasterOptions } from './options.ts';

/** The headings of `--help`, in their order. */
export const GROUPS = {
  listening: 'Listening',
  entering: 'Who may enter',
  limits: 'Limits',
  relays: 'ICE servers and TURN',
  processes: 'Several processes',
  operating: 'Operating',
} as const;

export type Group = keyof typeof GROUPS;

/** The options of the broadcaster that a value of this type can be handed to. */
type OptionFor<T> = {
  [K in keyof BroadcasterOptions]-?: T extends BroadcasterOptions[K] ? K : never;
}[keyof BroadcasterOptions];

interface Row<T> {
  readonly group: Group;
  /** What it does: a phrase for `--help`, without a full stop. */
  readonly help: string;
  /** The option of `createBroadcaster` that it sets; the option's own default is then the default. */
  readonly option?: OptionFor<T>;
  /** What holds where there is no default, in words; `none` unless said. */
  readonly without?: string;
  /**
   * For what is secret: the value as it may be shown. The command line shows to everybody on the machine, so such a
   * setting can also be read from a file, by `--NAME-file FILE`; and a sentence about a wrong value does not repeat it.
   */
  readonly hide?: (value: T) => unknown;
  /** Another setting without which this one means nothing. */
  readonly needs?: string;
  /** Another setting that contradicts this one. */
  readonly excludes?: string;
}

/** One setting of the command: a flag, an environment variable and a key in the file, all of one name. */
export interface Flag<T = unknown, D extends T | undefined = T | undefined> {
  readonly kind: FlagKind<T>;
  readonly group: Group;
  readonly help: string;
  readonly option: keyof BroadcasterOptions | null;
  readonly standard: D;
  readonly without: string;
  readonly hide: ((value: T) => unknown) | null;
  readonly needs: string | null;
  readonly excludes: string | null;
}

const DEFAULTS: BroadcasterOptions = resolveOptions();

/** For a value that is secret as a whole. */
export function hidden(): string {
  return '********';
}

export function flag<T>(
  kind: FlagKind<T>,
  row: Row<T> & { readonly standard: NoInfer<T> },
): Flag<T, T>;
export function flag<T>(kind: FlagKind<T>, row: Row<T>): Flag<T>;
export function flag<T>(kind: FlagKind<T>, row: Row<T> & { readonly standard?: T }): Flag<T> {
  const { group, help, option = null, hide = null, without = 'none' } = row;
  const { needs = null, excludes = null } = row;
  // The type of `option` says that its value is a T, but not to the compiler.
  const standard = row.standard ?? (option === null ? undefined : (DEFAULTS[option] as T));
  return { kind, group, help, option, standard, without, hide, needs, excludes };
}
