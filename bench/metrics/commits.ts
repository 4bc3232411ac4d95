import { openPages, settle } from '../meeting.ts';
import { quantile } from '../series.ts';
import type { Metric } from './metric.ts';

const COMMITS = 500;

/** What the browser's own store gives, one record after the other, each committed strictly: the bare baseline of durable. */
export const commitMetric: Metric = {
  name: 'commits',
  title: 'IndexedDB alone: one record a transaction, strict',
  only: ['bare'],
  maxReps: 5,
  async measure(scene, adapter, findings) {
    const of = { metric: 'commits', adapter, pair: scene.pair };
    await openPages(scene, adapter);
    await settle();
    const samples = await scene.second.bench.commits(COMMITS);
    const totalMs = samples.reduce((sum, ms) => sum + ms, 0);
    findings.add({ ...of, measure: 'rate', unit: 'records/s' }, (COMMITS / totalMs) * 1_000);
    findings.add({ ...of, measure: 'p50', unit: 'ms' }, quantile(samples, 0.5));
  },
};
