import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { Registry } from 'prom-client';

import { createMetrics } from '../../src/server/metrics.ts';
import type { BroadcasterObserver } from '../../src/server/observer.ts';
import { broadcasterFor } from './support/broadcaster.ts';
import type { RunningBroadcaster } from './support/broadcaster.ts';
import { Lines } from './support/lines.ts';
import { codeOf, connectPeer, peerFor } from './support/peer.ts';

interface Measured extends RunningBroadcaster {
  /** The value of a metric, its labels written as Prometheus does; undefined where there is none. */
  readonly read: (sample: string) => Promise<number | undefined>;
}

async function measuredFor(
  t: TestContext,
  options: Parameters<typeof broadcasterFor>[1] = {},
): Promise<Measured> {
  const { observer, text } = createMetrics();
  const running = await broadcasterFor(t, { ...options, observers: [observer] });
  return {
    ...running,
    read: async (sample) => {
      const lines = (await text()).split('\n');
      const line = lines.find((line) => line.startsWith(`${sample} `));
      return line === undefined ? undefined : Number(line.slice(sample.length + 1));
    },
  };
}

test('connections, rooms and peers are counted as they are at this moment', async (t) => {
  const { url, read } = await measuredFor(t);
  const ada = await peerFor(t, url);
  const ben = await peerFor(t, url);
  const cleo = await peerFor(t, url);
  await peerFor(t, url);
  await ada.join({ name: 'Ada' });
  await ben.join({ name: 'Ben' });
  await cleo.join({ room: 'elsewhere' });
  assert.equal(await read('rtc_chat_connections'), 4);
  assert.equal(await read('rtc_chat_connections_opened_total'), 4);
  assert.equal(await read('rtc_chat_rooms'), 2);
  assert.equal(await read('rtc_chat_peers'), 3);
  await cleo.leave();
  await ben.leave();
  assert.equal(await read('rtc_chat_rooms'), 1);
  assert.equal(await read('rtc_chat_peers'), 1);
  assert.equal(await read('rtc_chat_leaves_total{reason="left"}'), 2);
});

test('joins are counted by their result, and take some time', async (t) => {
  const { url, read } = await measuredFor(t, { maxCapacity: 2 });
  const peers = await Promise.all(Array.from({ length: 3 }, () => peerFor(t, url)));
  const [ada, ben, cleo] = peers;
  await ada?.join({ name: 'Ada' });
  await ben?.tryJoin({ name: 'Ada' });
  await ben?.join({ name: 'Ben' });
  await ben?.join({ name: 'Benno' });
  await cleo?.tryJoin({ name: 'Cleo' });
  await cleo?.tryJoin({ name: 'Cleo', host: 'elsewhere.example' });
  await cleo?.call('join', { v: 2 });
  await cleo?.call('join', {});
  for (const [result, times] of [
    ['ok', 3],
    ['name-taken', 1],
    ['room-full', 1],
    ['bad-proof', 1],
    ['unsupported-version', 1],
    ['invalid-message', 1],
  ] as const) {
    assert.equal(await read(`rtc_chat_joins_total{result="${result}"}`), times, result);
    if (result === 'ok') continue;
    const rejections = `rtc_chat_rejections_total{stage="join",reason="${result}"}`;
    assert.equal(await read(rejections), times, rejections);
  }
  assert.equal(await read('rtc_chat_join_latency_seconds_count'), 8);
  assert.ok(((await read('rtc_chat_join_latency_seconds_sum')) ?? 0) > 0);
});

