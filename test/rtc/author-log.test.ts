import { expect } from 'chai';
import type { PeerId } from '../../src/protocol/ids.ts';
import { AuthorLog, droppedThrough, judge, type Source } from '../../src/rtc/author-log.ts';
import type { CheckedBatch } from '../../src/rtc/batch-verifier.ts';
import { authorOf } from './support/author.ts';
import { storedBatch, storedMark } from './support/store-contract.ts';

const id = 'ada' as PeerId;
const ada = authorOf('ada');
const mark = { ...storedMark(ada, 10, 5), head: 'H' };
const batch = (first: number, last: number, prev: string): CheckedBatch =>
  ({ author: id, last, body: { first, prev } }) as CheckedBatch;

describe('judge', () => {
  const from: Source = { id, ownLow: 20 };
  const table = [
    ['an unknown author begins anywhere', undefined, batch(7, 9, 'x'), from, 'taken'],
    ['the next one with our head', mark, batch(11, 12, 'H'), from, 'taken'],
    ['the next one with another head', mark, batch(11, 12, 'x'), from, 'fork'],
    ['what ends at high', mark, batch(9, 10, 'x'), from, 'repeated'],
    ['what lies before low', mark, batch(1, 2, 'x'), from, 'repeated'],
    ['what overlaps high', mark, batch(10, 11, 'x'), from, 'fork'],
    ['what comes too early', mark, batch(12, 12, 'x'), from, 'early'],
    ['a jump to where its author begins', mark, batch(20, 21, 'x'), from, 'taken'],
    ['a jump past that', mark, batch(21, 21, 'x'), from, 'early'],
    [
      'a jump told by somebody else',
      mark,
      batch(20, 21, 'x'),
      { ...from, id: 'ben' as PeerId },
      'early',
    ],
    ['a jump where nothing was told', mark, batch(20, 21, 'x'), { id, ownLow: null }, 'early'],
    [
      'the next one after everything was cleared',
      { ...mark, low: 11 },
      batch(11, 11, 'H'),
      from,
      'taken',
    ],
  ] as const;
  for (const [what, held, given, source, expected] of table) {
    it(`says ${expected} to ${what}`, () => {
      expect(judge(held, given, source)).to.equal(expected);
    });
  }
});

describe('AuthorLog', () => {
  it('forgets what begins up to a seq, and knows what was kept before it was opened', () => {
    const log = new AuthorLog({ ...mark, low: 4 }, null);
    for (const [first, last] of [
      [7, 7],
      [8, 10],
    ] as const) {
      log.add(storedBatch(ada, first, last));
    }
    log.restore([storedBatch(ada, 1, 2), storedBatch(ada, 4, 6)]);
    expect(log.batches.map(({ first }) => first)).to.deep.equal([1, 4, 7, 8]);
    expect(log.drop(4).map(({ first }) => first)).to.deep.equal([1, 4]);
    expect(log.batches.map(({ first }) => first)).to.deep.equal([7, 8]);
  });

  it('moves low to what is left, never back and never past the end', () => {
    expect(droppedThrough(mark, 7, true)).to.deep.equal({ ...mark, low: 8, trimmed: true });
    expect(droppedThrough(mark, 2, false).low).to.equal(5);
    expect(droppedThrough(mark, 99, false)).to.deep.equal({ ...mark, low: 11 });
    expect(droppedThrough({ ...mark, trimmed: true }, 7, false).trimmed).to.equal(true);
  });
});
