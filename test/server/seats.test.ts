import assert from 'node:assert/strict';
import { test } from 'node:test';

import { broadcasterFor } from './support/broadcaster.ts';
import { codeOf, createIdentity, createInstance, peerFor } from './support/peer.ts';

test('the first in a room is told who it is and what the limits are', async (t) => {
  const { url } = await broadcasterFor(t, { iceServers: [{ urls: 'stun:stun.example' }] });
  const ada = await peerFor(t, url);
  const before = Date.now();
  const { now, ...answer } = await ada.join({ name: '  Ada   L. ' });
  assert.deepEqual(answer, {
    ok: true,
    self: { id: ada.id, name: 'Ada L.' },
    peers: [],
    iceServers: [{ urls: 'stun:stun.example' }],
    expiresInMs: null,
    limits: { capacity: 16, graceMs: 10_000, maxSignalBytes: 65_536 },
  });
  assert.ok(now >= before && now <= Date.now());
});

test('the second is listed to the first, and the first to the second', async (t) => {
  const { url } = await broadcasterFor(t);
  const ada = await peerFor(t, url);
  const ben = await peerFor(t, url);
  await ada.join({ name: 'Ada' });
  const { peers } = await ben.join({ name: 'Ben' });
  assert.deepEqual(peers, [{ id: ada.id, name: 'Ada', instance: ada.instance }]);
  assert.deepEqual(await ada.next('peer-joined'), {
    id: ben.id,
    name: 'Ben',
    instance: ben.instance,
  });
  assert.deepEqual(ben.unread('peer-joined'), []);
});

test('the third is refused from a room of two, without a time to come back', async (t) => {
  const { url } = await broadcasterFor(t);
  const [ada, ben, cleo] = await Promise.all([peerFor(t, url), peerFor(t, url), peerFor(t, url)]);
  assert.equal((await ada.join({ name: 'Ada', capacity: 2 })).limits.capacity, 2);
  assert.equal((await ben.join({ name: 'Ben', capacity: 9 })).limits.capacity, 2);
  const refusal = await cleo.tryJoin({ name: 'Cleo' });
  assert.equal(codeOf(refusal), 'room-full');
  assert.ok(!refusal.ok && refusal.error.retryAfterMs === undefined);
  assert.equal(codeOf(await cleo.tryJoin({ name: 'Cleo', room: 'another' })), 'ok');
});

test('the broadcaster caps the capacity that is asked for', async (t) => {
  const { url } = await broadcasterFor(t, { maxCapacity: 3 });
  const ada = await peerFor(t, url);
  assert.equal((await ada.join({ capacity: 32 })).limits.capacity, 3);
});

for (const [first, second] of [
  ['Straße', 'STRASSE'],
  ['Groß', 'GROẞ'],
  ['Ada', 'ａｄａ'],
  ['ada', 'ADA'],
  ['café', 'cafe\u0301'],
  ['Σίσυφος', 'ΣΊΣΥΦΟΣ'],
] as const) {
  test(`${second} is taken when ${first} is there`, async (t) => {
    const { url } = await broadcasterFor(t);
    const [ada, ben] = await Promise.all([peerFor(t, url), peerFor(t, url)]);
    await ada.join({ name: first });
    const refusal = await ben.tryJoin({ name: second });
    assert.equal(codeOf(refusal), 'name-taken');
    assert.ok(!refusal.ok && refusal.error.retryAfterMs === undefined);
  });
}

test('a taken name is said before a full room', async (t) => {
  const { url } = await broadcasterFor(t);
  const peers = await Promise.all([peerFor(t, url), peerFor(t, url), peerFor(t, url)]);
  const [ada, ben, cleo] = peers;
  await ada.join({ name: 'Ada', capacity: 2 });
  await ben.join({ name: 'Ben' });
  assert.equal(codeOf(await cleo.tryJoin({ name: 'ada' })), 'name-taken');
});

