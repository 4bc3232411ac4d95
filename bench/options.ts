import { parseArgs } from 'node:util';
import { type BrowserName, browserNames } from '../test/support/browsers.ts';
import { type AdapterName, adapterNames } from './adapters.ts';

export type Pair = readonly [first: BrowserName, second: BrowserName];

export const metricNames = [
  'join',
  'rtt',
  'bulk',
  'file',
  'keypress',
  'upgrade',
  'company',
  'commits',
  'growth',
  'late',
  'sizes',
  'distance',
  'recovery',
] as const;
export type MetricName = (typeof metricNames)[number];

export interface Options {
  readonly adapters: readonly AdapterName[];
  readonly metrics: readonly MetricName[];
  readonly reps: number;
  /** The first of each pair waits, the second joins. */
  readonly pairs: readonly Pair[];
  readonly json: string;
  readonly quick: boolean;
  readonly help: boolean;
}

export const HELP = `npm run bench -- [options]

  --adapters a,b   ${adapterNames.join(', ')}
  --metrics a,b    ${metricNames.join(', ')}
  --reps N         repetitions, 1 to 100; default 7
  --pair a,b       who waits and who joins: chromium,firefox; may be given several times
                   default: chromium,chromium and firefox,chromium and chromium,firefox and firefox,firefox
  --quick          fewer messages and smaller rooms: whether it works, not how fast it is
  --json FILE      where the samples go; default bench-results.json in the system's temporary directory
`;

export const DEFAULT_PAIRS: readonly Pair[] = [
  ['chromium', 'chromium'],
  ['firefox', 'chromium'],
  ['chromium', 'firefox'],
  ['firefox', 'firefox'],
];

/** @throws Error whose message says which option is wrong. */
export function readOptions(args: readonly string[], defaultJson: string): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      adapters: { type: 'string' },
      metrics: { type: 'string' },
      reps: { type: 'string', default: '7' },
      pair: { type: 'string', multiple: true, default: [] },
      json: { type: 'string', default: defaultJson },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const reps = Number(values.reps);
  if (!Number.isInteger(reps) || reps < 1 || reps > 100)
    throw new Error(`--reps is a whole number from 1 to 100, not "${values.reps}".`);
  const pairs = values.pair.map((text): Pair => {
    const [first, second, ...rest] = chosen('pair', text, browserNames);
    if (!first || !second || rest.length > 0)
      throw new Error(`--pair is two browsers, such as chromium,firefox, not "${text}".`);
    return [first, second];
  });
  return {
    adapters: chosen('adapters', values.adapters, adapterNames),
    metrics: chosen('metrics', values.metrics, metricNames),
    reps,
    pairs: pairs.length > 0 ? pairs : DEFAULT_PAIRS,
    json: values.json,
    quick: values.quick,
    help: values.help,
  };
}

export function chosen<T extends string>(
  option: string,
  text: string | undefined,
  known: readonly T[],
): readonly T[] {
  if (text === undefined) return known;
  return text.split(',').map((word) => {
    const found = known.find((name) => name === word.trim());
    if (!found)
      throw new Error(`--${option}: there is no "${word}". There are: ${known.join(', ')}.`);
    return found;
  });
}
