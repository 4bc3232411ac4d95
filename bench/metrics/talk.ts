import { meet, openPages, part } from '../meeting.ts';
import { quantile } from '../series.ts';
import type { Metric } from './metric.ts';

const BYTES = 100;
const WARM_UP = 20;

/** `near`: on the machine itself; else over a network of so many milliseconds there and back. */
export function joinMetric(roundTripMs: number | null): Metric {
  const name = roundTripMs === null ? 'join' : `join-${roundTripMs}`;
  return {
    name,
    title: `Join until both can use it${roundTripMs === null ? '' : `, ${roundTripMs} ms round trip`}`,
    async measure(scene, adapter, findings) {
      const of = { metric: name, unit: 'ms', adapter, pair: scene.pair };
      await openPages(scene, adapter);
      findings.add({ ...of, measure: 'fresh page' }, await meet(scene));
      await part(scene);
      findings.add({ ...of, measure: 'again in it' }, await meet(scene));
      await part(scene);
    },
  };
}

export function roundTripMetric(roundTripMs: number | null): Metric {
  const name = roundTripMs === null ? 'rtt' : `rtt-${roundTripMs}`;
  const count = roundTripMs === null ? 300 : 25;
  return {
    name,
    title: `Round trip of ${BYTES} bytes${roundTripMs === null ? '' : `, ${roundTripMs} ms round trip`}`,
    async measure(scene, adapter, findings) {
      const of = { metric: name, unit: 'ms', adapter, pair: scene.pair };
      await openPages(scene, adapter);
      await meet(scene);
      await scene.first.bench.echo();
      await scene.second.bench.roundTrips(roundTripMs === null ? WARM_UP : 3, BYTES);
      const samples = await scene.second.bench.roundTrips(count, BYTES);
      findings.add({ ...of, measure: 'p50' }, quantile(samples, 0.5));
      findings.add({ ...of, measure: 'p95' }, quantile(samples, 0.95));
      findings.add({ ...of, measure: 'p99' }, quantile(samples, 0.99));
      await part(scene);
    },
  };
}
