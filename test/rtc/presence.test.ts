import { expect } from 'chai';
import type { FrameInput } from '../../src/protocol/frames.ts';
import type { AuthorId, PeerId } from '../../src/protocol/ids.ts';
import { MAX_AUTHORS } from '../../src/protocol/limits.ts';
import { Presence } from '../../src/rtc/presence.ts';
import { FakeTime } from './support/fake-time.ts';

const ada = 'a'.repeat(22) as PeerId;
const authorNamed = (number: number): AuthorId => String(number).padStart(22, '0') as AuthorId;

describe('Presence', () => {
  let time: FakeTime;
  let said: FrameInput[];
  let changes: PeerId[];
  let presence: Presence;

  beforeEach(() => {
    time = new FakeTime();
    said = [];
    changes = [];
    presence = new Presence({
      broadcast: (frame) => said.push(frame),
      typingChanged: (id) => changes.push(id),
    });
  });
  afterEach(() => time.restore());

  const typing = (value: boolean) => ({ type: 'presence', typing: value }) as const;

  it('says every three seconds that we write, not with every letter', async () => {
    for (let letter = 0; letter < 40; letter++) {
      presence.setTyping(true);
      await time.pass(100);
    }
    expect(said).to.deep.equal([typing(true), typing(true)]);
  });

  it('says that we have stopped, by itself after five seconds and once', async () => {
    presence.setTyping(true);
    await time.pass(5_000);
    presence.setTyping(false);
    expect(said).to.deep.equal([typing(true), typing(false)]);
  });

  it('shows for six seconds that somebody writes', async () => {
    presence.take(ada, typing(true));
    await time.pass(5_999);
    expect(presence.isTyping(ada)).to.equal(true);
    await time.pass(1);
    expect(presence.isTyping(ada)).to.equal(false);
    expect(changes).to.deep.equal([ada, ada]);
  });

  it('is told again and again that somebody writes, and tells it once', async () => {
    for (let times = 0; times < 10; times++) {
      presence.take(ada, typing(true));
      await time.pass(3_000);
    }
    expect(changes).to.deep.equal([ada]);
    expect(presence.isTyping(ada)).to.equal(true);
  });

  it('does not follow somebody who begins and stops a thousand times a second', async () => {
    for (let times = 0; times < 1_000; times++) {
      presence.take(ada, typing(true));
      presence.take(ada, typing(false));
      await time.pass(1);
    }
    expect(changes.length).to.be.within(2, 10);
    expect(presence.isTyping(ada)).to.equal(false);
  });

  it('tells what has been seen in one go, and only what is new', async () => {
    presence.markSeen(authorNamed(1), 3);
    presence.markSeen(authorNamed(1), 2);
    presence.markSeen(authorNamed(1), 7);
    presence.markSeen(authorNamed(2), 1);
    await time.pass(100);
    presence.markSeen(authorNamed(1), 7);
    await time.pass(100);
    const seen = { [authorNamed(1)]: 7, [authorNamed(2)]: 1 };
    expect(said).to.deep.equal([{ type: 'presence', seen }]);
  });

  it('greets with what has been seen, of no more authors than a frame may name', () => {
    for (let author = 0; author < MAX_AUTHORS + 10; author++)
      presence.markSeen(authorNamed(author), 1);
    const greeting = presence.greeting([ada]);
    if (greeting.type !== 'presence') throw new Error('no presence');
    expect(greeting.links).to.deep.equal([ada]);
    expect(Object.keys(greeting.seen ?? {}).length).to.equal(MAX_AUTHORS);
    expect(greeting.seen).to.have.property(authorNamed(MAX_AUTHORS + 9));
  });

  it('leaves no timer behind', async () => {
    presence.setTyping(true);
    presence.take(ada, typing(true));
    presence.markSeen(authorNamed(1), 1);
    presence.close();
    expect(time.alarms).to.equal(0);
  });
});
