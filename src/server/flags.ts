import * as v from 'valibot';

import { iceAnswer } from '../protocol/broadcaster-messages.ts';
import { MAX_CAPACITY, MIN_CAPACITY } from '../protocol/limits.ts';
import type { Rate } from './options.ts';
import { hostName, originText } from './options.ts';

/** One setting of the command: a flag, an environment variable, and what both accept. */
export interface Flag<
  S extends v.GenericSchema<string, unknown> = v.GenericSchema<string, unknown>,
> {
  /** How the value is called in `--help`. */
  readonly value: string;
  readonly help: string;
  /** What holds without it, in words. */
  readonly standard: string;
  /** What a value must be, to end the sentence "… must be". */
  readonly must: string;
  readonly schema: S;
}

const MAX_TIMER_MS = 2 ** 31 - 1;

const whole = (least: number, most: number) =>
  v.pipe(
    v.string(),
    v.regex(/^\d{1,15}$/),
    v.transform(Number),
    v.minValue(least),
    v.maxValue(most),
  );
const list = <S extends v.GenericSchema<string, unknown>>(item: S) =>
  v.pipe(
    v.string(),
    v.transform((text) => text.split(',').map((part) => part.trim())),
    v.array(item),
  );

const UNITS_MS = { ms: 1, s: 1_000, m: 60_000 };
const rate = v.pipe(
  v.string(),
  v.regex(/^[1-9]\d{0,8}\/[1-9]\d{0,5}(?:ms|s|m)$/),
  v.transform((text): Rate => {
    const [, max = '', amount = '', unit = 's'] = /^(\d+)\/(\d+)(ms|s|m)$/.exec(text) ?? [];
    return { max: Number(max), perMs: Number(amount) * UNITS_MS[unit as keyof typeof UNITS_MS] };
  }),
  v.check(({ perMs }) => perMs <= MAX_TIMER_MS),
);
const iceServers = v.pipe(v.string(), v.parseJson(), iceAnswer.entries.iceServers);

function flag<S extends v.GenericSchema<string, unknown>>(
  schema: S,
  value: string,
  must: string,
  help: string,
  standard: string,
): Flag<S> {
  return { schema, value, must, help, standard };
}

const rateFlag = (help: string, standard: string) =>
  flag(rate, 'N/TIME', 'a number and a time, such as 400/10s', help, standard);
const wholeFlag = (least: number, most: number, value: string, help: string, standard: string) =>
  flag(whole(least, most), value, `a whole number from ${least} to ${most}`, help, standard);

/** Every flag of the command, in the order of `--help`. Several values are separated by commas, or the flag is repeated. */
export const FLAGS = {
  port: wholeFlag(0, 65_535, 'PORT', 'port to listen on; 0 takes any free one', '8080'),
  host: flag(
    v.pipe(v.string(), v.regex(/^\S+$/)),
    'ADDRESS',
    'an address or a host name',
    'address to listen on',
    'all',
  ),
  origin: flag(
    list(originText),
    'ORIGIN',
    'an origin such as https://example.com, or several with commas',
    'origins of the pages that may connect; name your own too if its demo page is to work',
    'any',
  ),
  'public-host': flag(
    list(hostName),
    'HOST',
    'a host such as chat.example or chat.example:8443, or several with commas',
    'hosts under which it is dialled, if a proxy changes the Host header',
    'none',
  ),
  'ice-servers': flag(
    iceServers,
    'JSON',
    `a JSON list of ICE servers such as [{"urls":"stun:stun.example"}]`,
    'STUN and TURN servers handed to every peer',
    'none',
  ),
  capacity: wholeFlag(MIN_CAPACITY, MAX_CAPACITY, 'N', 'places in a room at the most', '16'),
  'grace-ms': wholeFlag(
    0,
    MAX_TIMER_MS,
    'MS',
    'how long the seat of a vanished peer is kept',
    '10000',
  ),
  'join-timeout-ms': wholeFlag(
    1,
    MAX_TIMER_MS,
    'MS',
    'how long a connection may stay without a room',
    '60000',
  ),
  'max-sockets': wholeFlag(1, 10_000_000, 'N', 'connections at once', '10000'),
  'max-sockets-per-address': wholeFlag(
    1,
    10_000_000,
    'N',
    'connections at once from one address',
    '500',
  ),
  'connections-per-address': rateFlag('new connections from one address', '400/10s'),
  'joins-per-socket': rateFlag('joins and renames of one connection', '20/10s'),
  'joins-per-address': rateFlag('joins from one address', '400/10s'),
  'signals-per-socket': rateFlag(
    'signals of one connection, each 4 KiB counting as one',
    '1000/5s',
  ),
  'signals-per-address': rateFlag('signals from one address', '20000/5s'),
  'log-level': flag(
    v.picklist(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    'LEVEL',
    'trace, debug, info, warn, error, fatal or silent',
    'how much is logged, to the standard error',
    'info',
  ),
} as const satisfies Readonly<Record<string, Flag>>;

export type FlagName = keyof typeof FLAGS;
/** What was set, by flag or by environment; what was not is absent. */
export type FlagValues = { [N in FlagName]?: v.InferOutput<(typeof FLAGS)[N]['schema']> };

export const FLAG_NAMES = Object.keys(FLAGS) as readonly FlagName[];

/** `--grace-ms` is also `RTC_CHAT_GRACE_MS`. */
export function variableOf(name: FlagName): string {
  return `RTC_CHAT_${name.toUpperCase().replaceAll('-', '_')}`;
}

/** Flags that may be repeated. */
export function isList(name: FlagName): boolean {
  return name === 'origin' || name === 'public-host';
}
