import { expect } from 'chai';
import { PathBudget } from '../../src/rtc/path-budget.ts';

const NEAR = { roundTripMs: 1 };
const FAR = { availableBps: null, roundTripMs: 60 };

describe('PathBudget', () => {
  let path: PathBudget;
  beforeEach(() => {
    path = new PathBudget();
  });

  it('holds nothing back while nothing is known', () => {
    path.estimated({ ...NEAR, availableBps: null });
    path.sent({ ...NEAR, bps: 100_000, loss: 0 });
    expect(path.bps).to.equal(Infinity);
  });

  it('takes the part of the sound away', () => {
    path.estimated({ ...NEAR, availableBps: 500_000 });
    expect(path.bps).to.equal(440_000);
    path.estimated({ ...NEAR, availableBps: 20_000 });
    expect(path.bps).to.equal(0);
  });

  it('gives less while packets are lost, and more again when they arrive', () => {
    path.sent({ ...NEAR, bps: 1_000_000, loss: 0.2 });
    expect(path.bps).to.equal(740_000);
    path.sent({ ...NEAR, bps: 800_000, loss: 0.05 });
    expect(path.bps).to.equal(740_000);
    path.sent({ ...NEAR, bps: 800_000, loss: 0 });
    expect(path.bps).to.equal(1_140_000);
    for (let sample = 0; sample < 4; sample++) path.sent({ ...NEAR, bps: 800_000, loss: 0 });
    expect(path.bps).to.equal(Infinity);
  });

  it('tries more than is estimated where little was sent, and less often when that fails', () => {
    path.estimated({ ...NEAR, availableBps: 800_000 });
    path.sent({ ...NEAR, bps: 100_000, loss: 0 });
    expect(path.bps).to.equal(1_540_000);
    // It was too much: the queue runs over.
    path.estimated({ ...NEAR, availableBps: 700_000 });
    path.sent({ ...NEAR, bps: 700_000, loss: 0.05 });
    expect(path.bps).to.equal(640_000);
    path.sent({ ...NEAR, bps: 100_000, loss: 0 });
    expect(path.bps).to.equal(640_000);
    path.sent({ ...NEAR, bps: 100_000, loss: 0 });
    expect(path.bps).to.equal(1_340_000);
  });

  it('tries nothing where what was estimated is in use', () => {
    path.estimated({ ...NEAR, availableBps: 800_000 });
    for (let sample = 0; sample < 5; sample++) path.sent({ ...NEAR, bps: 700_000, loss: 0 });
    expect(path.bps).to.equal(740_000);
  });

  it('begins with little on a long path that the browser does not estimate', () => {
    path.estimated(FAR);
    expect(path.bps).to.equal(640_000);
    path.estimated(FAR);
    path.sent({ bps: 400_000, loss: 0, roundTripMs: 60 });
    expect(path.bps).to.equal(990_000);
  });

  it('is more patient on a long path, and says what is only tried', () => {
    path.estimated({ ...FAR, availableBps: 800_000 });
    for (let sample = 0; sample < 3; sample++)
      path.sent({ bps: 100_000, loss: 0, roundTripMs: 60 });
    expect(path.bps).to.equal(740_000);
    path.sent({ bps: 100_000, loss: 0, roundTripMs: 60 });
    expect(path.bps).to.equal(1_540_000);
    expect(path.provenBps).to.equal(740_000);
  });

  it('gives less while packets wait in line', () => {
    path.estimated(FAR);
    path.sent({ bps: 600_000, loss: 0, roundTripMs: 400 });
    expect(path.bps).to.equal(420_000);
  });
});