test('a vanished peer keeps seat and name, and is then announced as lost', async (t) => {
  const { url } = await broadcasterFor(t, { graceMs: 1_000 });
  const [ada, ben, cleo] = await Promise.all([peerFor(t, url), peerFor(t, url), peerFor(t, url)]);
  await ada.join({ name: 'Ada', capacity: 2 });
  await ben.join({ name: 'Ben' });
  ben.vanish();
  // That it is gone can be seen from outside by nothing but this.
  while (codeOf(await ada.signal(ben.id, 'are you there?')) === 'ok');

  const full = await cleo.tryJoin({ name: 'Cleo' });
  assert.equal(codeOf(full), 'room-full');
  assert.ok(!full.ok && full.error.retryAfterMs! > 0 && full.error.retryAfterMs! <= 1_000);
  const taken = await cleo.tryJoin({ name: 'BEN' });
  assert.equal(codeOf(taken), 'name-taken');
  assert.ok(!taken.ok && taken.error.retryAfterMs! > 0 && taken.error.retryAfterMs! <= 1_000);

  assert.deepEqual(await ada.next('peer-left'), { id: ben.id, reason: 'lost' });
  assert.equal(codeOf(await cleo.tryJoin({ name: 'Ben' })), 'ok');
});

test('those in their grace period are listed to a newcomer', async (t) => {
  const { url } = await broadcasterFor(t);
  const [ada, ben, cleo] = await Promise.all([peerFor(t, url), peerFor(t, url), peerFor(t, url)]);
  await ada.join({ name: 'Ada' });
  await ben.join({ name: 'Ben' });
  ben.vanish();
  while (codeOf(await ada.signal(ben.id, 'are you there?')) === 'ok');
  const { peers } = await cleo.join({ name: 'Cleo' });
  assert.deepEqual(peers.map(({ name }) => name).toSorted(), ['Ada', 'Ben']);
});

test('the same key comes back within the grace as an update, without leave and join', async (t) => {
  const { url } = await broadcasterFor(t, { graceMs: 1_000 });
  const [ada, ben] = await Promise.all([peerFor(t, url), peerFor(t, url)]);
  await ada.join({ name: 'Ada', capacity: 2 });
  await ben.join({ name: 'Ben' });
  await ada.next('peer-joined');
  ben.vanish();
  while (codeOf(await ada.signal(ben.id, 'are you there?')) === 'ok');

  const instance = createInstance();
  const again = await peerFor(t, url, { identity: ben.identity, instance });
  const { peers, self } = await again.join({ name: 'Ben' });
  assert.deepEqual([self.id, peers.map(({ id }) => id)], [ben.id, [ada.id]]);
  assert.deepEqual(await ada.next('peer-joined'), { id: ben.id, name: 'Ben', instance });
  // The old reservation must be forgotten: another one that vanishes later is lost after it would have run out.
  const cleo = await peerFor(t, url);
  await cleo.join({ room: 'clock', name: 'Cleo' });
  const dora = await peerFor(t, url);
  await dora.join({ room: 'clock', name: 'Dora' });
  dora.vanish();
  await cleo.next('peer-left');
  assert.deepEqual(ada.unread('peer-left'), []);
  assert.equal(codeOf(await ada.signal(ben.id, 'welcome back')), 'ok');
  assert.equal((await again.next<{ signal: string }>('signal')).signal, 'welcome back');
});

for (const sameInstance of [true, false]) {
  const which = sameInstance ? 'the same instance' : 'another instance';
  test(`a live socket of the same key and ${which} is replaced and disconnected`, async (t) => {
    const { url, broadcaster } = await broadcasterFor(t);
    const [ada, ben] = await Promise.all([peerFor(t, url), peerFor(t, url)]);
    await ada.join({ name: 'Ada' });
    await ben.join({ name: 'Ben', capacity: 2 });
    await ada.next('peer-joined');
    const instance = sameInstance ? ben.instance : createInstance();
    const again = await peerFor(t, url, { identity: ben.identity, instance });
    await again.join({ name: 'Ben' });
    assert.deepEqual(await ben.next('replaced'), {});
    // Final for a client of Socket.IO as well: it does not come back by itself.
    assert.equal(await ben.next('disconnect'), 'io server disconnect');
    assert.deepEqual(await ada.next('peer-joined'), { id: ben.id, name: 'Ben', instance });
    assert.deepEqual(ben.unread('peer-joined'), []);
    await ada.signal(ben.id, 'to the new one');
    await again.next('signal');
    assert.deepEqual(ada.unread('peer-left'), []);
    assert.deepEqual(await broadcaster.count(), { rooms: 1, peers: 2, sockets: 2 });
  });
}

