import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { TestContext } from 'node:test';

import { createClient } from 'redis';

import { whyWithout } from '../support/programs.ts';
import { RedisServer } from '../support/redis.ts';
import { fleetFor, joinPatiently } from './support/fleet.ts';
import type { Fleet } from './support/fleet.ts';
import { codeOf, peerFor } from './support/peer.ts';
import type { PeerOptions, RawPeer } from './support/peer.ts';

const soak = process.env['RTC_CHAT_SOAK'] === '1';
const skip = whyWithout('redis-server') ?? false;

/** A hundred rounds are more than one person has in mind. */
const UNLIMITED_PEERS = ['--joins-per-socket=100000/1s', '--calls-per-socket=100000/1s'];

interface Joined {
  readonly id: string;
  readonly name: string;
  readonly instance: string;
}

/** Somebody in this life and under this name. A peer may also be told of whom it knows already: that is an update. */
async function newsOf(peer: RawPeer, instance: string, name: string): Promise<void> {
  for (;;) {
    const told = await peer.next<Joined>('peer-joined');
    if (told.instance === instance && told.name === name) return;
  }
}

// They mostly wait, for grace periods and expiries: side by side that takes a third of the time. A soak measures.
describe('three processes that share a Redis', { skip, concurrency: !soak }, () => {
  let shared: RedisServer;
  before(async () => (shared = await RedisServer.start()));
  after(() => shared.end());

  /** A fleet, with somebody to connect to it: at the first process, the second, the third, the first … */
  async function meet(
    t: TestContext,
    flags: readonly string[] = [],
    redis = shared,
  ): Promise<Fleet & { at(process: number, options?: PeerOptions): Promise<RawPeer> }> {
    const fleet = await fleetFor(t, redis, 3, flags);
    return { ...fleet, at: (process, options) => peerFor(t, fleet.urls[process % 3]!, options) };
  }
  const hundred = <T>(make: (at: number) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: 100 }, (_, at) => make(at)));

  test('of a hundred who join at once, two get the two places, and one gets the name', async (t) => {
    const fleet = await meet(t, UNLIMITED_PEERS);
    const peers = await hundred((at) => fleet.at(at));
    for (let round = 0; round < (soak ? 100 : 3); round += 1) {
      const room = `room of two ${round}`;
      const requests = await Promise.all(
        peers.map((peer, at) => peer.joinRequest({ room, name: `Peer ${at}`, capacity: 2 })),
      );
      const answers = await Promise.all(peers.map((peer, at) => peer.call('join', requests[at])));
      assert.equal(answers.filter((answer) => codeOf(answer) === 'ok').length, 2);
      assert.equal(answers.filter((answer) => codeOf(answer) === 'room-full').length, 98);
      await leaveAll(peers, answers.map(codeOf));

      const name = `Ada ${round}`;
      const claims = await Promise.all(peers.map((peer) => peer.joinRequest({ room, name })));
      const verdicts = await Promise.all(peers.map((peer, at) => peer.call('join', claims[at])));
      assert.equal(verdicts.filter((answer) => codeOf(answer) === 'ok').length, 1);
      assert.equal(verdicts.filter((answer) => codeOf(answer) === 'name-taken').length, 99);
      await leaveAll(peers, verdicts.map(codeOf));
    }
    await fleet.empty();
  });

  test('peers at different processes meet as at one', async (t) => {
    const fleet = await meet(t, ['--grace-ms=500']);
    const [ada, ben, cleo] = await Promise.all([0, 1, 2].map((at) => fleet.at(at)));
    await ada!.join({ name: 'Ada', features: ['open-offer'] });
    const request = await ben!.joinRequest({ name: 'Ben', offer: 'an open offer' });
    const answer = await ben!.call<{ offered: boolean; peers: Joined[] }>('join', request);
    assert.deepEqual([answer.offered, answer.peers.map(({ name }) => name)], [true, ['Ada']]);
    assert.deepEqual(await ada!.next('peer-joined'), {
      id: ben!.id,
      name: 'Ben',
      instance: ben!.instance,
    });
    assert.deepEqual(await ada!.next('signal'), {
      from: ben!.id,
      instance: ben!.instance,
      signal: 'an open offer',
    });
    assert.deepEqual(
      (await cleo!.join({ name: 'Cleo' })).peers.map(({ name }) => name).toSorted(),
      ['Ada', 'Ben'],
    );
    await Promise.all([ada, ben].map((peer) => newsOf(peer!, cleo!.instance, 'Cleo')));

    const texts = Array.from({ length: 200 }, (_, at) => `signal ${at} ${'x'.repeat(2_000)}`);
    const answers = forgettingScripts(shared, () =>
      Promise.all(texts.map((text) => ada!.signal(ben!.id, text))),
    );
    assert.deepEqual(new Set((await answers).map(codeOf)), new Set(['ok']));
    for (const text of texts) {
      assert.equal((await ben!.next<{ signal: string }>('signal')).signal, text);
    }
    await relayTimes(t, ada!, ben!);

    await cleo!.join({ name: 'Cleopatra' });
    for (const peer of [ada, ben]) await newsOf(peer!, cleo!.instance, 'Cleopatra');
    const again = await fleet.at(0, { identity: cleo!.identity });
    await again.join({ name: 'Cleo' });
    assert.deepEqual(await cleo!.next('replaced'), {});
    assert.equal(await cleo!.next('disconnect'), 'io server disconnect');
    for (const peer of [ada, ben]) {
      await newsOf(peer!, again.instance, 'Cleo');
      assert.deepEqual(peer!.unread('peer-left'), []);
    }
    assert.equal(codeOf(await ben!.signal(again.id, 'hello')), 'ok');
    assert.equal((await again.next<{ signal: string }>('signal')).signal, 'hello');

    await ada!.leave();
    for (const peer of [ben, again]) {
      assert.deepEqual(await peer!.next('peer-left'), { id: ada!.id, reason: 'left' });
    }
    assert.equal(codeOf(await ben!.signal(ada!.id, 'gone?')), 'peer-unavailable');
    again.vanish();
    assert.deepEqual(await ben!.next('peer-left'), { id: cleo!.id, reason: 'lost' });
    assert.equal(codeOf(await ben!.signal(cleo!.id, 'gone?')), 'peer-unavailable');
    await ben!.leave();
    await fleet.empty();
  });

  test('when a process is killed its peers take their seats elsewhere, and who does not is announced once', async (t) => {
    const fleet = await meet(t, ['--grace-ms=500']);
    const [ada, ben, cleo, dora] = await Promise.all([0, 1, 2, 2].map((at) => fleet.at(at)));
    for (const [peer, name] of [
      [ada, 'Ada'],
      [ben, 'Ben'],
      [cleo, 'Cleo'],
      [dora, 'Dora'],
    ] as const) {
      await peer!.join({ name, capacity: 4 });
    }
    // Dora is alone there; nobody is told of her, and nothing is left of her.
    const emma = await fleet.at(2);
    await emma.join({ room: 'of her own', name: 'Emma' });
    await newsOf(ada!, ben!.instance, 'Ben');
    for (const peer of [ada, ben]) {
      await newsOf(peer!, cleo!.instance, 'Cleo');
      await newsOf(peer!, dora!.instance, 'Dora');
    }
    await fleet.processes[2]!.kill();

    const stranger = await fleet.at(0);
    const taken = await stranger.tryJoin({ name: 'Dora' });
    assert.equal(codeOf(taken), 'name-taken');
    assert.equal(codeOf(await stranger.tryJoin({ name: 'Emil' })), 'room-full');
    const { identity, instance } = cleo!;
    const again = await fleet.at(1, { identity, instance });
    const answer = await again.join({ name: 'Cleo' });
    assert.deepEqual(answer.peers.map(({ name }) => name).toSorted(), ['Ada', 'Ben', 'Dora']);
    for (const peer of [ada, ben]) {
      await newsOf(peer!, instance, 'Cleo');
      assert.deepEqual(peer!.unread('peer-left'), []);
    }
    assert.equal(codeOf(await ada!.signal(again.id, 'welcome back')), 'ok');
    assert.equal((await again.next<{ signal: string }>('signal')).signal, 'welcome back');

    for (const peer of [ada, ben, again]) {
      assert.deepEqual(await peer!.next('peer-left', 20_000), { id: dora!.id, reason: 'lost' });
    }
    assert.equal(codeOf(await stranger.tryJoin({ name: 'Dora' })), 'ok');
    await Promise.all([ada, ben, again].map((peer) => newsOf(peer!, stranger.instance, 'Dora')));
    for (const peer of [ada, ben, again]) assert.deepEqual(peer!.unread('peer-left'), []);
    for (const peer of [ada, ben, again, stranger]) await peer!.leave();
    await fleet.empty();
  });

  test('a process that stops by plan leaves the seats to those who come back', async (t) => {
    const fleet = await meet(t);
    const [ada, ben] = await Promise.all([0, 1].map((at) => fleet.at(at)));
    await ada!.join({ name: 'Ada', capacity: 2 });
    await ben!.join({ name: 'Ben' });
    await ada!.next('peer-joined');
    const stopped = fleet.processes[1]!.stop();
    await ben!.next('closing');
    await ben!.next('disconnect');
    assert.equal(await stopped, 0);
    assert.equal(codeOf(await ada!.signal(ben!.id, 'are you there?')), 'peer-unavailable');
    const { identity, instance } = ben!;
    const again = await fleet.at(2, { identity, instance });
    await again.join({ name: 'Ben' });
    assert.deepEqual(await ada!.next('peer-joined'), { id: ben!.id, name: 'Ben', instance });
    assert.deepEqual(ada!.unread('peer-left'), []);
    await Promise.all([ada!.leave(), again.leave()]);
    await fleet.empty();
  });

  test('a process stops by plan also while Redis hangs', async (t) => {
    const redis = await RedisServer.start();
    t.after(() => redis.end());
    const fleet = await fleetFor(t, redis, 1);
    const ada = await peerFor(t, fleet.urls[0]!);
    await ada.join();
    redis.suspend();
    assert.equal(await fleet.processes[0]!.stop(), 0);
  });

  test('long polling, which would have to meet the same process each time, is refused', async (t) => {
    const fleet = await fleetFor(t, shared, 1);
    await assert.rejects(peerFor(t, fleet.urls[0]!, { socket: { transports: ['polling'] } }));
  });

  for (const [what, away, back] of [
    ['hangs', (redis: RedisServer) => redis.suspend(), (redis: RedisServer) => redis.resume()],
    [
      'is killed and has lost everything',
      (redis: RedisServer) => redis.kill(),
      (redis: RedisServer) => redis.start(),
    ],
  ] as const) {
    test(`while Redis ${what} nobody is let in and nobody is lost, then all is as before`, async (t) => {
      const redis = await RedisServer.start();
      t.after(() => redis.end());
      const fleet = await meet(t, ['--grace-ms=1000'], redis);
      const [ada, ben, cleo, dora] = await Promise.all([0, 0, 1, 2].map((at) => fleet.at(at)));
      for (const [peer, name] of [
        [ada, 'Ada'],
        [ben, 'Ben'],
        [cleo, 'Cleo'],
      ] as const) {
        await peer!.join({ name, capacity: 3 });
      }
      await Promise.all([ada!.next('peer-joined'), ben!.next('peer-joined')]);
      assert.equal((await ada!.next<Joined>('peer-joined')).id, cleo!.id);

      await away(redis);
      const refusal = await dora!.tryJoin({ name: 'Dora' });
      assert.equal(codeOf(refusal), 'server-error');
      assert.ok(!refusal.ok && refusal.error.retryAfterMs! > 0);
      // Who is at the same process is reached without it.
      assert.equal(codeOf(await ada!.signal(ben!.id, 'still here')), 'ok');
      assert.equal((await ben!.next<{ signal: string }>('signal')).signal, 'still here');
      assert.equal(codeOf(await ada!.signal(cleo!.id, 'and you?')), 'server-error');
      // One goes for good meanwhile, another one by accident.
      assert.equal(codeOf(await ben!.leave()), 'ok');
      assert.deepEqual(await ada!.next('peer-left'), { id: ben!.id, reason: 'left' });
      if (soak) await new Promise((resolve) => setTimeout(resolve, 30_000));
      await back(redis);

      const answer = await joinPatiently(dora!, { name: 'Ben' });
      assert.deepEqual(answer.peers.map(({ name }) => name).toSorted(), ['Ada', 'Cleo']);
      for (const peer of [ada, cleo]) {
        await newsOf(peer!, dora!.instance, 'Ben');
      }
      for (const [from, to] of [
        [ada, cleo],
        [cleo, dora],
        [dora, ada],
      ] as const) {
        assert.equal(codeOf(await from!.signal(to!.id, 'all is well')), 'ok');
        assert.equal((await to!.next<{ signal: string }>('signal')).signal, 'all is well');
      }
      const emma = await fleet.at(1);
      await assert.rejects(joinPatiently(emma, { name: 'Emma' }), /refused: room-full/);
      // Nobody who was there all the time was ever called gone.
      const gone = [...ada!.unread('peer-left'), ...cleo!.unread('peer-left')];
      assert.deepEqual(new Set(gone.map((left) => (left as Joined).id)).has(cleo!.id), false);
      assert.deepEqual(new Set(gone.map((left) => (left as Joined).id)).has(ada!.id), false);
      for (const peer of [ada, cleo, dora]) await peer!.leave();
      await fleet.empty();
    });
  }
});

