import { expect } from 'chai';
import type { PeerId } from '../../src/protocol/ids.ts';
import { Moments } from '../../src/rtc/moments.ts';
import { FakeTime } from './support/fake-time.ts';

const bo = 'b'.repeat(22) as PeerId;

describe('Moments', () => {
  let time: FakeTime;
  beforeEach(() => {
    time = new FakeTime();
  });
  afterEach(() => time.restore());

  it('know when something came, and when it was seen, also after a reload', async () => {
    const moments = new Moments();
    moments.note('held', bo, 2);
    await time.pass(1_000);
    moments.note('held', bo, 5);
    moments.note('seen', bo, 1);
    const again = new Moments(JSON.parse(JSON.stringify(moments.stored(new Set([bo])))) as never);
    for (const each of [moments, again]) {
      expect(each.at('held', bo, 1)).to.deep.equal(new Date(1_000));
      expect(each.at('held', bo, 2)).to.deep.equal(new Date(1_000));
      expect(each.at('held', bo, 3)).to.deep.equal(new Date(2_000));
      expect(each.at('held', bo, 6)).to.equal(null);
      expect(each.at('seen', bo, 1)).to.deep.equal(new Date(2_000));
      expect(each.at('seen', bo, 2)).to.equal(null);
    }
  });

  it('stay few: of what is older it is only known that it happened', async () => {
    const moments = new Moments();
    for (let seq = 1; seq <= 500; seq++) {
      moments.note('held', bo, seq);
      await time.pass(1);
    }
    expect(moments.stored(new Set([bo]))[0]![1]).to.have.length(128);
    expect(moments.at('held', bo, 500)).to.deep.equal(new Date(1_499));
    expect(moments.at('held', bo, 374)).to.deep.equal(new Date(1_373));
    expect(moments.at('held', bo, 300)).to.equal(null);
  });
});
