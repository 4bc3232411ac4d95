import { expect } from 'chai';
import type { QualityLevel } from '../../src/rtc/call-quality.ts';
import { judge, UNJUDGED } from '../../src/rtc/call-quality.ts';
import type { MediaSample } from '../../src/rtc/media-report.ts';

const WELL: MediaSample = {
  lost: false,
  loss: 0,
  sentLoss: 0,
  concealed: 0,
  frozen: 0,
  receivedBps: 1_000_000,
  sentBps: 1_000_000,
  roundTripMs: 40,
  relayed: false,
  picture: null,
};
const LOSSY = { ...WELL, loss: 0.08 };
const SO_SO = { ...WELL, loss: 0.03 };
const GONE = { ...WELL, lost: true };

describe('judge', () => {
  const levels = (...samples: readonly MediaSample[]): readonly QualityLevel[] => {
    let judgement = UNJUDGED;
    return samples.map((sample) => (judgement = judge(judgement, sample)).level);
  };

  it('is good while nothing is wrong, and through one bad sample', () => {
    expect(levels(WELL, WELL, LOSSY, WELL)).to.deep.equal(['good', 'good', 'good', 'good']);
  });

  for (const [what, bad] of [
    ['packets are lost', LOSSY],
    ['answers are late', { ...WELL, roundTripMs: 800 }],
    ['sound is made up', { ...WELL, concealed: 0.1 }],
    ['pictures stand still', { ...WELL, frozen: 0.4 }],
  ] as const)
    it(`is weak when ${what} twice in a row, and good again after three good ones`, () => {
      expect(levels(bad, bad, WELL, WELL, WELL)).to.deep.equal([
        'good',
        'weak',
        'weak',
        'weak',
        'good',
      ]);
    });

  it('is weak at once where everybody notices', () => {
    expect(levels({ ...WELL, loss: 0.4 }, WELL)).to.deep.equal(['weak', 'weak']);
  });

  it('does not flicker between the bounds', () => {
    expect(levels(SO_SO, SO_SO, SO_SO, SO_SO)).to.not.include('weak');
    const [, , ...after] = levels(LOSSY, LOSSY, SO_SO, WELL, WELL, SO_SO, WELL, WELL, SO_SO);
    expect(after).to.not.include('good');
    const swinging = Array.from({ length: 20 }, (_, at) => (at % 2 ? LOSSY : WELL));
    expect(new Set(levels(...swinging))).to.deep.equal(new Set(['good']));
  });

  it('is lost at once, and weak before it is good again', () => {
    expect(levels(WELL, GONE, WELL, WELL, WELL, WELL)).to.deep.equal([
      'good',
      'lost',
      'weak',
      'weak',
      'weak',
      'good',
    ]);
  });
});
