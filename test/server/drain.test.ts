import assert from 'node:assert/strict';
import { test } from 'node:test';

import { broadcasterFor } from './support/broadcaster.ts';
import { codeOf, connectPeer, peerFor } from './support/peer.ts';

/** Longer than any test takes: whatever ends before, ends by itself. */
const LONG_MS = 60_000;

interface Notice {
  readonly retryAfterMs: number;
}

function assertSoon({ retryAfterMs }: Notice): void {
  assert.ok(Number.isInteger(retryAfterMs) && retryAfterMs >= 500 && retryAfterMs <= 5_000);
}

test('while it drains, who is there is served and nobody is let in', async (t) => {
  const { url, broadcaster } = await broadcasterFor(t);
  const ada = await peerFor(t, url);
  const ben = await peerFor(t, url);
  const late = await peerFor(t, url);
  await ada.join({ name: 'Ada' });
  await ben.join({ name: 'Ben' });
  assert.equal(await broadcaster.readiness(), 'ready');
  const closed = broadcaster.close({ drainMs: LONG_MS });
  assert.equal(await broadcaster.readiness(), 'draining');
  for (const peer of [ada, ben, late]) assertSoon(await peer.next<Notice>('closing'));

  assert.equal(codeOf(await ada.signal(ben.id, 'hello')), 'ok');
  assert.equal((await ben.next<{ signal: string }>('signal')).signal, 'hello');
  assert.equal(codeOf(await ben.call('ice', {})), 'ok');
  for (const peer of [late, ada]) {
    const refused = await peer.tryJoin({ name: 'Somebody' });
    assert.ok(!refused.ok);
    assert.equal(refused.error.code, 'server-error');
    assertSoon({ retryAfterMs: refused.error.retryAfterMs ?? 0 });
  }
  // It has nothing to wait for; the members stay.
  assert.equal(await late.next('disconnect'), 'transport close');
  await assert.rejects(connectPeer(url));

  assert.equal(codeOf(await ben.leave()), 'ok');
  assert.deepEqual(await ada.next('peer-left'), { id: ben.id, reason: 'left' });
  assert.ok(ada.socket.connected && ben.socket.connected);
  ada.close();
  ben.close();
  await closed;
});

test('a drain ends as soon as everyone has gone, at once where nobody is there', async (t) => {
  const { broadcaster } = await broadcasterFor(t);
  await broadcaster.close({ drainMs: LONG_MS });
});

test('whoever stays is sent away one by one, within the time', async (t) => {
  const { url, broadcaster } = await broadcasterFor(t);
  const peers = await Promise.all(Array.from({ length: 8 }, () => peerFor(t, url)));
  for (const [at, peer] of peers.entries()) await peer.join({ room: `room ${at}` });
  const begunMs = performance.now();
  const left: number[] = [];
  for (const { socket } of peers) socket.on('disconnect', () => left.push(performance.now()));
  const drainMs = 1_000;
  await broadcaster.close({ drainMs });
  for (const peer of peers) assert.equal(await peer.next('disconnect'), 'transport close');
  const [first = 0] = left;
  // Timers have whole milliseconds, so one can seem to be early by a part of one.
  assert.ok(first - begunMs > drainMs / 2 - 2, `the first after ${first - begunMs} ms`);
  assert.ok((left.at(-1) ?? 0) > first, 'not all in one instant');
});
