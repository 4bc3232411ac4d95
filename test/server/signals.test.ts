import assert from 'node:assert/strict';
import { test } from 'node:test';

import { broadcasterFor } from './support/broadcaster.ts';
import { codeOf, peerFor } from './support/peer.ts';

test('a signal reaches the one it is for, stamped with who sent it', async (t) => {
  const { url } = await broadcasterFor(t);
  const [ada, ben, cleo] = await Promise.all([peerFor(t, url), peerFor(t, url), peerFor(t, url)]);
  await ada.join({ name: 'Ada' });
  await ben.join({ name: 'Ben' });
  await cleo.join({ name: 'Cleo' });
  const forged = { to: ben.id, signal: 'hello', from: cleo.id, instance: cleo.instance };
  assert.deepEqual(await ada.call('signal', forged), { ok: true });
  assert.deepEqual(await ben.next('signal'), {
    from: ada.id,
    instance: ada.instance,
    signal: 'hello',
  });
  await cleo.call('ice', {});
  assert.deepEqual([cleo.unread('signal'), ada.unread('signal')], [[], []]);
});

test('signals of one peer keep their order', async (t) => {
  const { url } = await broadcasterFor(t);
  const [ada, ben] = await Promise.all([peerFor(t, url), peerFor(t, url)]);
  await ada.join({ name: 'Ada' });
  await ben.join({ name: 'Ben' });
  const texts = Array.from({ length: 200 }, (_, at) => `signal ${at}`);
  await Promise.all(texts.map((text) => ada.signal(ben.id, text)));
  for (const text of texts) {
    assert.equal((await ben.next<{ signal: string }>('signal')).signal, text);
  }
});

for (const [what, signal] of [
  ['64 KiB of letters', 'x'.repeat(65_536)],
  ['64 KiB of two-byte letters', 'é'.repeat(32_768)],
  ['64 KiB of characters that are escaped on the way', '"\\'.repeat(32_768)],
  ['one character', '.'],
] as const) {
  test(`a signal of ${what} arrives as it was`, async (t) => {
    const { url } = await broadcasterFor(t);
    const [ada, ben] = await Promise.all([peerFor(t, url), peerFor(t, url)]);
    await ada.join({ name: 'Ada' });
    await ben.join({ name: 'Ben' });
    assert.equal(codeOf(await ada.signal(ben.id, signal)), 'ok');
    assert.equal((await ben.next<{ signal: string }>('signal')).signal, signal);
  });
}

for (const [what, signal] of [
  ['64 KiB and one byte', 'x'.repeat(65_537)],
  ['more bytes than letters', 'é'.repeat(32_769)],
  ['nothing', ''],
  ['an object', { sdp: 'v=0' }],
  ['bytes', Buffer.from('hello')],
] as const) {
  test(`a signal of ${what} is refused`, async (t) => {
    const { url } = await broadcasterFor(t);
    const [ada, ben] = await Promise.all([peerFor(t, url), peerFor(t, url)]);
    await ada.join({ name: 'Ada' });
    await ben.join({ name: 'Ben' });
    assert.equal(codeOf(await ada.call('signal', { to: ben.id, signal })), 'invalid-message');
    await ada.signal(ben.id, 'next');
    assert.equal((await ben.next<{ signal: string }>('signal')).signal, 'next');
  });
}

test('nobody is reached in another room, after leaving, at an unknown id or at oneself', async (t) => {
  const { url } = await broadcasterFor(t);
  const [ada, ben] = await Promise.all([peerFor(t, url), peerFor(t, url)]);
  await ada.join({ room: 'one' });
  await ben.join({ room: 'two' });
  for (const to of [ben.id, 'A'.repeat(22), ada.id]) {
    assert.equal(codeOf(await ada.signal(to, 'hello')), 'peer-unavailable');
  }
  await ben.leave();
  await ben.join({ room: 'one', name: 'Ben' });
  assert.equal(codeOf(await ada.signal(ben.id, 'hello')), 'ok');
  await ben.leave();
  assert.equal(codeOf(await ada.signal(ben.id, 'hello')), 'peer-unavailable');
});

test('a peer in its grace period is not available', async (t) => {
  const { url, broadcaster } = await broadcasterFor(t);
  const [ada, ben] = await Promise.all([peerFor(t, url), peerFor(t, url)]);
  await ada.join({ name: 'Ada' });
  await ben.join({ name: 'Ben' });
  const socket = broadcaster.io.sockets.sockets.get(ben.socket.id ?? '');
  const gone = new Promise((resolve) => socket?.once('disconnect', resolve));
  ben.vanish();
  await gone;
  assert.equal(codeOf(await ada.signal(ben.id, 'hello')), 'peer-unavailable');
  assert.deepEqual(ada.unread('peer-left'), []);
});

test('signal, ice and leave ask for a room', async (t) => {
  const { url } = await broadcasterFor(t, { iceServers: [{ urls: ['stun:a.example'] }] });
  const ada = await peerFor(t, url);
  assert.equal(codeOf(await ada.signal('A'.repeat(22), 'x')), 'not-in-room');
  assert.equal(codeOf(await ada.call('ice', {})), 'not-in-room');
  assert.equal(codeOf(await ada.leave()), 'not-in-room');
  await ada.join();
  assert.deepEqual(await ada.call('ice', {}), {
    ok: true,
    iceServers: [{ urls: ['stun:a.example'] }],
    expiresInMs: null,
  });
  assert.equal(codeOf(await ada.leave()), 'ok');
  assert.equal(codeOf(await ada.leave()), 'not-in-room');
});