test('joining again on the same socket renames in place', async (t) => {
  const { url } = await broadcasterFor(t);
  const [ada, ben] = await Promise.all([peerFor(t, url), peerFor(t, url)]);
  await ada.join({ name: 'Ada', capacity: 2 });
  await ben.join({ name: 'Ben' });
  await ada.next('peer-joined');
  const { self, peers } = await ben.join({ name: 'Benno' });
  assert.equal(self.name, 'Benno');
  assert.equal(peers.length, 1);
  const update = { id: ben.id, name: 'Benno', instance: ben.instance };
  assert.deepEqual(await ada.next('peer-joined'), update);
  assert.equal(codeOf(await ben.tryJoin({ name: 'ADA' })), 'name-taken');
  assert.equal(
    codeOf(await ben.tryJoin({ name: 'BENNO' })),
    'ok',
    'its own name is not in its way',
  );
  assert.equal(codeOf(await ada.tryJoin({ name: 'Ben' })), 'ok', 'the old name is free');
});

test('renaming may bring a new instance, which signals then carry', async (t) => {
  const { url } = await broadcasterFor(t);
  const [ada, ben] = await Promise.all([peerFor(t, url), peerFor(t, url)]);
  await ada.join({ name: 'Ada' });
  await ben.join({ name: 'Ben' });
  const instance = createInstance();
  await ben.join({ name: 'Ben', instance });
  await ben.signal(ada.id, 'hello');
  assert.equal((await ada.next<{ instance: string }>('signal')).instance, instance);
});

test('a socket that is in a room cannot join another, nor as somebody else', async (t) => {
  const { url } = await broadcasterFor(t);
  const ada = await peerFor(t, url);
  await ada.join({ room: 'one' });
  assert.equal(codeOf(await ada.tryJoin({ room: 'two' })), 'invalid-message');
  const other = await createIdentity();
  const request = { ...(await ada.joinRequest({ room: 'one' })), key: other.key };
  assert.equal(codeOf(await ada.call('join', request)), 'invalid-message');
  assert.equal(codeOf(await ada.leave()), 'ok');
  assert.equal(codeOf(await ada.tryJoin({ room: 'two' })), 'ok');
});

test('leaving frees the seat at once and says so', async (t) => {
  const { url, broadcaster } = await broadcasterFor(t);
  const [ada, ben, cleo] = await Promise.all([peerFor(t, url), peerFor(t, url), peerFor(t, url)]);
  await ada.join({ name: 'Ada', capacity: 2 });
  await ben.join({ name: 'Ben' });
  assert.deepEqual(await ben.leave(), { ok: true });
  assert.deepEqual(await ada.next('peer-left'), { id: ben.id, reason: 'left' });
  assert.deepEqual(ben.unread('peer-left'), []);
  await cleo.join({ name: 'Ben' });
  await ada.next('peer-joined');
  assert.equal(codeOf(await ada.signal(ben.id, 'gone?')), 'peer-unavailable');
  await cleo.leave();
  await ada.leave();
  assert.deepEqual(await broadcaster.count(), { rooms: 0, peers: 0, sockets: 3 });
  assert.deepEqual(ben.unread('peer-joined'), []);
});

test('an empty room is forgotten, its capacity with it', async (t) => {
  const { url } = await broadcasterFor(t, { graceMs: 1 });
  const [ada, ben] = await Promise.all([peerFor(t, url), peerFor(t, url)]);
  await ada.join({ capacity: 2 });
  await ada.leave();
  assert.equal((await ben.join({ capacity: 5 })).limits.capacity, 5);
});

