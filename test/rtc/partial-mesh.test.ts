import { expect } from 'chai';
import type { Room, RoomOptions } from '../../src/rtc/room.ts';
import { freshRoomName, makeRoom, textsOf, until } from './support/rooms.ts';
import { hurry } from './support/fake-time.ts';
import { Severed } from './support/severed.ts';

let severed: Severed;
let ada: Room;
let ben: Room;
let cleo: Room;

const linkOf = (room: Room, name: string) => room.peers.find((peer) => peer.name === name);

/** Ada and Ben have no way to each other; both reach Cleo. */
async function meet(options: Partial<RoomOptions> = {}): Promise<void> {
  const room = freshRoomName();
  const make = (name: string): Room =>
    makeRoom({ room, name, signaling: () => severed.signaling(), ...options });
  [ada, ben, cleo] = [make('Ada'), make('Ben'), make('Cleo')];
  for (const each of [cleo, ada, ben]) await each.join();
  await until(ada, () => linkOf(ada, 'Ben')?.through?.name === 'Cleo');
  await until(ben, () => linkOf(ben, 'Ada')?.through?.name === 'Cleo');
}

describe('Room, where two can reach each other only through a third', () => {
  beforeEach(() => {
    severed = new Severed('Ada', 'Ben');
  });
  afterEach(() => severed.restore());

  for (const history of ['none', 'session'] as const) {
    it(`brings what they say to each other, in order, with history="${history}"`, async () => {
      await meet({ history });
      for (let at = 0; at < 5; at++) {
        await ada.send(`Ada ${at}`);
        await until(ben, ({ messages }) => messages.length === at * 2 + 1);
        await ben.send(`Ben ${at}`);
        await until(ada, ({ messages }) => messages.length === at * 2 + 2);
      }
      await until(cleo, ({ messages }) => messages.length === 10);
      expect(textsOf(ada)).to.deep.equal(textsOf(ben));
      expect(textsOf(cleo)).to.deep.equal(textsOf(ben));
      expect(linkOf(ada, 'Ben')?.link).not.to.equal('connected');
    });
  }

  it('says how far a message has come: with whom it is, and who has seen it', async () => {
    await meet();
    const message = await ada.send('Hello both');
    expect(message).to.include({ of: 2 });
    await until(ada, ({ messages }) => messages[0]?.state === 'delivered');
    expect(ada.messages[0]).to.include({ delivered: 2, of: 2, seen: 0 });
    ben.markSeen(message.id);
    await until(ada, ({ messages }) => messages[0]?.seen === 1);
    cleo.markSeen(message.id);
    await until(ada, ({ messages }) => messages[0]?.state === 'seen');
    expect(ada.messages[0]).to.include({ delivered: 2, of: 2, seen: 2 });
    const receipts = ada.receipts(message.id);
    expect(receipts.map(({ name, state }) => [name, state])).to.have.deep.members([
      ['Ben', 'seen'],
      ['Cleo', 'seen'],
    ]);
    for (const { deliveredAt, seenAt } of receipts) {
      expect(deliveredAt!.getTime()).to.be.at.most(seenAt!.getTime());
      expect(Date.now() - deliveredAt!.getTime()).to.be.within(0, 60_000);
    }
    expect(ben.receipts(message.id)).to.deep.equal([]);
  });

  it('brings thousands, in order', async () => {
    await meet({ history: 'session' });
    const texts = Array.from({ length: 2_000 }, (_, at) => `message ${at}`);
    for (const text of texts) void ada.send(text);
    await until(ben, ({ messages }) => messages.length === texts.length);
    expect(textsOf(ben)).to.deep.equal(texts);
    await until(ada, ({ messages }) => messages.every(({ state }) => state === 'delivered'));
  });

  it('says so no longer when there is a way after all, or when the third is gone', async () => {
    await meet();
    await cleo.leave();
    await until(ada, () => linkOf(ada, 'Ben')?.through === undefined);
    expect((await ada.send('Where are you?')).state).to.equal('waiting');
    severed.mend();
    const calm = hurry(20);
    try {
      await until(ben, ({ messages }) => messages.length === 1);
      await until(ada, () => linkOf(ada, 'Ben')?.link === 'connected');
      await until(ada, ({ messages }) => messages[0]?.state === 'delivered');
    } finally {
      calm();
    }
  });
});
