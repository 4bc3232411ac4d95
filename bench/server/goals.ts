import type { Verdict } from '../goals.ts';
import { type Findings, median } from '../series.ts';
import { type AdapterName, BASE } from './adapters.ts';

/** What the broadcaster is to reach: a bound, or a factor on what bare Socket.IO takes in the same run. */
export function verdictsOf({ series }: Findings): readonly Verdict[] {
  const of = (metric: string, measure: string, adapter: AdapterName): number =>
    median(
      series.find(
        (each) => each.metric === metric && each.measure === measure && each.adapter === adapter,
      )?.samples ?? [],
    );
  const ours: AdapterName = 'rtc-chat';
  const beside = (metric: string, measure: string, factor: number, unit: string): Verdict[] => {
    const measured = of(metric, measure, ours);
    const bound = factor * of(metric, measure, BASE);
    if (Number.isNaN(measured) || Number.isNaN(bound)) return [];
    const goal = `${metric}, ${measure}: ${unit}, at most ${factor} × bare Socket.IO's`;
    return [{ goal, pair: '', measured, bound, reached: measured <= bound }];
  };
  const within = (
    metric: string,
    measure: string,
    bound: number,
    unit: string,
    adapter: AdapterName = ours,
  ): Verdict[] => {
    const measured = of(metric, measure, adapter);
    if (Number.isNaN(measured)) return [];
    const goal = `${adapter}, ${metric}, ${measure}: at most ${bound} ${unit}`;
    return [{ goal, pair: '', measured, bound, reached: measured <= bound }];
  };
  return [
    ...beside('relay', 'CPU a signal', 1.3, 'µs'),
    ...beside('saturated', 'CPU a signal', 1.3, 'µs'),
    ...beside('memory', 'each', 1.15, 'kB'),
    ...beside('relay', 'relay p50', 1.5, 'ms'),
    ...beside('relay', 'relay p99', 1.5, 'ms'),
    ...within('joins', 'join p99', 100, 'ms'),
    ...within('relay', 'relay p50', 4, 'ms', 'rtc-chat-redis'),
  ];
}
