import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

import type { BroadcasterObserver, Census } from './observer.ts';

export interface MetricsOptions {
  /** Where they are registered. Default: a registry of their own, with Node's process metrics in it. */
  readonly registry?: Registry | undefined;
}

/** The numbers of one broadcaster, for Prometheus. Give it to `createBroadcaster` among its `observers`. */
export interface BroadcasterMetrics {
  readonly observer: BroadcasterObserver;
  /** Of `text()`, for the header. */
  readonly contentType: string;
  /** All metrics of the registry in Prometheus' text format. */
  readonly text: () => Promise<string>;
}

/** Seconds. A relay takes about 0.1 ms in one process and about 1 ms over Redis; from 100 ms on people notice. */
const RELAY_BUCKETS = [
  0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1,
];
/** Seconds. A join checks a signature, and a token where there are any: a key server may be asked for its keys. */
const JOIN_BUCKETS = [0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

const NOBODY: Census = { connections: 0, rooms: 0, peers: 0 };

/**
 * Counts what happens. Every label has a handful of values that are fixed in the code, so that no stranger can make the
 * numbers grow. A signal costs two increments.
 */
export function createMetrics(options: MetricsOptions = {}): BroadcasterMetrics {
  const registry = options.registry ?? processRegistry();
  const registers = [registry];
  let census = (): Census => NOBODY;

  const gauge = (name: string, help: string, read: (census: Census) => number) =>
    new Gauge({
      name: `rtc_chat_${name}`,
      help,
      registers,
      collect() {
        this.set(read(census()));
      },
    });
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Counter({ name: `rtc_chat_${name}_total`, help, labelNames, registers });
  gauge('connections', 'Connections that are open.', ({ connections }) => connections);
  gauge('rooms', 'Rooms with somebody connected to this process.', ({ rooms }) => rooms);
  gauge('peers', 'Peers in a room, connected to this process.', ({ peers }) => peers);
  const draining = new Gauge({
    name: 'rtc_chat_draining',
    help: '1 from the moment on at which no more joins are taken, else 0.',
    registers,
  });
  const opened = counter('connections_opened', 'Connections that were let in.');
  const joins = counter('joins', 'Joins by result, renames included.', 'result');
  const leaves = counter('leaves', 'Seats given back, by reason.', 'reason');
  const signals = counter('signals', 'Signals by result.', 'result');
  const rejections = counter(
    'rejections',
    'Whatever was refused: at the handshake, as an answer to a call, or by ending the connection.',
    'stage',
    'reason',
  );
  const failures = counter('failures', 'Errors that were not expected; each is in the log.');
  const joinSeconds = new Histogram({
    name: 'rtc_chat_join_latency_seconds',
    help: 'From the arrival of a join to its answer.',
    buckets: JOIN_BUCKETS,
    registers,
  });
  const relaySeconds = new Histogram({
    name: 'rtc_chat_relay_latency_seconds',
    help: 'From the arrival of a signal until it was handed on.',
    buckets: RELAY_BUCKETS,
    registers,
  });
  const relayed = signals.labels('ok');

  const observer: BroadcasterObserver = {
    opened: (asked) => void (census = asked),
    connected: () => opened.inc(),
    turnedAway: (reason) => rejections.inc({ stage: 'connection', reason }),
    answered(call, result, tookMs) {
      if (call === 'signal' && result === 'ok') {
        relayed.inc();
        relaySeconds.observe(tookMs / 1_000);
        return;
      }
      if (call === 'signal') signals.inc({ result });
      if (call === 'join') {
        joins.inc({ result });
        joinSeconds.observe(tookMs / 1_000);
      }
      if (result !== 'ok') rejections.inc({ stage: call, reason: result });
    },
    left: () => leaves.inc({ reason: 'left' }),
    lost: () => leaves.inc({ reason: 'lost' }),
    replaced: () => leaves.inc({ reason: 'replaced' }),
    cutOff: (reason) => rejections.inc({ stage: 'cut-off', reason }),
    failed: () => failures.inc(),
    draining: () => draining.set(1),
  };
  return {
    observer,
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}

/** Memory, processor and event loop, under the names that every dashboard of Node's knows. */
function processRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
