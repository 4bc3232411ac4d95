import type { Network } from '../../test/support/network/network.ts';
import type { AdapterName } from '../adapters.ts';
import { meet, openPages, part } from '../meeting.ts';
import type { Metric } from './metric.ts';

const CUT_MS = 20_000;
/** Who is not there again by then does not come by itself. */
const NEVER_MS = 30_000;

const only: readonly AdapterName[] = ['bare', 'peerjs', 'rtc-chat-memory', 'rtc-chat-room'];

const later = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** What is cut: what goes from one to the other, or everything, the way to the servers as well. */
export type Cut = 'between them' | 'everything';

/** Nothing passes for 20 s; from then on, until what was written meanwhile stands on the other side. */
export function recoveryMetric(
  network: Network<'a' | 'b' | 's'>,
  roundTripMs: number,
  what: Cut,
): Metric {
  const name = what === 'everything' ? `recovery-all-${roundTripMs}` : `recovery-${roundTripMs}`;
  const cut = (is: boolean): Promise<unknown> =>
    what === 'everything'
      ? Promise.all([
          network.between('a', 'b', { cut: is }),
          network.between('a', 's', { cut: is }),
          network.between('b', 's', { cut: is }),
        ])
      : network.between('a', 'b', { cut: is });
  return {
    name,
    title: `After a cut of 20 s, ${what}, ${roundTripMs} ms round trip (30,000: never)`,
    only,
    maxReps: 3,
    async measure(scene, adapter, findings) {
      const of = { metric: name, unit: 'ms', adapter, pair: scene.pair };
      const { first, second } = scene;
      await openPages(scene, adapter);
      await meet(scene);
      await first.bench.listen();
      await second.bench.say('before');
      await first.bench.heardAt('before', NEVER_MS);
      await cut(true);
      try {
        await later(CUT_MS / 2);
        await second.bench.say('during');
        await later(CUT_MS / 2);
      } finally {
        await cut(false);
      }
      // The machine's clock, which the pages read as well.
      const healedAt = Date.now();
      await second.bench.say('after');
      for (const text of ['during', 'after']) {
        const leftMs = Math.max(0, healedAt + NEVER_MS - Date.now());
        const heardAt = await first.bench.heardAt(text, leftMs);
        const tookMs = Math.max(0, (heardAt ?? Infinity) - healedAt);
        findings.add({ ...of, measure: `written ${text}` }, Math.min(tookMs, NEVER_MS));
      }
      await part(scene);
    },
  };
}
