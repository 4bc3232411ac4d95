import { adapterNames } from '../adapters.ts';
import { meet, openPages, part } from '../meeting.ts';
import type { Metric } from './metric.ts';

const BYTES = 100;
const LIMIT_MS = 170_000;
/** The element is asked for so many at the most. */
const DRAWN = 50_000;
const FILE_BYTES = 64 * 1_048_576;

/** Many messages one way, as fast as the adapter's own back-pressure lets. */
export function bulkMetric(count: number): Metric {
  const name = `bulk-${count}`;
  return {
    name,
    title: `${count.toLocaleString('en')} messages of ${BYTES} bytes, one way`,
    maxReps: 3,
    // Nobody reads so many, and drawing them takes minutes.
    ...(count > DRAWN ? { only: adapterNames.filter((each) => each !== 'rtc-chat-element') } : {}),
    async measure(scene, adapter, findings) {
      const of = { metric: name, adapter, pair: scene.pair };
      const { first, second } = scene;
      await openPages(scene, adapter);
      await meet(scene);
      await first.bench.expect(count);
      const before = first.cpuMs() + second.cpuMs();
      const [flow, from] = await first.patiently(LIMIT_MS, () =>
        second.patiently(LIMIT_MS, () =>
          Promise.all([first.bench.received(), second.bench.flood(count, BYTES)]),
        ),
      );
      const cpuMs = first.cpuMs() + second.cpuMs() - before;
      const { arrived, inOrder, lastAtMs } = flow;
      findings.add(
        { ...of, measure: 'rate', unit: 'messages/s' },
        (arrived / (lastAtMs - from)) * 1_000,
      );
      findings.add({ ...of, measure: 'CPU', unit: 'µs/message' }, (cpuMs / arrived) * 1_000);
      findings.add({ ...of, measure: 'arrived', unit: '%' }, (arrived / count) * 100);
      findings.add({ ...of, measure: 'in order', unit: '1 = yes' }, inOrder ? 1 : 0);
      await part(scene);
    },
  };
}

export const fileMetric: Metric = {
  name: 'file',
  title: '64 MiB as a file',
  maxReps: 3,
  async measure(scene, adapter, findings) {
    const of = { metric: 'file', adapter, pair: scene.pair };
    const { first, second } = scene;
    await openPages(scene, adapter);
    await meet(scene);
    if (await second.bench.hasFiles()) {
      await first.bench.expectFile(FILE_BYTES);
      const [to, from] = await first.patiently(LIMIT_MS, () =>
        second.patiently(LIMIT_MS, () =>
          Promise.all([first.bench.receivedFile(), second.bench.sendFile(FILE_BYTES)]),
        ),
      );
      const seconds = (to - (from ?? NaN)) / 1_000;
      findings.add({ ...of, measure: 'rate', unit: 'MB/s' }, FILE_BYTES / 1e6 / seconds);
    }
    await part(scene);
  },
};
