import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { Network } from '../test/support/network/network.ts';
import type { AdapterName } from './adapters.ts';
import type { Servers } from './adapters/adapter.ts';
import type { Scene } from './meeting.ts';
import { verdictsOf } from './goals.ts';
import { companyInCall } from './metrics/company.ts';
import { bulkMetric, fileMetric } from './metrics/bulk.ts';
import { commitMetric } from './metrics/commits.ts';
import { growLog, growPeople } from './metrics/growth.ts';
import { keypressMetric } from './metrics/keypress.ts';
import { comeLate } from './metrics/late.ts';
import type { Metric } from './metrics/metric.ts';
import { type Cut, recoveryMetric } from './metrics/recovery.ts';
import { measureSizes } from './metrics/sizes.ts';
import { joinMetric, roundTripMetric } from './metrics/talk.ts';
import { thinUpgradeMetric, upgradeMetric } from './metrics/upgrade.ts';
import { HELP, type MetricName, type Options, type Pair, readOptions } from './options.ts';
import { buildPages } from './pages.ts';
import { Child } from './run/child.ts';
import { Person } from './run/person.ts';
import { Findings } from './series.ts';
import { tablesOf, verdictTable } from './table.ts';

/** Round trips, as between two towns and as between two continents. */
const DISTANCES_MS = [40, 150] as const;
const DISTANCE_REPS = 5;
const CUTS: readonly Cut[] = ['between them', 'everything'];
/** A path that is thin for a picture: 1 Mbit/s each way, in bytes. */
const THIN = { rate: 125_000, delay_ms: 30 } as const;
const SERVERS_LIMIT_MS = 30_000;

const titles = new Map<string, string>([
  ['people', 'Growth: people in a room'],
  ['log', 'Growth: entries in the log'],
  ['late', 'Somebody comes late, to 10,000 messages'],
  ['company', 'Four people in a call, 720p cameras, one of them sharing a screen'],
  ['sizes', 'Sizes, minified, gzip -9'],
]);

/** Browsers that took part. */
const browsers = new Set<string>();

const log = (text: string): void => console.error(text);

function metricsOf(wanted: readonly MetricName[], quick: boolean): readonly Metric[] {
  const known: Partial<Record<MetricName, readonly Metric[]>> = {
    join: [joinMetric(null)],
    rtt: [roundTripMetric(null)],
    bulk: quick ? [bulkMetric(5_000)] : [bulkMetric(50_000), bulkMetric(300_000)],
    file: [fileMetric],
    keypress: [keypressMetric],
    upgrade: [upgradeMetric],
    commits: [commitMetric],
  };
  return wanted.flatMap((name) => known[name] ?? []);
}

/** Starts the people and the servers, each where `inside` says, lets `work` do, and ends them. */
async function withScene(
  pages: string,
  pair: Pair,
  network: Network<'a' | 'b' | 's'> | null,
  work: (scene: Scene) => Promise<void>,
): Promise<void> {
  const inside = (name: 'a' | 'b' | 's') => network?.inside(name) ?? [];
  const undo: (() => Promise<void>)[] = [];
  try {
    const host = network?.addressOf('s') ?? '127.0.0.1';
    const servers = await Child.start<Servers>(
      new URL('run/servers-process.ts', import.meta.url),
      [host],
      { inside: inside('s'), timeLimitMs: SERVERS_LIMIT_MS },
    );
    undo.push(() => servers.stop());
    const first = await Person.start(pair[0], pages, inside('a'));
    undo.push(() => first.stop());
    const second = await Person.start(pair[1], pages, inside('b'));
    undo.push(() => second.stop());
    for (const { version } of [first, second]) browsers.add(version);
    await work({ first, second, servers: servers.ready, pair: pair.join('→') });
  } finally {
    await Promise.all(undo.map((step) => step()));
  }
}

/** Two people of each browser of the pair, in a call of four. */
async function meetInCompany(
  pages: string,
  pair: Pair,
  reps: number,
  findings: Findings,
): Promise<void> {
  log('company');
  await withScene(pages, pair, null, async ({ first, second, servers, pair: name }) => {
    const more: Person[] = [];
    try {
      for (const browser of pair) more.push(await Person.start(browser, pages));
      for (let rep = 0; rep < Math.min(reps, 3); rep++)
        await companyInCall([first, second, ...more], servers, name, findings);
    } finally {
      await Promise.all(more.map((person) => person.stop()));
    }
  });
}

