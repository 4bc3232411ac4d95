import { parseArgs } from 'node:util';
import { chosen } from '../options.ts';
import { type AdapterName, adapterNames } from './adapters.ts';

export const metricNames = ['relay', 'saturated', 'memory', 'joins', 'growth'] as const;
export type MetricName = (typeof metricNames)[number];

export interface Options {
  readonly adapters: readonly AdapterName[];
  readonly metrics: readonly MetricName[];
  readonly reps: number;
  readonly json: string;
  readonly quick: boolean;
  readonly help: boolean;
}

export const HELP = `npm run bench:server -- [options]

  --adapters a,b   ${adapterNames.join(', ')}
  --metrics a,b    ${metricNames.join(', ')}
  --reps N         repetitions, 1 to 100; default 7
  --quick          shorter and fewer: whether it works, not how fast it is
  --json FILE      where the samples go; default bench-server-results.json in the system's temporary directory
`;

/** @throws Error whose message says which option is wrong. */
export function readOptions(args: readonly string[], defaultJson: string): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      adapters: { type: 'string' },
      metrics: { type: 'string' },
      reps: { type: 'string', default: '7' },
      json: { type: 'string', default: defaultJson },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const reps = Number(values.reps);
  if (!Number.isInteger(reps) || reps < 1 || reps > 100)
    throw new Error(`--reps is a whole number from 1 to 100, not "${values.reps}".`);
  return {
    adapters: chosen('adapters', values.adapters, adapterNames),
    metrics: chosen('metrics', values.metrics, metricNames),
    reps,
    json: values.json,
    quick: values.quick,
    help: values.help,
  };
}
