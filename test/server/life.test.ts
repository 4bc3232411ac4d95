import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';

import { RtcChatError } from '../../src/protocol/errors.ts';
import { addressKey } from '../../src/server/address.ts';
import { createBroadcaster } from '../../src/server/broadcaster.ts';
import type { BroadcasterOptions } from '../../src/server/broadcaster.ts';
import { broadcasterFor, startBroadcaster } from './support/broadcaster.ts';
import { codeOf, connectPeer, peerFor } from './support/peer.ts';

test('closing tells everyone when to come back, and leaves the HTTP server alone', async (t) => {
  const { url, broadcaster, httpServer } = await broadcasterFor(t);
  const [ada, ben] = await Promise.all([peerFor(t, url), peerFor(t, url)]);
  await ada.join({ name: 'Ada' });
  await ben.join({ name: 'Ben' });
  const closed = broadcaster.close();
  assert.equal(broadcaster.close(), closed, 'a second call waits for the first');
  const notices = await Promise.all([ada, ben].map((peer) => peer.next('closing')));
  for (const notice of notices) {
    const { retryAfterMs } = notice as { retryAfterMs: number };
    assert.ok(Number.isInteger(retryAfterMs) && retryAfterMs >= 500 && retryAfterMs <= 5_000);
  }
  assert.equal(await ada.next('disconnect'), 'transport close');
  await closed;
  assert.deepEqual(ada.unread('peer-left'), [], 'nobody is announced as gone');
  assert.deepEqual(await broadcaster.count(), { rooms: 0, peers: 0, sockets: 0 });
  await assert.rejects(connectPeer(url));
  assert.ok(httpServer.listening);
  assert.equal((await fetch(url)).status, 404);
});

test('a broadcaster that comes back on its port takes its peers again', async (t) => {
  const first = await startBroadcaster();
  const { port } = new URL(first.url);
  const ada = await peerFor(t, first.url);
  await ada.join();
  await first.close();
  await ada.next('disconnect');
  const second = await startBroadcaster({}, Number(port));
  t.after(() => second.close());
  const again = await peerFor(t, second.url, { identity: ada.identity, instance: ada.instance });
  assert.equal(codeOf(await again.tryJoin()), 'ok');
});

test('a peer that fell back to long polling takes part', async (t) => {
  const { url } = await broadcasterFor(t);
  const ada = await peerFor(t, url);
  const ben = await peerFor(t, url, { socket: { transports: ['polling'], upgrade: false } });
  await ada.join({ name: 'Ada' });
  await ben.join({ name: 'Ben' });
  await ada.signal(ben.id, 'x'.repeat(65_536));
  assert.equal((await ben.next<{ signal: string }>('signal')).signal.length, 65_536);
});

test('two broadcasters share one HTTP server under paths of their own', async (t) => {
  const { url, httpServer } = await broadcasterFor(t);
  const other = createBroadcaster(httpServer, { path: '/chat/io' });
  const ada = await peerFor(t, url);
  await ada.join();
  const ben = await peerFor(t, url, { socket: { path: '/chat/io' } });
  assert.deepEqual((await ben.join({ name: 'Ben' })).peers, []);
  await other.close();
});

for (const [what, options, sentence] of [
  ['a misspelt option', { graceMS: 1 }, /^Option graceMS: /],
  ['a capacity of one', { maxCapacity: 1 }, /^Option maxCapacity: /],
  ['a time that is no number', { graceMs: '10s' }, /^Option graceMs: /],
  ['a time that never ends', { graceMs: Infinity }, /^Option graceMs: /],
  ['an origin with a path', { origins: ['https://a.example/x'] }, /^Option origins\.0: .*origin/],
  ['a host with a scheme', { publicHosts: ['https://a'] }, /^Option publicHosts\.0: .*host/],
  ['a hook that is no function', { authorize: true }, /^Option authorize: /],
  ['a rate without a time', { joinsPerSocket: { max: 1 } }, /^Option joinsPerSocket\.perMs: /],
  ['TURN without its secret', { turnUrls: ['turn:a'] }, /turnUrls and turnSecret need each other/],
  ['a secret without TURN', { turnSecret: 's' }, /turnUrls and turnSecret need each other/],
  ['TURN without a URL', { turnUrls: [], turnSecret: 's' }, /^Option turnUrls: /],
  ['a STUN URL for TURN', { turnUrls: ['stun:a'], turnSecret: 's' }, /^Option turnUrls\.0: /],
  ['a credential too short', { turnTtlMs: 14_999 }, /^Option turnTtlMs: /],
  ['TURN without credentials', { iceServers: [{ urls: 'turn:a' }] }, /^Option iceServers/],
  ['an ICE server without a URL', { iceServers: [{}] }, /^Option iceServers\.0\.urls: /],
] as const) {
  test(`${what} is said at once`, () => {
    assert.throws(
      () => createBroadcaster(createServer(), options as unknown as BroadcasterOptions),
      (error) => {
        assert.ok(error instanceof RtcChatError);
        assert.equal(error.code, 'invalid-options');
        assert.match(error.message, sentence);
        return true;
      },
    );
  });
}

for (const [address, key] of [
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::FFFF:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
  ['1:2:3:4:5:6:192.0.2.7', '1:2:3:4::/64'],
  ['1:2:3::', '1:2:3:0::/64'],
  ['', ''],
] as const) {
  test(`the limits count "${address}" as "${key}"`, () => {
    assert.equal(addressKey(address), key);
  });
}