test('signals are counted by their result, and those that are relayed are timed', async (t) => {
  const { url, read } = await measuredFor(t);
  const ada = await peerFor(t, url);
  const ben = await peerFor(t, url);
  await ada.signal(ben.id, 'too early');
  await ada.join({ name: 'Ada' });
  await ben.join({ name: 'Ben' });
  for (const text of ['one', 'two', 'three']) {
    assert.equal(codeOf(await ada.signal(ben.id, text)), 'ok');
  }
  await ben.leave();
  await ada.signal(ben.id, 'too late');
  assert.equal(await read('rtc_chat_signals_total{result="ok"}'), 3);
  assert.equal(await read('rtc_chat_signals_total{result="not-in-room"}'), 1);
  assert.equal(await read('rtc_chat_signals_total{result="peer-unavailable"}'), 1);
  assert.equal(await read('rtc_chat_relay_latency_seconds_count'), 3);
  const sum = (await read('rtc_chat_relay_latency_seconds_sum')) ?? 0;
  assert.ok(sum > 0 && sum < 3, `${sum} s`);
});

test('whatever is refused is counted with its reason', async (t) => {
  const { url, read } = await measuredFor(t, {
    origins: ['https://a.example'],
    maxSockets: 2,
    maxInvalid: 3,
    callsPerSocket: { max: 1, perMs: 60_000 },
  });
  const from = (origin: string) => ({ socket: { extraHeaders: { origin } } });
  await assert.rejects(connectPeer(url, from('https://b.example')));
  const ada = await peerFor(t, url, from('https://a.example'));
  await peerFor(t, url);
  await assert.rejects(connectPeer(url));
  await ada.call('ice', {});
  await ada.call('ice', {});
  await ada.call('ice', 7);
  // Neither an answer nor a label of a stranger's own.
  ada.socket.emit('a label of my own');
  await ada.call('constructor', {});
  await ada.next('disconnect');
  for (const [stage, reason, times] of [
    ['connection', 'origin', 1],
    ['connection', 'full', 1],
    ['ice', 'not-in-room', 1],
    ['ice', 'rate-limited', 1],
    ['ice', 'invalid-message', 1],
    ['unknown', 'invalid-message', 2],
    ['cut-off', 'invalid-messages', 1],
  ] as const) {
    const sample = `rtc_chat_rejections_total{stage="${stage}",reason="${reason}"}`;
    assert.equal(await read(sample), times, sample);
  }
});

test('the process tells of its memory and of how long its event loop is held up', async () => {
  const text = await createMetrics().text();
  for (const name of ['process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds']) {
    assert.match(text, new RegExp(`^${name} \\d`, 'm'));
  }
});

test('an observer that throws harms nobody, and is in the log', async (t) => {
  const log = new Lines();
  const heard: string[] = [];
  const broken: BroadcasterObserver = {
    joined() {
      throw new TypeError('broken');
    },
  };
  const whole: BroadcasterObserver = { joined: (room, id) => void heard.push(room, id) };
  const { url } = await broadcasterFor(t, {
    logger: log.logger,
    observers: [broken, whole],
  });
  const ada = await peerFor(t, url);
  assert.equal(codeOf(await ada.tryJoin()), 'ok');
  assert.deepEqual(heard, ['lobby', ada.id]);
  assert.ok(log.objects.some(({ event, kind }) => event === 'failed' && kind === 'TypeError'));
});

/** What a metric of prom-client has beside what its types say. */
interface Described {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly labelNames: readonly string[];
}

test('docs/operating.md has every metric, with its kind, its labels and its help', () => {
  const registry = new Registry();
  createMetrics({ registry });
  const described = registry.getMetricsAsArray().map((metric) => {
    const { name, help, type, labelNames } = metric as unknown as Described;
    return [name, type, labelNames.map((label) => `\`${label}\``).join(', '), help];
  });
  const table = readFileSync('docs/operating.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `rtc_chat_'))
    .map((line) => line.split('|').slice(1, -1))
    .map(([name = '', ...rest]) => [name.replaceAll('`', ''), ...rest].map((cell) => cell.trim()));
  assert.deepEqual(table, described);
  for (const [name = '', type = ''] of table) {
    // The conventions of Prometheus: https://prometheus.io/docs/practices/naming/
    assert.match(name, /^rtc_chat_[a-z_]+$/);
    assert.equal(name.endsWith('_total'), type === 'counter', name);
    assert.equal(name.endsWith('_seconds'), type === 'histogram', name);
  }
});
