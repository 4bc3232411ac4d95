import { expect } from 'chai';
import type { RoomOptions } from '../../src/rtc/room.ts';
import { MemoryBroadcaster } from '../../src/rtc/memory-signaling.ts';
import { freshRoomName, isConnected, makeRoom, textsOf, until } from './support/rooms.ts';
import { come } from './support/visits.ts';
import { fingerprint, type Stranger, StrangerKey } from './support/stranger.ts';

const memory = new MemoryBroadcaster();
const kept: Partial<RoomOptions> = { history: 'session', signaling: () => memory.signaling() };

/** Two who stay, and what a third has said to them before it left. */
async function afterwards(count: number, options = kept) {
  const room = freshRoomName();
  const [ada, ben, cleo] = ['Ada', 'Ben', 'Cleo'].map((name) =>
    makeRoom({ ...options, room, name }),
  );
  for (const each of [ada!, ben!, cleo!]) await each.join();
  await Promise.all(
    [ada!, ben!, cleo!].map((each) =>
      until(
        each,
        ({ peers }) => peers.length === 2 && peers.every(({ link }) => link === 'connected'),
      ),
    ),
  );
  const texts = Array.from({ length: count }, (_, at) => `message ${at}`);
  await Promise.all(texts.map((text) => ada!.send(text)));
  for (const each of [ben!, cleo!]) await until(each, ({ messages }) => messages.length === count);
  await ada!.leave();
  return { room, ben: ben!, cleo: cleo!, texts };
}

describe('Room, coming late', () => {
  it('has what was said by those who have left, from those who are there', async () => {
    const { room, ben, texts } = await afterwards(300);
    await ben.send('Welcome');
    const dora = makeRoom({ ...kept, room, name: 'Dora' });
    await dora.join();
    await until(dora, ({ messages }) => messages.length === texts.length + 1);
    expect(textsOf(dora)).to.deep.equal([...texts, 'Welcome']);
    await until(ben, isConnected);
  });

  it('does not have what was to be kept nowhere', async () => {
    const { room, ben } = await afterwards(3, { ...kept, history: 'none' });
    await ben.send('Welcome');
    const dora = makeRoom({ ...kept, room, name: 'Dora' });
    await dora.join();
    await until(dora, ({ messages }) => messages.length > 0);
    expect(textsOf(dora)).to.deep.equal(['Welcome']);
  });

  it('gives what it holds to a client written from PROTOCOL.md alone, and takes what that one holds', async () => {
    const room = freshRoomName();
    const ada = makeRoom({ room, history: 'session' });
    await ada.join();
    const { stranger, peer } = await come(ada);
    await stranger.connect(peer);
    stranger.send(stranger.hello({ features: ['history'] }));
    await stranger.frame('hello');
    expect(await stranger.frame('hello'))
      .to.have.property('features')
      .that.includes('history');
    const own = await ada.send('From Ada');
    await stranger.frame('batch');
    stranger.frames.all.length = 0;
    const self = ada.self?.id ?? '';
    stranger.send({ type: 'want', author: self, from: 1, to: 1 });
    expect(await stranger.frame('given')).to.deep.equal({ type: 'given', author: self });
    const [batch] = stranger.frames.all.filter(({ type }) => type === 'batch');
    expect(JSON.parse(batch?.['body'] as string)).to.deep.include({ first: 1 });
    expect(own.id).to.equal(`${self}:1`);

    // Somebody else, whom only the stranger has met.
    const other = await StrangerKey.create();
    const [first, second] = await chainOf(stranger, other);
    stranger.send({
      type: 'have',
      have: { [other.id]: [1, 2, await fingerprint(second!['body'] as string)] },
    });
    expect(await stranger.frame('want')).to.deep.equal({
      type: 'want',
      author: other.id,
      from: 1,
      to: 2,
      down: true,
    });
    for (const frame of [second!, first!, { type: 'given', author: other.id }])
      stranger.send(frame);
    await until(ada, ({ messages }) => messages.length === 3);
    const theirs = ada.messages.filter(({ author }) => author.id === other.id);
    expect(theirs.map(({ text }) => text)).to.deep.equal(['one', 'two']);
    expect(theirs[0]?.passedOnBy).to.match(/^Stranger/);
  });
});

async function chainOf(stranger: Stranger, by: StrangerKey) {
  const ms = Date.now();
  const first = await stranger.batch('one', { first: 1, prev: '', at: [ms, 0] }, by);
  const prev = await fingerprint(first['body'] as string);
  return [first, await stranger.batch('two', { first: 2, prev, at: [ms, 1] }, by)];
}