test('of a hundred who join at once exactly two get the two places', async (t) => {
  const { url, broadcaster } = await broadcasterFor(t);
  const peers = await Promise.all(Array.from({ length: 100 }, () => peerFor(t, url)));
  const requests = await Promise.all(
    peers.map((peer, at) => peer.joinRequest({ name: `Peer ${at}`, capacity: 2 })),
  );
  const answers = await Promise.all(peers.map((peer, at) => peer.call('join', requests[at])));
  const codes = answers.map(codeOf);
  assert.equal(codes.filter((code) => code === 'ok').length, 2);
  assert.equal(codes.filter((code) => code === 'room-full').length, 98);
  assert.equal((await broadcaster.count()).peers, 2);
});

test('of ten who join at once under one name exactly one gets it', async (t) => {
  const { url } = await broadcasterFor(t);
  const peers = await Promise.all(Array.from({ length: 10 }, () => peerFor(t, url)));
  const answers = await Promise.all(peers.map((peer) => peer.tryJoin({ name: 'Ada' })));
  assert.equal(answers.map(codeOf).filter((code) => code === 'ok').length, 1);
});

test('whoever joins at the same moment learns of each other exactly once', async (t) => {
  const { url } = await broadcasterFor(t);
  const peers = await Promise.all(Array.from({ length: 8 }, () => peerFor(t, url)));
  const answers = await Promise.all(peers.map((peer, at) => peer.join({ name: `Peer ${at}` })));
  // A later word on the same connection: what was sent before it has come.
  await Promise.all(peers.map((peer) => peer.call('ice', {})));
  for (const [at, peer] of peers.entries()) {
    const listed = answers[at]!.peers.map(({ id }) => id);
    const announced = peer.unread('peer-joined').map((joined) => (joined as { id: string }).id);
    const expected = peers.filter((other) => other !== peer).map(({ id }) => id);
    assert.deepEqual([...listed, ...announced].toSorted(), expected.toSorted());
  }
});

test('a room left while the join is checked gives no seat', async (t) => {
  const { url, broadcaster } = await broadcasterFor(t);
  const ada = await peerFor(t, url);
  const joining = ada.tryJoin();
  const request = await ada.joinRequest();
  void joining.catch(() => {});
  await joining;
  await ada.leave();
  // In one go, so that the second arrives while the first is being checked.
  const [join, leave] = await Promise.all([ada.call('join', request), ada.leave()]);
  assert.deepEqual([codeOf(join), codeOf(leave)], ['not-in-room', 'ok']);
  assert.equal((await broadcaster.count()).peers, 0);
  assert.equal(codeOf(await ada.tryJoin()), 'ok');
});

test('a socket that is gone before its join is checked gets no seat', async (t) => {
  let release = (): void => {};
  const asked = new Promise<void>((resolve) => (release = resolve));
  let decide = (): void => {};
  const decided = new Promise<boolean>((resolve) => (decide = () => resolve(true)));
  const { url, broadcaster } = await broadcasterFor(t, {
    authorize: () => {
      release();
      return decided;
    },
  });
  const ada = await peerFor(t, url);
  ada.socket.emit('join', await ada.joinRequest(), () => {});
  await asked;
  const gone = new Promise((resolve) => {
    for (const socket of broadcaster.io.sockets.sockets.values())
      socket.once('disconnect', resolve);
  });
  ada.vanish();
  await gone;
  decide();
  const ben = await peerFor(t, url);
  await ben.join({ room: 'other' });
  assert.deepEqual(await broadcaster.count(), { rooms: 1, peers: 1, sockets: 1 });
});

test('another join while one is being checked is out of turn', async (t) => {
  const { url } = await broadcasterFor(t);
  const ada = await peerFor(t, url);
  const request = await ada.joinRequest();
  const answers = await Promise.all([ada.call('join', request), ada.call('join', request)]);
  assert.deepEqual(answers.map(codeOf).toSorted(), ['invalid-message', 'ok']);
});
