import { expect } from 'chai';
import type { Mark } from '../../src/protocol/frames.ts';
import type { AuthorId } from '../../src/protocol/ids.ts';
import { HaveSender } from '../../src/rtc/have-sender.ts';
import { FakeTime } from './support/fake-time.ts';

const ada = 'a'.repeat(22) as AuthorId;
const bo = 'b'.repeat(22) as AuthorId;

describe('HaveSender', () => {
  let time: FakeTime;
  let sent: Record<AuthorId, Mark>[];
  let marks: Map<AuthorId, Mark>;
  let sender: HaveSender;

  const take = (author: AuthorId, high: number, bytes = 100): void => {
    marks.set(author, [1, high, 'h'.repeat(22)]);
    sender.changed([author], bytes);
  };

  beforeEach(() => {
    time = new FakeTime();
    sent = [];
    marks = new Map();
    sender = new HaveSender(marks, (have) => sent.push(have));
  });
  afterEach(() => time.restore());

  it('tells the first at once and the next together, at most 200 ms late', async () => {
    take(ada, 1);
    expect(sent.length).to.equal(1);
    for (let high = 2; high < 50; high++) take(ada, high);
    take(bo, 3);
    await time.pass(199);
    expect(sent.length).to.equal(1);
    await time.pass(1);
    expect(sent.length).to.equal(2);
    expect(Object.keys(sent[1] ?? {})).to.deep.equal([ada, bo]);
    expect(sent[1]?.[ada]?.[1]).to.equal(49);
  });

  it('tells at once when a quarter of the credit has been taken', () => {
    take(ada, 1);
    take(ada, 2, 200_000);
    expect(sent.length).to.equal(1);
    take(ada, 3, 62_144);
    expect(sent.length).to.equal(2);
  });

  it('tells at once what must be known before a batch comes', () => {
    take(ada, 1);
    take(ada, 2, Infinity);
    expect(sent.at(-1)?.[ada]?.[1]).to.equal(2);
  });

  it('says nothing of authors that are forgotten', async () => {
    take(ada, 1);
    take(bo, 1);
    marks.clear();
    await time.pass(200);
    expect(sent.length).to.equal(1);
  });

  it('is silent after it was closed', async () => {
    take(ada, 1);
    take(ada, 2);
    sender.close();
    await time.pass(1_000);
    expect(sent.length).to.equal(1);
  });
});
