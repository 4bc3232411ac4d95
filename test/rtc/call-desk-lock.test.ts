import { expect } from 'chai';
import { AUDIO, Desks, missed, type Person, where, why } from './support/desks.ts';
import { codeOf } from './support/errors.ts';
import { FakeTime } from './support/fake-time.ts';

const VIDEO = { audio: true, video: true } as const;
const [A, B] = ['A', 'B'].map((letter) => letter.repeat(22)) as [string, string];

describe('CallDesk, whose browser is slow to say whether it has another call', () => {
  let time: FakeTime;
  let desks: Desks;
  const set = (...names: readonly string[]): readonly Person[] => {
    desks = new Desks(names);
    return desks.people;
  };

  beforeEach(() => {
    time = new FakeTime();
  });
  afterEach(() => {
    desks.close();
    time.restore();
  });

  it('rings for a second call that comes before it is known of the first', async () => {
    const [a, b] = set(A, B) as [Person, Person];
    desks.slow = true;
    const first = a.desk.start(null, AUDIO);
    await desks.grant();
    await first;
    await desks.quiet();
    a.desk.hangUp();
    await desks.quiet();
    const second = a.desk.start(null, AUDIO);
    // Of the two that Bo asks for, only the second counts.
    await desks.grant(1);
    await desks.grant(1);
    await second;
    await desks.quiet();
    await desks.grant();
    await desks.quiet();
    expect([a, b].map(where)).to.deep.equal(['calling', 'ringing']);
    expect(missed(b)).to.deep.equal([[A, 'ended']]);
  });

  it('has missed nothing when it leaves before that is known', async () => {
    const [a, b] = set(A, B) as [Person, Person];
    await a.desk.start(null, AUDIO);
    desks.slow = true;
    await desks.quiet();
    b.desk.close();
    await desks.grant();
    expect(b.endings).to.deep.equal([]);
    expect(b.lock.held).to.equal(null);
  });

  it('does not ring when it was hung up meanwhile, and can call at once', async () => {
    const [a, b] = set(A, B) as [Person, Person];
    desks.slow = true;
    const first = codeOf(a.desk.start(null, AUDIO));
    a.desk.hangUp();
    const second = codeOf(a.desk.start([b.id], VIDEO));
    await desks.grant();
    expect(await Promise.all([first, second])).to.deep.equal(['no-call', 'fulfilled']);
    await desks.quiet();
    await desks.grant();
    expect(b.desk.ring?.media).to.deep.equal(VIDEO);
    expect(a.endings).to.deep.equal([]);
    a.desk.hangUp();
    await desks.quiet();
    expect([a, b].map(({ lock }) => lock.held)).to.deep.equal([null, null]);
  });

  it('has declined what was declined before the answer could be given', async () => {
    const [a, b] = set(A, B) as [Person, Person];
    await a.desk.start(null, AUDIO);
    await desks.quiet();
    const answered = codeOf(b.desk.join(AUDIO));
    b.desk.decline();
    expect(await answered).to.equal('no-call');
    await desks.quiet();
    expect([a, b].map(where)).to.deep.equal(['idle', 'idle']);
    expect(why(a)).to.deep.equal(['declined']);
  });

  it('holds nothing when it has left before it could call', async () => {
    const [a] = set(A, B) as [Person];
    desks.slow = true;
    const under = codeOf(a.desk.start(null, AUDIO));
    a.desk.close();
    const after = codeOf(a.desk.start(null, AUDIO));
    await desks.grant();
    expect(await Promise.all([under, after])).to.deep.equal(['closed', 'closed']);
    expect(a.lock.held).to.equal(null);
  });
});
