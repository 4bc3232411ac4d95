import { expect } from 'chai';
import type { Lease } from '../../src/rtc/lease.ts';
import { createKeyPair, identityOf, type Identity } from '../../src/rtc/identity.ts';
import { MemoryStore } from '../../src/rtc/memory-store.ts';
import { freshRoomName, isConnected, makeRoom, textsOf, until } from './support/rooms.ts';
import { come } from './support/visits.ts';

/** A store that can be put back to what it was: a copied profile, a disk from a backup. */
async function copyOf(store: MemoryStore): Promise<MemoryStore> {
  const copy = new MemoryStore();
  const { marks } = await store.load();
  const batches = await Promise.all(marks.map(({ author }) => store.after(author, 0, Infinity)));
  await copy.commit({ marks, batches: batches.flat() });
  return copy;
}

const leaseOf = (identity: Identity, store: MemoryStore): Lease => ({
  identity,
  store,
  history: 'session',
  historyError: null,
  release: () => Promise.resolve(),
});

/** Ada has said "one" and "two" to Bo and has left; `earlier` is what was kept after "one". */
async function putBack() {
  const room = freshRoomName();
  const identity = await identityOf(await createKeyPair());
  const store = new MemoryStore();
  const bo = makeRoom({ room, name: 'Bo', history: 'session' });
  await bo.join();
  const ada = makeRoom({ room, lease: () => Promise.resolve(leaseOf(identity, store)) });
  await ada.join();
  await ada.send('one');
  const earlier = await copyOf(store);
  await ada.send('two');
  await until(bo, ({ messages }) => messages.length === 2);
  await ada.leave();
  return { room, identity, bo, earlier };
}

describe('Room, whose log was put back to an earlier state', () => {
  it('gets what others hold of it before it writes on', async () => {
    const { room, identity, bo, earlier } = await putBack();
    const again = makeRoom({ room, lease: () => Promise.resolve(leaseOf(identity, earlier)) });
    await again.join();
    await until(again, isConnected);
    await again.send('three');
    expect(textsOf(again)).to.deep.equal(['one', 'two', 'three']);
    await until(bo, ({ messages }) => messages.length === 3);
    expect(textsOf(bo)).to.deep.equal(['one', 'two', 'three']);
    expect(again.self?.id).to.equal(identity.id);
  });

  it('goes on under a new key where it has written something else there, and says again what nobody holds', async () => {
    const { room, identity, bo, earlier } = await putBack();
    await bo.leave();
    const leases = [leaseOf(identity, earlier)];
    const again = makeRoom({
      room,
      lease: async () =>
        leases.shift() ?? leaseOf(await identityOf(await createKeyPair()), new MemoryStore()),
    });
    await again.join();
    await again.send('not two');
    const back = makeRoom({ room, name: 'Bo', history: 'session' });
    await back.join();
    await until(back, ({ messages }) => messages.length === 3);
    expect(textsOf(back)).to.deep.equal(['one', 'two', 'not two']);
    expect(again.self?.id).not.to.equal(identity.id);
    expect(back.messages[2]?.author.id).to.equal(again.self?.id);
    await until(again, ({ messages }) => messages.length === 3);
    expect(textsOf(again)).to.deep.equal(['one', 'two', 'not two']);
  });

  it('does not believe that without its own signature', async () => {
    const room = freshRoomName();
    const ada = makeRoom({ room, history: 'session' });
    await ada.join();
    const id = ada.self?.id ?? '';
    await ada.send('one');
    const { stranger, peer } = await come(ada);
    await stranger.connect(peer);
    stranger.send(
      stranger.hello({ features: ['history'], have: { [id]: [1, 1, 'x'.repeat(22)] } }),
    );
    expect(await stranger.frame('want')).to.deep.include({ author: id, from: 1, to: 1 });
    stranger.send(await stranger.batch('forged', { first: 1, prev: '' }));
    stranger.send({ type: 'given', author: id });
    stranger.send({ type: 'fork', author: id, seq: 1, head: 'x'.repeat(22) });
    await stranger.write('hello');
    await until(ada, ({ messages }) => messages.length === 2);
    expect(ada.self?.id).to.equal(id);
  });
});
