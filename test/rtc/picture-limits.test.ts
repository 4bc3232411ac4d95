import { expect } from 'chai';
import type { PictureDemand } from '../../src/rtc/picture-limits.ts';
import { limitsOf, SCALES } from '../../src/rtc/picture-limits.ts';

const CAMERA: PictureDemand = {
  line: 'camera',
  others: 1,
  source: [1_280, 720],
  shown: null,
  budgetBps: Infinity,
  formerScale: 1,
};
const SCREEN: PictureDemand = { ...CAMERA, line: 'screen', source: [1_920, 1_080] };

describe('limitsOf', () => {
  const rows: readonly [string, PictureDemand, Partial<ReturnType<typeof limitsOf>>][] = [
    [
      'a camera for one other person goes whole',
      CAMERA,
      { active: true, scaleResolutionDownBy: 1, maxBitrate: 2_000_000, maxFramerate: 30 },
    ],
    ['for two, smaller', { ...CAMERA, others: 2 }, { scaleResolutionDownBy: 1.5 }],
    [
      'for three, a quarter',
      { ...CAMERA, others: 3 },
      { scaleResolutionDownBy: 2, maxFramerate: 24 },
    ],
    [
      'for five, a ninth, with fewer frames',
      { ...CAMERA, others: 5 },
      { scaleResolutionDownBy: 3, maxBitrate: 380_000, maxFramerate: 20 },
    ],
    [
      'for more than there can be, as for five',
      { ...CAMERA, others: 31 },
      { scaleResolutionDownBy: 3 },
    ],
    [
      'a camera that gives little is not made smaller',
      { ...CAMERA, others: 3, source: [640, 360] },
      { scaleResolutionDownBy: 1, maxBitrate: 710_000 },
    ],
    [
      'no larger than it is shown',
      { ...CAMERA, shown: [320, 180] },
      { scaleResolutionDownBy: 4, maxBitrate: 250_000, maxFramerate: 15 },
    ],
    [
      'a tile that is filled takes its height from the picture',
      { ...CAMERA, shown: [200, 360] },
      { scaleResolutionDownBy: 2 },
    ],
    [
      'a little smaller than it is shown is not seen',
      { ...CAMERA, shown: [680, 380] },
      { scaleResolutionDownBy: 2 },
    ],
    [
      'larger than the camera gives: whole',
      { ...CAMERA, shown: [2_560, 1_440] },
      { scaleResolutionDownBy: 1 },
    ],
    ['not shown: not sent', { ...CAMERA, shown: [0, 0] }, { active: false }],
    [
      'a screen goes whole, with fewer frames',
      { ...SCREEN, others: 3 },
      { active: true, scaleResolutionDownBy: 1, maxFramerate: 10 },
    ],
    [
      'a large screen no larger than it can be read',
      { ...SCREEN, source: [3_840, 2_160] },
      { scaleResolutionDownBy: 2 },
    ],
    [
      'a screen is shown whole, so its narrower side counts',
      { ...SCREEN, shown: [960, 1_080] },
      { scaleResolutionDownBy: 2 },
    ],
    [
      'nothing is known of the path: it begins small',
      { ...CAMERA, budgetBps: null, formerScale: null },
      { scaleResolutionDownBy: 4, maxBitrate: 2_000_000 },
    ],
    [
      'a small camera does not begin smaller than it has to',
      { ...CAMERA, source: [640, 480], budgetBps: null, formerScale: null },
      { scaleResolutionDownBy: 2 },
    ],
    [
      'a picture begins small on a known path as well',
      { ...CAMERA, formerScale: null },
      { scaleResolutionDownBy: 4 },
    ],
    [
      'and goes on so until the path is known',
      { ...CAMERA, budgetBps: null, formerScale: 4 },
      { scaleResolutionDownBy: 4 },
    ],
    [
      'the path carries it: whole',
      { ...CAMERA, budgetBps: 1_000_000, formerScale: 4 },
      { scaleResolutionDownBy: 1 },
    ],
    [
      'it carries half of that',
      { ...CAMERA, budgetBps: 500_000, formerScale: 4 },
      { scaleResolutionDownBy: 2, maxBitrate: 2_000_000 },
    ],
    [
      'what is in use stays with less than what begins it',
      { ...CAMERA, budgetBps: 750_000, formerScale: 1 },
      { scaleResolutionDownBy: 1 },
    ],
    [
      'and is given up with too little',
      { ...CAMERA, budgetBps: 650_000, formerScale: 1 },
      { scaleResolutionDownBy: 1.5 },
    ],
    [
      'never smaller than the smallest',
      { ...CAMERA, budgetBps: 0 },
      { scaleResolutionDownBy: SCALES.at(-1)! },
    ],
  ];
  for (const [what, demand, expected] of rows)
    it(what, () => expect(limitsOf(demand)).to.deep.include(expected));

  it('stays where it is when nothing changes, whatever the path carries', () => {
    for (let budgetBps = 0; budgetBps < 3_000_000; budgetBps += 10_000)
      for (const start of SCALES) {
        const { scaleResolutionDownBy } = limitsOf({ ...CAMERA, budgetBps, formerScale: start });
        const again = limitsOf({ ...CAMERA, budgetBps, formerScale: scaleResolutionDownBy });
        expect(again.scaleResolutionDownBy).to.equal(scaleResolutionDownBy);
      }
  });
});
