import { expect } from 'chai';
import { PathBudget } from '../../src/rtc/path-budget.ts';

describe('PathBudget', () => {
  let path: PathBudget;
  beforeEach(() => {
    path = new PathBudget();
  });

  it('holds nothing back while nothing is known', () => {
    path.estimated(null);
    path.sent({ bps: 100_000, loss: 0 });
    expect(path.bps).to.equal(Infinity);
  });

  it('takes the part of the sound away', () => {
    path.estimated(500_000);
    expect(path.bps).to.equal(440_000);
    path.estimated(20_000);
    expect(path.bps).to.equal(0);
  });

  it('gives less while packets are lost, and more again when they arrive', () => {
    path.sent({ bps: 1_000_000, loss: 0.2 });
    expect(path.bps).to.equal(740_000);
    path.sent({ bps: 800_000, loss: 0.05 });
    expect(path.bps).to.equal(740_000);
    path.sent({ bps: 800_000, loss: 0 });
    expect(path.bps).to.equal(1_140_000);
    for (let sample = 0; sample < 4; sample++) path.sent({ bps: 800_000, loss: 0 });
    expect(path.bps).to.equal(Infinity);
  });

  it('tries more than is estimated where little was sent, and less often when that fails', () => {
    path.estimated(800_000);
    path.sent({ bps: 100_000, loss: 0 });
    expect(path.bps).to.equal(1_540_000);
    // It was too much: the queue runs over.
    path.estimated(700_000);
    path.sent({ bps: 700_000, loss: 0.05 });
    expect(path.bps).to.equal(640_000);
    path.sent({ bps: 100_000, loss: 0 });
    expect(path.bps).to.equal(640_000);
    path.sent({ bps: 100_000, loss: 0 });
    expect(path.bps).to.equal(1_340_000);
  });

  it('tries nothing where what was estimated is in use', () => {
    path.estimated(800_000);
    for (let sample = 0; sample < 5; sample++) path.sent({ bps: 700_000, loss: 0 });
    expect(path.bps).to.equal(740_000);
  });
});
