import { expect } from 'chai';
import { AUDIO, Desks, type Person } from './support/desks.ts';

const id = (letter: string): string => letter.repeat(22);
const [A, B, C] = ['A', 'B', 'C'].map(id) as [string, string, string];

const isIn = ({ desk }: Person): boolean => desk.engaged?.phase === 'in';
const why = ({ endings }: Person): readonly string[] => endings.map((ended) => ended.why);

describe('CallDesk, without a path to somebody', () => {
  let desks: Desks;
  const set = (names: readonly string[]): readonly Person[] => {
    desks = new Desks(names);
    return desks.people;
  };

  afterEach(() => desks.close());

  it('goes on without one who is away, who is in it again when there is a path', async () => {
    const [a, b, c] = set([A, B, C]) as [Person, Person, Person];
    await a.desk.start(null, AUDIO);
    await desks.quiet();
    await b.desk.join(AUDIO);
    await c.desk.join(AUDIO);
    await desks.quiet();
    a.desk.setAway(b.id, true);
    expect([...a.desk.answers.keys()]).to.deep.equal([C]);
    a.desk.setAway(b.id, false);
    expect([...a.desk.answers]).to.deep.equal([
      [B, 'in'],
      [C, 'in'],
    ]);
  });

  it('ends for the last one when the other is away, who hears of it when there is a path', async () => {
    for (const isRebuilt of [false, true]) {
      const [a, b] = set([A, B]) as [Person, Person];
      await a.desk.start(null, AUDIO);
      await desks.quiet();
      await b.desk.join(AUDIO);
      await desks.quiet();
      // What is sent meanwhile waits in the channel, or is lost with it.
      if (isRebuilt) desks.cut(A, B);
      a.desk.setAway(b.id, true);
      expect([a, b].map(isIn)).to.deep.equal([false, true]);
      expect(why(a)).to.deep.equal(['ended']);
      if (isRebuilt) desks.connect(A, B);
      else a.desk.setAway(b.id, false);
      await desks.quiet();
      expect([a, b].map(isIn)).to.deep.equal([false, false]);
      await b.desk.start(null, AUDIO);
      await desks.quiet();
      expect(a.desk.ring?.from).to.equal(B);
      desks.close();
    }
  });

  it('does not ring somebody who is away', async () => {
    const [a, b] = set([A, B]) as [Person, Person];
    await a.desk.start(null, AUDIO);
    await desks.quiet();
    a.desk.setAway(b.id, true);
    expect(why(a)).to.deep.equal(['left']);
    const error = await a.desk.start([b.id], AUDIO).catch((error: unknown) => error);
    expect(error).to.have.property('code', 'peer-unavailable');
  });
});
