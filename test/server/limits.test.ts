import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { BroadcasterOptions } from '../../src/server/broadcaster.ts';
import { broadcasterFor } from './support/broadcaster.ts';
import { rawWebSocket, sendRaw } from './support/raw.ts';
import { codeOf, peerFor } from './support/peer.ts';

const MANY = { max: 1_000_000, perMs: 60_000 };

/** Options with which it is told why somebody was cut off. */
function watched(options: BroadcasterOptions = {}) {
  const reasons: string[] = [];
  const failures: unknown[] = [];
  const observer = {
    cutOff: (reason: string) => reasons.push(reason),
    failed: (error: unknown) => failures.push(error),
  };
  return { options: { ...options, observers: [observer] }, reasons, failures };
}

for (const [what, data] of [
  ['answers to no question', '43["x"]'],
  ['connects to another namespace', '40/admin,'],
  ['heartbeats', '3'],
  ['acknowledgements', '430[]'],
  ['binary events', '451-["x",{"_placeholder":true,"num":0}]'],
] as const) {
  test(`whoever sends nothing but ${what} is disconnected, and only they`, async (t) => {
    const { options, reasons } = watched({ packetsPerSocket: { max: 100, perMs: 60_000 } });
    const { url } = await broadcasterFor(t, { ...options, maxInvalid: 1_000_000 });
    const [ada, ben] = await Promise.all([peerFor(t, url), peerFor(t, url)]);
    await ada.join({ name: 'Ada' });
    await ben.join({ name: 'Ben' });
    const gone = ben.next('disconnect');
    for (let sent = 0; sent < 200; sent++) sendRaw(ben, data);
    await gone;
    assert.equal(codeOf(await ada.call('ice', {})), 'ok');
    assert.deepEqual(ada.unread('disconnect'), []);
    assert.ok(
      reasons.every((reason) => ['flood', 'does-not-read'].includes(reason)),
      String(reasons),
    );
  });
}

test('a large packet counts as several', async (t) => {
  const { options, reasons } = watched({ packetsPerSocket: { max: 50, perMs: 60_000 } });
  const { url } = await broadcasterFor(t, options);
  const ben = await peerFor(t, url);
  const gone = ben.next('disconnect');
  for (let sent = 0; sent < 4; sent++) sendRaw(ben, `43["${'x'.repeat(65_536)}"]`);
  await gone;
  assert.deepEqual(reasons, ['flood']);
});

test('when an address sends too much, those of its sockets are ended that send most', async (t) => {
  const { options, reasons } = watched({
    packetsPerSocket: { max: 1_000, perMs: 60_000 },
    packetsPerAddress: { max: 1_500, perMs: 60_000 },
  });
  const { url } = await broadcasterFor(t, options);
  const quiet = await peerFor(t, url);
  await quiet.join();
  const loud = await Promise.all([peerFor(t, url), peerFor(t, url)]);
  const gone = Promise.race(loud.map((peer) => peer.next('disconnect')));
  for (let sent = 0; sent < 900; sent++) for (const peer of loud) sendRaw(peer, '430[]');
  await gone;
  assert.equal(codeOf(await quiet.call('ice', {})), 'ok');
  assert.ok(reasons.includes('flood'));
});

test('whoever does not read what is answered is cut off before it fills the memory', async (t) => {
  const { options, reasons } = watched({ packetsPerSocket: MANY, packetsPerAddress: MANY });
  const { url, broadcaster } = await broadcasterFor(t, options);
  const sloth = await peerFor(t, url);
  const webSocket = rawWebSocket(sloth);
  webSocket.pause();
  const gone = new Promise((resolve) => sloth.socket.once('disconnect', resolve));
  // Each is answered with its own name.
  const namespace = `40/${'x'.repeat(60_000)},`;
  for (let sent = 0; sent < 400 && (await broadcaster.count()).sockets > 0; sent++) {
    sendRaw(sloth, namespace);
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual(reasons, ['does-not-read']);
  assert.equal((await broadcaster.count()).sockets, 0);
  webSocket.resume();
  await gone;
});

test('whoever answers pings that it has not read is cut off', async (t) => {
  const { options, reasons } = watched();
  const { url } = await broadcasterFor(t, options);
  const liar = await peerFor(t, url);
  const gone = liar.next('disconnect');
  sendRaw(liar, '3');
  sendRaw(liar, '3');
  await gone;
  assert.deepEqual(reasons, ['does-not-read']);
});

test('an honest client goes through many pings', async (t) => {
  const { options, reasons } = watched({ pingIntervalMs: 20, pingTimeoutMs: 5_000 });
  const { url } = await broadcasterFor(t, options);
  for (const transports of [['websocket'], ['polling']]) {
    const peer = await peerFor(t, url, { socket: { transports, upgrade: false } });
    await peer.join({ room: String(transports) });
    let pings = 0;
    await new Promise<void>((resolve) => {
      peer.socket.io.on('ping', () => {
        pings += 1;
        if (pings === 10) resolve();
      });
    });
    assert.equal(codeOf(await peer.call('ice', {})), 'ok');
  }
  assert.deepEqual(reasons, []);
});

test('there are no more rooms than allowed, and there is place again when one ends', async (t) => {
  const { url } = await broadcasterFor(t, { maxRooms: 2, graceMs: 1 });
  const [ada, ben, cleo, dora] = [
    await peerFor(t, url),
    await peerFor(t, url),
    await peerFor(t, url),
    await peerFor(t, url),
  ];
  await ada.join({ room: 'a' });
  await ben.join({ room: 'b' });
  const refused = await cleo.tryJoin({ room: 'c' });
  assert.equal(codeOf(refused), 'rate-limited');
  assert.ok(!refused.ok && refused.error.retryAfterMs! > 0);
  assert.equal(
    codeOf(await dora.tryJoin({ room: 'a', name: 'Dora' })),
    'ok',
    'into one that is there',
  );
  await ben.leave();
  assert.equal(codeOf(await cleo.tryJoin({ room: 'c' })), 'ok');
});

test('an address that goes on connecting far beyond its rate waits for its refusal', async (t) => {
  const { url, broadcaster } = await broadcasterFor(t, {
    connectionsPerAddress: { max: 2, perMs: 60_000 },
    addressOf: ({ headers }) => String(headers['x-address']),
  });
  const shake = async (): Promise<number> => {
    const response = await fetch(`${url}/socket.io/?EIO=4&transport=polling`, {
      headers: { 'x-address': '192.0.2.66' },
    });
    await response.body?.cancel();
    return response.status;
  };
  const first = [await shake(), await shake(), await shake(), await shake()];
  assert.deepEqual(first, [200, 200, 403, 403]);
  let answered = false;
  const held = shake().then((status) => {
    answered = true;
    return status;
  });
  const ada = await peerFor(t, url, { socket: { extraHeaders: { 'x-address': '192.0.2.1' } } });
  await ada.join();
  assert.equal(answered, false, 'it still waits, and nobody else does');
  await broadcaster.close();
  assert.equal(await held, 403, 'and not longer than the broadcaster is there');
});
