import { expect } from 'chai';
import { MAX_BATCH_ITEMS } from '../../src/protocol/limits.ts';
import type { Room } from '../../src/rtc/room.ts';
import { makeRoom, next, textsOf, twoRooms, until } from './support/rooms.ts';
import { StrangerKey, type Stranger } from './support/stranger.ts';
import { come } from './support/visits.ts';

let ada: Room;

const features = ['late-signatures'];

/** A stranger that takes batches ahead of their signatures, linked to Ada. */
async function meet(keys?: StrangerKey): Promise<Stranger> {
  const { stranger, peer } = await come(ada, keys);
  await stranger.connect(peer);
  stranger.send(stranger.hello({ features }));
  await stranger.frame('hello');
  await until(ada, ({ peers }) =>
    peers.some(({ id, link }) => id === stranger.id && link === 'connected'),
  );
  return stranger;
}

/** A text, and the signature that belongs behind it. */
async function say(
  stranger: Stranger,
  text: string,
  first: number,
  prev: string,
  fields: Record<string, unknown> = {},
): Promise<{ frame: string; of: [string, string, number]; body: string }> {
  const items = [{ kind: 'text', text }];
  const ahead = { first, at: [Date.now(), 0], name: 'Stranger', keep: false, items, ...fields };
  const rest = JSON.stringify(ahead).slice(1);
  const body = `{"prev":"${prev}",${rest}`;
  const sig = await stranger.keys.sign(`rtc-chat entries 1\n${stranger.room}\n${body}`);
  return { frame: `{"type":"unsigned",${rest}`, of: [prev, sig, first], body };
}

const shows = (...texts: readonly string[]): Promise<void> =>
  until(ada, (room) => textsOf(room).join() === texts.join());

const heldOf = (stranger: Stranger): Promise<unknown> =>
  stranger.frames.first(
    (frame) => frame.type === 'have' && Object.hasOwn(frame['have'] as object, stranger.id),
  );

