import { writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { RedisServer } from '../../test/support/redis.ts';
import { Findings } from '../series.ts';
import { tablesOf, verdictTable } from '../table.ts';
import { type AdapterName, BASE, processesOf } from './adapters.ts';
import { Asked } from './asked.ts';
import { verdictsOf } from './goals.ts';
import { metrics, Scene } from './metrics.ts';
import { HELP, type MetricName, type Options, readOptions } from './options.ts';
import type { ServerReady } from './server-process.ts';

const log = (text: string): void => console.error(text);

async function measure(
  metric: MetricName,
  adapter: AdapterName,
  quick: boolean,
  findings: Findings,
): Promise<void> {
  const undo: (() => Promise<void>)[] = [];
  try {
    const redis: string[] = [];
    if (processesOf(adapter) > 1) {
      const server = await RedisServer.start();
      undo.unshift(() => server.end());
      redis.push(server.freshUrl());
    }
    const servers: Asked<ServerReady>[] = [];
    while (servers.length < processesOf(adapter)) {
      const server = await Asked.start<ServerReady>('server-process.ts', adapter, ...redis);
      undo.unshift(() => server.stop());
      servers.push(server);
    }
    const load = await Asked.start('load-process.ts');
    undo.unshift(() => load.stop());
    const scene = new Scene(adapter, quick, servers, load);
    const of = { metric, adapter, pair: '' };
    await metrics[metric].measure(scene, (measure, unit, sample) =>
      findings.add({ ...of, measure, unit }, sample),
    );
  } finally {
    for (const step of undo) await step();
  }
}

/** A B C, B C A, C A B, …: what the machine does meanwhile falls on everyone. */
async function run({ adapters, metrics: wanted, reps, quick }: Options, findings: Findings) {
  for (const metric of wanted) {
    const { only } = metrics[metric];
    const those = adapters.filter((adapter) => !only || only.includes(adapter));
    for (let rep = 0; rep < reps; rep++) {
      log(`${metric} ${rep + 1}, load ${loadavg()[0]?.toFixed(1)}`);
      const from = rep % Math.max(1, those.length);
      for (const adapter of [...those.slice(from), ...those.slice(0, from)]) {
        try {
          await measure(metric, adapter, quick, findings);
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          log(`  ${adapter}: ${message}`);
          findings.failures.push({ metric, adapter, pair: '', message });
        }
      }
    }
  }
}

const options = readOptions(process.argv.slice(2), join(tmpdir(), 'bench-server-results.json'));
if (options.help) {
  console.log(HELP);
} else {
  const findings = new Findings();
  const startedAt = new Date().toISOString();
  const loadBefore = loadavg();
  await run(options, findings);
  const machine = {
    cpu: cpus()[0]?.model ?? '',
    cores: cpus().length,
    memoryBytes: totalmem(),
    node: process.version,
    loadBefore,
    loadAfter: loadavg(),
  };
  const { series, failures } = findings;
  const verdicts = verdictsOf(findings);
  const result = { startedAt, machine, options, series, failures, verdicts };
  await writeFile(options.json, `${JSON.stringify(result, null, 2)}\n`);
  const titles = new Map(Object.entries(metrics).map(([name, { title }]) => [name, title]));
  console.log(tablesOf(findings, titles, BASE));
  console.log(verdictTable(verdicts));
  log(`The samples are in ${options.json}.`);
}