async function leaveAll(peers: readonly RawPeer[], codes: readonly string[]): Promise<void> {
  await Promise.all(peers.filter((_, at) => codes[at] === 'ok').map((peer) => peer.leave()));
}

/** As if Redis were started anew all the time meanwhile: what is asked of it has to be asked twice, now and then. */
async function forgettingScripts<T>(redis: RedisServer, act: () => Promise<T>): Promise<T> {
  const client = await createClient({ url: redis.freshUrl() }).connect();
  const acted = act().finally(() => client.destroy());
  const forget = (): Promise<void> => client.scriptFlush().then(forget);
  // Until the connection is ended.
  forget().catch(() => {});
  return acted;
}

/** How long a signal takes from one process to the other; said always, judged in a soak. */
async function relayTimes(t: TestContext, from: RawPeer, to: RawPeer): Promise<void> {
  const times: number[] = [];
  for (let n = 0; n < 200; n += 1) {
    const begunMs = performance.now();
    const [answer] = await Promise.all([from.signal(to.id, 'x'.repeat(2_048)), to.next('signal')]);
    times.push(performance.now() - begunMs);
    assert.equal(codeOf(answer), 'ok');
  }
  const [p50 = 0, p99 = 0] = [0.5, 0.99].map(
    (share) => times.toSorted((a, b) => a - b)[Math.floor(times.length * share)],
  );
  t.diagnostic(`a signal between processes: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
  if (soak) assert.ok(p50 <= 4);
}