describe('Room, beside a client that signs behind what it says', () => {
  beforeEach(async () => {
    [ada] = await twoRooms();
  });

  it('shows a text before its signature comes, and acknowledges it after', async () => {
    const stranger = await meet();
    const { frame, of } = await say(stranger, 'Hello', 1, '');
    const shown = shows('Hello');
    stranger.send(frame);
    await shown;
    stranger.send({ type: 'ping', id: 1 });
    await stranger.frame('pong');
    expect(stranger.frames.all.some(({ type }) => type === 'have')).to.equal(false);
    stranger.send({ type: 'signature', of: [of] });
    await heldOf(stranger);
    expect(textsOf(ada)).to.deep.equal(['Hello']);
  });

  it('sends it a text ahead, and the signature of it behind', async () => {
    const stranger = await meet();
    await ada.send('Welcome');
    expect(await stranger.frame('unsigned')).to.deep.include({
      first: 1,
      keep: false,
      items: [{ kind: 'text', text: 'Welcome' }],
    });
    const { of } = await stranger.frame('signature');
    const [[prev, sig, last] = []] = of as [string, string, number][];
    expect([prev, sig?.length, last]).to.deep.equal(['', 86, 1]);
    expect(stranger.frames.all.some(({ type }) => type === 'batch')).to.equal(false);
  });

  it('signs before it says bye', async () => {
    const stranger = await meet();
    await ada.send('Last words');
    const leaving = ada.leave();
    await stranger.frame('bye');
    stranger.send({ type: 'bye-ack' });
    await leaving;
    const types = stranger.frames.all.map(({ type }) => type);
    expect(types.indexOf('signature')).to.be.within(0, types.indexOf('bye'));
  });

  it('waits for the signature where somebody does not know the feature', async () => {
    const stranger = await meet();
    const { stranger: other, peer } = await come(ada);
    await other.meet(peer);
    await until(ada, ({ peers }) =>
      peers.some(({ id, link }) => id === other.id && link === 'connected'),
    );
    await ada.send('To everybody');
    await Promise.all([stranger.frame('batch'), other.frame('batch')]);
    expect(stranger.frames.all.some(({ type }) => type === 'unsigned')).to.equal(false);
  });

  it('takes the same batch whole after a link that was lost in between', async () => {
    const keys = await StrangerKey.create();
    const { stranger, peer } = await come(ada, keys);
    await stranger.connect(peer);
    stranger.send(stranger.hello({ features }));
    await stranger.frame('hello');
    const { frame, of, body } = await say(stranger, 'Cut', 1, '');
    stranger.send(frame);
    await shows('Cut');
    await stranger.connect(peer);
    stranger.frames.all.length = 0;
    stranger.send(stranger.hello({ features }));
    const { have } = (await stranger.frame('hello')) as unknown as { have: object };
    // What is not signed is not held.
    expect(have).not.to.have.property(stranger.id);
    stranger.send({ type: 'batch', key: stranger.keys.key, body, sig: of[1] });
    await heldOf(stranger);
    expect(textsOf(ada)).to.deep.equal(['Cut']);
  });

  it('goes on showing what somebody said who left without signing it', async () => {
    const stranger = await meet();
    stranger.send((await say(stranger, 'In a hurry', 1, '')).frame);
    await shows('In a hurry');
    const left = next(ada, 'peer-leave');
    stranger.send({ type: 'bye', reason: 'left' });
    expect((await left).reason).to.equal('left');
    expect(textsOf(ada)).to.deep.equal(['In a hurry']);
  });

  for (const [what, bad] of [
    [
      'a wrong signature',
      async (by: Stranger) =>
        by.send({ type: 'signature', of: [['', (await say(by, 'Other', 1, '')).of[1], 1]] }),
    ],
    [
      'something else in the place of its signature',
      async (by: Stranger) => by.send(await by.batch('Other', { keep: false })),
    ],
    [
      'more signatures than texts',
      async (by: Stranger) => {
        const { of } = await say(by, 'Other', 1, '');
        by.send({ type: 'signature', of: [of, of] });
      },
    ],
    [
      'more texts than may be unsigned',
      async (by: Stranger) => {
        for (let first = 2; first <= MAX_BATCH_ITEMS + 1; first++)
          by.send((await say(by, `${first}`, first, '')).frame);
      },
    ],
    [
      'an unsigned text that is to be kept',
      async (by: Stranger) => by.send((await say(by, 'Kept', 2, '', { keep: true })).frame),
    ],
    ['an unsigned text of a wrong shape', (by: Stranger) => by.send('{"type":"unsigned"}')],
  ] as const) {
    it(`ends the link for ${what}, and withdraws what it has shown`, async () => {
      const stranger = await meet();
      stranger.send((await say(stranger, 'Said', 1, '')).frame);
      await shows('Said');
      const left = next(ada, 'peer-leave', ({ peer }) => peer.id === stranger.id);
      await bad(stranger);
      expect((await stranger.frame('bye'))['reason']).to.equal('invalid-batch');
      expect((await left).reason).to.equal('violation');
      await shows();
    });
  }

  it('ends the link for a signature of nothing', async () => {
    const stranger = await meet();
    stranger.send({ type: 'signature', of: [(await say(stranger, 'x', 1, '')).of] });
    expect((await stranger.frame('bye'))['reason']).to.equal('invalid-batch');
  });
});

describe('Room, with others like it', () => {
  it('exchanges texts of everybody in the order in which they were said', async () => {
    const [one, two] = await twoRooms();
    const three = makeRoom({ room: one.roomName, name: 'Cy' });
    await three.join();
    const rooms = [one, two, three];
    await Promise.all(
      rooms.map((room) =>
        until(room, ({ peers }) => peers.filter(({ link }) => link === 'connected').length === 2),
      ),
    );
    for (let at = 0; at < 30; at++) {
      const said = await rooms[at % 3]?.send(`${at}`);
      await Promise.all(
        rooms.map((room) => until(room, ({ messages }) => messages.at(-1)?.id === said?.id)),
      );
    }
    const texts = Array.from({ length: 30 }, (_, at) => `${at}`);
    for (const room of rooms) expect(textsOf(room)).to.deep.equal(texts);
    await Promise.all(
      rooms.map((room) =>
        until(room, ({ messages }) =>
          messages.every(({ own, delivered }) => !own || delivered === 2),
        ),
      ),
    );
  });
});
