import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { createMetrics } from '../../src/server/metrics.ts';
import { createProbes, probesListener } from '../../src/server/probes.ts';
import { runCommand } from './support/command.ts';
import { peerFor } from './support/peer.ts';

type Asked = Parameters<typeof createProbes>[0];

const well: Asked = {
  count: async () => ({ rooms: 1, peers: 2, sockets: 3 }),
  readiness: async () => 'ready',
};

/** Where the probes of such a broadcaster are answered. */
async function probesFor(
  t: TestContext,
  broadcaster: Partial<Asked> = {},
  metrics: Parameters<typeof createProbes>[1] = null,
): Promise<string> {
  const probes = createProbes({ ...well, ...broadcaster }, metrics);
  const server = createServer(probesListener(probes)).listen(0, '127.0.0.1');
  t.after(() => server.close().closeAllConnections());
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('/healthz counts rooms, peers and sockets', async (t) => {
  const response = await fetch(`${await probesFor(t)}/healthz?now`);
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), { ok: true, rooms: 1, peers: 2, sockets: 3 });
  assert.equal(response.headers.get('cache-control'), 'no-store');
});

for (const [what, count] of [
  ['fails', () => Promise.reject(new Error('a secret'))],
  ['has no end', () => new Promise<never>(() => undefined)],
] as const) {
  test(`/healthz says that the process lives although counting ${what}`, async (t) => {
    const response = await fetch(`${await probesFor(t, { count })}/healthz`);
    assert.deepEqual([response.status, await response.json()], [200, { ok: true }]);
  });
}

for (const [readiness, status] of [
  ['ready', 200],
  ['draining', 503],
  ['rooms-unreachable', 503],
] as const) {
  test(`/readyz says "${readiness}"`, async (t) => {
    const url = await probesFor(t, { readiness: async () => readiness });
    const response = await fetch(`${url}/readyz`);
    assert.deepEqual([response.status, await response.json()], [status, { readiness }]);
  });
}

test('/metrics is there where there are metrics, and says nothing when it fails', async (t) => {
  const metrics = createMetrics();
  const response = await fetch(`${await probesFor(t, {}, metrics)}/metrics`);
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  assert.match(await response.text(), /^rtc_chat_connections 0$/m);

  assert.equal((await fetch(`${await probesFor(t)}/metrics`)).status, 404);
  const text = () => Promise.reject(new Error('a secret'));
  const broken = await fetch(`${await probesFor(t, {}, { ...metrics, text })}/metrics`);
  assert.deepEqual([broken.status, await broken.text()], [503, '{"ok":false}']);
});

test('the port of the probes answers nothing else', async (t) => {
  const url = await probesFor(t);
  for (const path of ['/', '/healthz/', '/HEALTHZ', '/__proto__', '/rtc-chat.js', '/socket.io/']) {
    assert.equal((await fetch(url + path)).status, 404, path);
  }
  const posted = await fetch(`${url}/healthz`, { method: 'POST' });
  assert.deepEqual([posted.status, posted.headers.get('allow')], [405, 'GET, HEAD']);
  const head = await fetch(`${url}/healthz`, { method: 'HEAD' });
  assert.deepEqual([head.status, await head.text()], [200, '']);
});

test('the command has metrics on a port of their own, and none for the public', async (t) => {
  const args = ['--host', '127.0.0.1', '--port', '0', '--metrics-port', '0', '--base-path', '/x'];
  const command = runCommand(t, args);
  const [, metrics = ''] = await command.said(
    /Metrics are at (http:\/\/127\.0\.0\.1:\d+)\/metrics/,
  );
  const [, url = ''] = await command.said(/listening on (http:\S+)/);
  const ada = await peerFor(t, new URL(url).origin, { socket: { path: '/x/socket.io' } });
  await ada.join();
  assert.match(await (await fetch(`${metrics}/metrics`)).text(), /^rtc_chat_peers 1$/m);
  for (const probe of ['/healthz', '/readyz']) {
    assert.equal((await fetch(metrics + probe)).status, 200);
    assert.equal((await fetch(url + probe)).status, 200);
  }
  assert.equal((await fetch(`${url}/metrics`)).status, 404);
});

test('the command has no metrics unless asked, and on its own port when asked for that', async (t) => {
  const without = runCommand(t, ['--host', '127.0.0.1', '--port', '0']);
  const [, url = ''] = await without.said(/listening on (http:\S+)/);
  assert.equal((await fetch(`${url}/metrics`)).status, 404);
  const { port } = new URL(url);
  without.child.kill('SIGTERM');
  await without.exited;
  // The port that has just become free.
  const command = runCommand(t, ['--host', '127.0.0.1', '--port', port, '--metrics-port', port]);
  await command.said(/listening on/);
  assert.match(await (await fetch(`${url}/metrics`)).text(), /^rtc_chat_connections 0$/m);
});
