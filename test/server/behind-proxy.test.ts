import assert from 'node:assert/strict';
import { test } from 'node:test';

import { runCommand } from './support/command.ts';
import { connectPeer, peerFor } from './support/peer.ts';
import { proxyFor } from './support/proxy.ts';

/** All of 127.0.0.0/8 is this machine on Linux, so that a proxy can have an address that its clients do not have. */
const PROXY = '127.0.0.2';
const PATH = { path: '/team/chat/socket.io' };

test('below a path behind a proxy, people meet and each is counted by an address of their own', async (t) => {
  const command = runCommand(t, [
    '--host=127.0.0.1',
    '--port=0',
    '--max-sockets-per-address=1',
    '--base-path=/team/chat/',
    `--trust-proxy=${PROXY},fd00::/8`,
  ]);
  const [, url = ''] = await command.said(/listening on (http:\S+)\/team\/chat\n/);
  const proxy = await proxyFor(t, url, PROXY);
  const ada = await peerFor(t, proxy.url, { socket: PATH });
  await ada.join();

  // A second connection of the same client, by whatever transport and with whatever forged before its address.
  for (const socket of [
    PATH,
    { ...PATH, transports: ['polling'] },
    { ...PATH, extraHeaders: { 'X-Forwarded-For': '198.51.100.1' } },
    { ...PATH, extraHeaders: { 'X-Forwarded-For': PROXY } },
  ]) {
    await assert.rejects(connectPeer(proxy.url, { socket }));
  }

  proxy.client = '203.0.113.2';
  const bo = await peerFor(t, proxy.url, { socket: PATH });
  await bo.join({ name: 'Bo' });
  assert.equal((await ada.next<{ id: string }>('peer-joined')).id, bo.id);

  // From outside the header says nothing: the second direct connection is one too many.
  const forged = (address: string) => ({
    socket: { ...PATH, extraHeaders: { 'X-Forwarded-For': address } },
  });
  await peerFor(t, url, forged('198.51.100.1'));
  await assert.rejects(connectPeer(url, forged('198.51.100.2')));
});

test('below a path, everything is there and nothing beside it', async (t) => {
  const args = ['--host', '127.0.0.1', '--port', '0', '--base-path', '/chat'];
  const command = runCommand(t, args);
  const [, url = ''] = await command.said(/listening on (http:\S+)\/chat\n/);
  const health = await fetch(`${url}/chat/healthz`);
  assert.equal(health.status, 200);
  assert.deepEqual(await health.json(), { ok: true, rooms: 0, peers: 0, sockets: 0 });
  const moved = await fetch(`${url}/chat?a=1?b`, { redirect: 'manual' });
  assert.deepEqual([moved.status, moved.headers.get('location')], [308, 'chat/?a=1?b']);
  for (const path of ['/', '/healthz', '/rtc-chat.js', '/chatter', '/chat/chat/healthz']) {
    assert.equal((await fetch(url + path)).status, 404, path);
  }
  await assert.rejects(connectPeer(url));
});
