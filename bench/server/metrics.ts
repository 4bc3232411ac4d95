import { quantile } from '../series.ts';
import type { AdapterName } from './adapters.ts';
import type { Asked } from './asked.ts';
import type { Arrivals, Orders } from './load-process.ts';
import type { MetricName } from './options.ts';
import type { ServerReady, Usage } from './server-process.ts';

/** A fresh server and a fresh load, each a process. */
export class Scene {
  readonly adapter: AdapterName;
  readonly quick: boolean;
  readonly #servers: readonly Asked<ServerReady>[];
  readonly #load: Asked<unknown>;

  constructor(
    adapter: AdapterName,
    quick: boolean,
    servers: readonly Asked<ServerReady>[],
    load: Asked<unknown>,
  ) {
    this.adapter = adapter;
    this.quick = quick;
    this.#servers = servers;
    this.#load = load;
  }

  /** Of all its processes. `collected`: after their garbage has been. */
  async usage(collected = false): Promise<Usage> {
    const each = (await Promise.all(
      this.#servers.map((server) => server.ask({ collected })),
    )) as readonly Usage[];
    const sum = (read: (usage: Usage) => number): number =>
      each.reduce((total, usage) => total + read(usage), 0);
    return { cpuUs: sum(({ cpuUs }) => cpuUs), anonymousBytes: sum((it) => it.anonymousBytes) };
  }

  async connect(clients: number): Promise<void> {
    await this.#order('connect', this.adapter, this.#ports, clients);
  }

  async arrive(perSecond: number, seconds: number): Promise<Arrivals> {
    return this.#order('arrive', this.adapter, this.#ports, perSecond, seconds);
  }

  pace(perSecond: number, seconds: number): Promise<readonly number[]> {
    return this.#order('pace', perSecond, seconds);
  }

  saturate(underWay: number, seconds: number): Promise<number> {
    return this.#order('saturate', underWay, seconds);
  }

  async prepare(count: number): Promise<void> {
    await this.#order('prepare', count);
  }

  async closeAll(): Promise<void> {
    await this.#order('closeAll');
  }

  get #ports(): readonly number[] {
    return this.#servers.map(({ ready }) => ready.port);
  }

  async #order<M extends keyof Orders>(
    method: M,
    ...args: Parameters<Orders[M]>
  ): Promise<Awaited<ReturnType<Orders[M]>>> {
    return (await this.#load.ask({ method, args })) as Awaited<ReturnType<Orders[M]>>;
  }
}

export interface Metric {
  readonly title: string;
  /** Adapters that it makes sense for; all without. */
  readonly only?: readonly AdapterName[];
  measure(
    scene: Scene,
    add: (measure: string, unit: string, sample: number) => void,
  ): Promise<void>;
}

const CLIENTS = 100;
const PER_SECOND = 2_000;
const IDLE_CLIENTS = 5_000;
const JOINS_PER_SECOND = 500;

const relay: Metric = {
  title: `${PER_SECOND.toLocaleString('en')} signals of 2 KB a second between ${CLIENTS} clients`,
  async measure(scene, add) {
    await scene.connect(CLIENTS);
    await scene.pace(PER_SECOND, scene.quick ? 1 : 3);
    const before = await scene.usage();
    const tookMs = await scene.pace(PER_SECOND, scene.quick ? 1 : 5);
    const { cpuUs } = await scene.usage();
    add('CPU a signal', 'µs', (cpuUs - before.cpuUs) / tookMs.length);
    add('relay p50', 'ms', quantile(tookMs, 0.5));
    add('relay p99', 'ms', quantile(tookMs, 0.99));
  },
};

const saturated: Metric = {
  title: `As many signals of 2 KB as it relays, ${CLIENTS} clients, 8 under way for each two`,
  async measure(scene, add) {
    const seconds = scene.quick ? 1 : 4;
    await scene.connect(CLIENTS);
    await scene.saturate(8, scene.quick ? 1 : 2);
    const before = await scene.usage();
    const startMs = performance.now();
    const count = await scene.saturate(8, seconds);
    const { cpuUs } = await scene.usage();
    add('signals', '1/s', (count * 1_000) / (performance.now() - startMs));
    add('CPU a signal', 'µs', (cpuUs - before.cpuUs) / count);
  },
};

const memory: Metric = {
  title: `Memory of ${IDLE_CLIENTS.toLocaleString('en')} idle clients, in rooms of two`,
  async measure(scene, add) {
    const clients = scene.quick ? IDLE_CLIENTS / 10 : IDLE_CLIENTS;
    // What comes only with the first clients is no client's.
    await scene.connect(CLIENTS);
    const before = await scene.usage(true);
    await scene.connect(clients);
    const after = await scene.usage(true);
    add('each', 'kB', (after.anonymousBytes - before.anonymousBytes) / clients / 1_024);
  },
};

const joins: Metric = {
  title: `${JOINS_PER_SECOND} a second dial and join; of bare Socket.IO: dial`,
  only: ['socket.io', 'rtc-chat', 'rtc-chat-redis'],
  async measure(scene, add) {
    const seconds = scene.quick ? 1 : 8;
    await scene.prepare(JOINS_PER_SECOND * seconds);
    await scene.connect(CLIENTS);
    await scene.closeAll();
    const before = await scene.usage();
    const { joinMs, wholeMs } = await scene.arrive(JOINS_PER_SECOND, seconds);
    const { cpuUs } = await scene.usage();
    if (scene.adapter !== 'socket.io') {
      add('join p50', 'ms', quantile(joinMs, 0.5));
      add('join p99', 'ms', quantile(joinMs, 0.99));
    }
    add('from dialling on, p50', 'ms', quantile(wholeMs, 0.5));
    add('from dialling on, p99', 'ms', quantile(wholeMs, 0.99));
    add('CPU each', 'µs', (cpuUs - before.cpuUs) / wholeMs.length);
  },
};

const GROWING_CLIENTS = [1_000, 5_000] as const;

const growth: Metric = {
  title: `${PER_SECOND.toLocaleString('en')} signals of 2 KB a second, and a join, beside so many clients`,
  only: ['rtc-chat', 'rtc-chat-redis'],
  async measure(scene, add) {
    let there = 0;
    for (const wanted of GROWING_CLIENTS) {
      const clients = scene.quick ? wanted / 5 : wanted;
      await scene.connect(CLIENTS);
      const empty = await scene.usage();
      await scene.connect(clients - there - CLIENTS);
      const full = await scene.usage();
      const came = clients - there - CLIENTS;
      there = clients;
      await scene.pace(PER_SECOND, scene.quick ? 1 : 2);
      const before = await scene.usage();
      const tookMs = await scene.pace(PER_SECOND, scene.quick ? 1 : 5);
      const { cpuUs } = await scene.usage();
      const beside = `${wanted.toLocaleString('en')} clients`;
      add(`${beside}: relay p50`, 'ms', quantile(tookMs, 0.5));
      add(`${beside}: CPU a signal`, 'µs', (cpuUs - before.cpuUs) / tookMs.length);
      add(`${beside}: CPU a join, dialling included`, 'µs', (full.cpuUs - empty.cpuUs) / came);
    }
  },
};

export const metrics: Readonly<Record<MetricName, Metric>> = {
  relay,
  saturated,
  memory,
  joins,
  growth,
};
