import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import type { JoinAnswer, Refusal } from '../../src/protocol/broadcaster-messages.ts';
import { JOIN_ON_CONNECT, OPEN_OFFER } from '../../src/protocol/broadcaster-messages.ts';
import { broadcasterFor } from './support/broadcaster.ts';
import type { JoinFields, RawPeer } from './support/peer.ts';
import { codeOf, engineIdOf, peerFor } from './support/peer.ts';

type Joined = JoinAnswer | Refusal;

/** Connects with a join in the first packet. */
function newcomer(t: TestContext, url: string, fields: JoinFields = {}): Promise<RawPeer> {
  return peerFor(t, url, {
    joinOnConnect: (peer, engineId) => peer.joinRequest({ socketId: engineId, ...fields }),
  });
}

async function joinedFor(t: TestContext, url: string, fields: JoinFields = {}): Promise<RawPeer> {
  const peer = await newcomer(t, url, fields);
  assert.equal(codeOf(await peer.next<Joined>('joined')), 'ok');
  return peer;
}

test('the id of a connection says that a join may come with its first packet', async (t) => {
  const { url } = await broadcasterFor(t);
  const peer = await peerFor(t, url);
  assert.ok(engineIdOf(peer.socket).startsWith(JOIN_ON_CONNECT));
});

test('a join in the CONNECT packet is a join', async (t) => {
  const { url } = await broadcasterFor(t);
  const ada = await peerFor(t, url);
  await ada.join({ name: 'Ada' });
  const ben = await newcomer(t, url, { name: 'Ben' });
  const answer = await ben.next<Joined>('joined');
  assert.ok(answer.ok);
  assert.deepEqual(answer.self, { id: ben.id, name: 'Ben' });
  assert.deepEqual(
    answer.peers.map(({ id }) => id),
    [ada.id],
  );
  assert.equal('offered' in answer, false);
  assert.equal((await ada.next<{ id: string }>('peer-joined')).id, ben.id);
  assert.equal(codeOf(await ben.signal(ada.id, 'hello')), 'ok');
});

test('it proves the connection, not the socket, and no other connection', async (t) => {
  const { url } = await broadcasterFor(t);
  const first = await newcomer(t, url, { socketId: 'another' });
  assert.equal(codeOf(await first.next<Joined>('joined')), 'bad-proof');
  // An ordinary join is still possible, and proves the socket.
  const late = await first.tryJoin({ socketId: engineIdOf(first.socket) });
  assert.equal(codeOf(late), 'bad-proof');
  assert.equal(codeOf(await first.tryJoin()), 'ok');
});

for (const [what, join, code] of [
  ['of no shape', 7, 'invalid-message'],
  ['without fields', {}, 'invalid-message'],
  ['of another version', { v: 2 }, 'unsupported-version'],
] as const) {
  test(`a join ${what} in the CONNECT packet is refused`, async (t) => {
    const { url } = await broadcasterFor(t);
    const peer = await peerFor(t, url, { joinOnConnect: async () => join });
    assert.equal(codeOf(await peer.next<Joined>('joined')), code);
    assert.equal(codeOf(await peer.tryJoin()), 'ok');
  });
}

test('joins in CONNECT packets count as joins', async (t) => {
  const { url } = await broadcasterFor(t, { joinsPerAddress: { max: 1, perMs: 60_000 } });
  await joinedFor(t, url);
  const second = await newcomer(t, url, { name: 'Ben' });
  assert.equal(codeOf(await second.next<Joined>('joined')), 'rate-limited');
});

test('an open offer reaches the one who is there, after the news of who made it', async (t) => {
  const { url } = await broadcasterFor(t);
  const ada = await joinedFor(t, url, { name: 'Ada', features: [OPEN_OFFER] });
  const heard: string[] = [];
  ada.socket.onAny((event: string) => heard.push(event));
  const ben = await newcomer(t, url, { name: 'Ben', offer: 'an offer' });
  const answer = await ben.next<Joined>('joined');
  assert.ok(answer.ok);
  assert.equal(answer.offered, true);
  assert.deepEqual(await ada.next('signal'), {
    from: ben.id,
    instance: ben.instance,
    signal: 'an offer',
  });
  assert.deepEqual(heard, ['peer-joined', 'signal']);
});

test('an open offer in an ordinary join is passed on as well', async (t) => {
  const { url } = await broadcasterFor(t);
  const ada = await joinedFor(t, url, { name: 'Ada', features: [OPEN_OFFER] });
  const ben = await peerFor(t, url);
  assert.equal((await ben.join({ name: 'Ben', offer: 'an offer' })).offered, true);
  assert.equal((await ada.next<{ signal: string }>('signal')).signal, 'an offer');
});

test('an open offer is passed on to nobody who does not take it, nor to one of several', async (t) => {
  const { url } = await broadcasterFor(t);
  const ada = await joinedFor(t, url, { name: 'Ada' });
  const ben = await joinedFor(t, url, { name: 'Ben', features: [OPEN_OFFER] });
  const cleo = await peerFor(t, url);
  assert.equal((await cleo.join({ name: 'Cleo', offer: 'an offer' })).offered, false);
  await ben.leave();
  const dora = await peerFor(t, url);
  await cleo.leave();
  assert.equal((await dora.join({ name: 'Dora', offer: 'an offer' })).offered, false);
  await Promise.all([ada.call('ice', {}), ben.call('ice', {})]);
  assert.deepEqual([ada.unread('signal'), ben.unread('signal')], [[], []]);
});

test('an open offer finds nobody in a seat that is only reserved', async (t) => {
  const { url } = await broadcasterFor(t);
  const ada = await joinedFor(t, url, { name: 'Ada', features: [OPEN_OFFER] });
  const watcher = await joinedFor(t, url, { name: 'Watcher' });
  const broken = new Promise((resolve) => ada.socket.once('disconnect', resolve));
  ada.vanish();
  await broken;
  while (codeOf(await watcher.signal(ada.id, 'there?')) === 'ok');
  await watcher.leave();
  const ben = await peerFor(t, url);
  const answer = await ben.join({ name: 'Ben', offer: 'an offer' });
  assert.deepEqual([answer.peers.length, answer.offered], [1, false]);
});

test('an open offer waits for relays where there are some: it was made without them', async (t) => {
  const { url } = await broadcasterFor(t, { iceServers: [{ urls: 'stun:stun.example' }] });
  await joinedFor(t, url, { name: 'Ada', features: [OPEN_OFFER] });
  const ben = await peerFor(t, url);
  assert.equal((await ben.join({ name: 'Ben', offer: 'an offer' })).offered, false);
});

test('renaming offers nothing again', async (t) => {
  const { url } = await broadcasterFor(t);
  const ada = await joinedFor(t, url, { name: 'Ada', features: [OPEN_OFFER] });
  const ben = await peerFor(t, url);
  await ben.join({ name: 'Ben', offer: 'an offer' });
  await ada.next('signal');
  assert.equal((await ben.join({ name: 'Benno', offer: 'another' })).offered, false);
  await ada.call('ice', {});
  assert.deepEqual(ada.unread('signal'), []);
});

for (const [what, fields] of [
  ['an offer that is too large', { offer: 'x'.repeat(65_537) }],
  ['an empty offer', { offer: '' }],
  ['too many features', { features: Array.from({ length: 65 }, (_, at) => `f${at}`) }],
] as const) {
  test(`a join with ${what} is refused`, async (t) => {
    const { url } = await broadcasterFor(t);
    const peer = await peerFor(t, url);
    assert.equal(codeOf(await peer.tryJoin(fields)), 'invalid-message');
  });
}
