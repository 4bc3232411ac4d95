import type { AdapterName } from '../adapters.ts';
import { meet, openPages, part, settle } from '../meeting.ts';
import { quantile } from '../series.ts';
import type { Metric } from './metric.ts';

const BYTES = 100;
const ROUND_TRIPS = 300;
/** A picture that is not whole by then does not become so, and that is said. */
const FULL_WITHIN_MS = 10_000;
const THIN_WATCH_MS = 10_000;
/** Round trips during a call begin when the path has settled. */
const SETTLED_MS = 2_000;

const only: readonly AdapterName[] = [
  'bare',
  'peerjs',
  'simple-peer',
  'rtc-chat-memory',
  'rtc-chat-room',
];

const later = (ms: number): Promise<null> =>
  new Promise((resolve) => {
    setTimeout(() => resolve(null), ms);
  });

/** A click on "Start video call" in an open conversation, answered at once, until it is seen; and the chat beside it. */
export const upgradeMetric: Metric = {
  name: 'upgrade',
  title: 'From an open conversation to a video call, 720p both ways',
  only,
  async measure(scene, adapter, findings) {
    const of = { metric: 'upgrade', unit: 'ms', adapter, pair: scene.pair };
    const { first, second } = scene;
    await openPages(scene, adapter);
    await meet(scene);
    await first.bench.echo();
    const before = await second.bench.roundTrips(ROUND_TRIPS, BYTES);
    // The call part of rtc-chat is fetched when the page is idle; who calls in the first second waits for it.
    await settle();
    const seen = first.bench.picture(false);
    const own = second.bench.picture(false);
    const full = first.bench.picture(true);
    const clickAt = await second.bench.call();
    const { firstAtMs, firstWidth } = await seen;
    findings.add({ ...of, measure: 'first frame there' }, firstAtMs - clickAt);
    findings.add({ ...of, measure: 'its width', unit: 'px' }, firstWidth);
    findings.add({ ...of, measure: 'first frame here' }, (await own).firstAtMs - clickAt);
    const whole = await Promise.race([full, later(FULL_WITHIN_MS)]);
    // Whoever has not waited for it would never hear of it.
    full.catch(() => undefined);
    findings.add(
      { ...of, measure: 'full size there' },
      (whole?.fullAtMs ?? clickAt + FULL_WITHIN_MS) - clickAt,
    );
    await later(SETTLED_MS);
    const during = await second.bench.roundTrips(ROUND_TRIPS, BYTES);
    for (const [name, samples] of [
      ['without', before],
      ['with', during],
    ] as const)
      for (const [quantity, share] of [
        ['p50', 0.5],
        ['p95', 0.95],
      ] as const)
        findings.add(
          { ...of, measure: `chat ${quantity} ${name} a call` },
          quantile(samples, share),
        );
    await part(scene);
  },
};

/** The same where the path carries little: how long the picture stands still. */
export const thinUpgradeMetric: Metric = {
  name: 'upgrade-thin',
  title: 'A video call on 1 Mbit/s and 60 ms round trip, ten seconds from its first frame on',
  only,
  maxReps: 5,
  async measure(scene, adapter, findings) {
    const of = { metric: 'upgrade-thin', unit: 'ms', adapter, pair: scene.pair };
    const { first, second } = scene;
    await openPages(scene, adapter);
    await meet(scene);
    await settle();
    const seen = first.bench.picture(false);
    const clickAt = await second.bench.call();
    findings.add({ ...of, measure: 'first frame there' }, (await seen).firstAtMs - clickAt);
    const { stallMs, frames } = await first.bench.watchPicture(THIN_WATCH_MS);
    findings.add({ ...of, measure: 'longest stall' }, stallMs);
    findings.add({ ...of, measure: 'frames', unit: '/s' }, frames / (THIN_WATCH_MS / 1_000));
    await part(scene);
  },
};