/** A B C, B C A, C A B, …: what the machine does meanwhile falls on everyone. */
async function interleave(
  scene: Scene,
  metric: Metric,
  { adapters, reps }: Pick<Options, 'adapters' | 'reps'>,
  findings: Findings,
): Promise<void> {
  titles.set(metric.name, metric.title);
  const those = adapters.filter((name) => !metric.only || metric.only.includes(name));
  const broken = new Set<AdapterName>();
  for (let rep = 0; rep < Math.min(reps, metric.maxReps ?? reps); rep++) {
    log(`${scene.pair} ${metric.name} ${rep + 1}`);
    const from = rep % Math.max(1, those.length);
    for (const adapter of [...those.slice(from), ...those.slice(0, from)]) {
      if (broken.has(adapter)) continue;
      try {
        await metric.measure(scene, adapter, findings);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        log(`  ${adapter}: ${message}`);
        findings.failures.push({ metric: metric.name, adapter, pair: scene.pair, message });
        // Once may be bad luck; who fails again is left out, so that a run stays bounded.
        const times = findings.failures.filter(
          (failure) => failure.metric === metric.name && failure.adapter === adapter,
        ).length;
        if (times > 1) broken.add(adapter);
      }
    }
  }
}

/** The browsers' own caches are warm before something counts. */
async function warmUp(scene: Scene, adapters: readonly AdapterName[]): Promise<void> {
  await interleave(scene, joinMetric(null), { adapters, reps: 1 }, new Findings());
}

async function run(options: Options, pages: string, findings: Findings): Promise<void> {
  const { adapters, metrics, reps, pairs, quick } = options;
  const has = (name: MetricName): boolean => metrics.includes(name);
  if (has('sizes')) await measureSizes(findings);
  await buildPages(adapters, pages);
  const near = metricsOf(metrics, quick);
  for (const [index, pair] of pairs.entries()) {
    if (near.length === 0 && !has('growth') && !has('company') && !has('late')) break;
    if (has('company') && index === 0) await meetInCompany(pages, pair, reps, findings);
    await withScene(pages, pair, null, async (scene) => {
      if (near.length > 0) await warmUp(scene, adapters);
      for (const metric of near) await interleave(scene, metric, options, findings);
      // One pair tells how things grow.
      if (index > 0) return;
      if (has('late')) {
        log('late');
        await comeLate(scene, quick ? 500 : 10_000, Math.min(reps, 5), findings);
      }
      if (!has('growth')) return;
      log('growth');
      const times = Math.min(reps, 3);
      for (let rep = 0; rep < times; rep++)
        await growPeople(scene, quick ? [2, 4] : [2, 4, 8, 16], findings);
      await growLog(scene, quick ? [100, 1_000] : [100, 1_000, 10_000, 100_000], reps, findings);
    });
  }
  for (const pair of pairs) {
    if (!has('distance') && !has('upgrade') && !has('recovery')) break;
    const network = await Network.start(['a', 'b', 's']);
    try {
      for (const roundTripMs of has('distance') ? DISTANCES_MS : []) {
        await network.everywhere({ delay_ms: roundTripMs / 2 });
        await withScene(pages, pair, network, async (scene) => {
          const few = { adapters, reps: Math.min(reps, DISTANCE_REPS) };
          await warmUp(scene, adapters);
          await interleave(scene, joinMetric(roundTripMs), few, findings);
          await interleave(scene, roundTripMetric(roundTripMs), few, findings);
        });
      }
      for (const roundTripMs of has('recovery') ? DISTANCES_MS : []) {
        await network.everywhere({ delay_ms: roundTripMs / 2 });
        await withScene(pages, pair, network, async (scene) => {
          for (const what of CUTS)
            await interleave(scene, recoveryMetric(network, roundTripMs, what), options, findings);
        });
      }
      if (!has('upgrade')) continue;
      await network.everywhere({ delay_ms: 0 });
      // Where the servers are is no part of it.
      await network.between('a', 'b', THIN);
      await withScene(pages, pair, network, (scene) =>
        interleave(scene, thinUpgradeMetric, options, findings),
      );
    } finally {
      await network.close();
    }
  }
}

const options = readOptions(process.argv.slice(2), join(tmpdir(), 'bench-results.json'));
if (options.help) {
  console.log(HELP);
} else {
  const pages = await mkdtemp(join(tmpdir(), 'rtc-chat-bench-'));
  const findings = new Findings();
  const startedAt = new Date().toISOString();
  const loadBefore = loadavg();
  try {
    await run(options, pages, findings);
  } finally {
    await rm(pages, { recursive: true, force: true });
    const machine = {
      cpu: cpus()[0]?.model ?? '',
      cores: cpus().length,
      memoryBytes: totalmem(),
      node: process.version,
      browsers: [...browsers],
      loadBefore,
      loadAfter: loadavg(),
    };
    const { series, failures } = findings;
    const verdicts = verdictsOf(findings);
    const result = { startedAt, machine, options, series, failures, verdicts };
    await writeFile(options.json, `${JSON.stringify(result, null, 2)}\n`);
    console.log(tablesOf(findings, titles));
    console.log(verdictTable(verdicts));
    log(`The samples are in ${options.json}.`);
  }
}
