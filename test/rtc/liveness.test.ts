import { expect } from 'chai';
import { Liveness } from '../../src/rtc/liveness.ts';
import { FakeTime } from './support/fake-time.ts';

describe('Liveness', () => {
  let time: FakeTime;
  let pings: number[];
  let deaths: number;
  let liveness: Liveness;

  beforeEach(() => {
    time = new FakeTime();
    pings = [];
    deaths = 0;
    liveness = new Liveness(
      () => pings.push(time.now),
      () => deaths++,
    );
  });
  afterEach(() => time.restore());

  it('asks nothing before anything was heard', async () => {
    await time.pass(60_000);
    expect([pings.length, deaths, liveness.live]).to.deep.equal([0, 0, false]);
  });

  it('is live for three seconds after something was heard', async () => {
    liveness.heard();
    await time.pass(2_999);
    expect(liveness.live).to.equal(true);
    await time.pass(1);
    expect(liveness.live).to.equal(false);
  });

  it('asks after five seconds of silence, and not while there is something to hear', async () => {
    for (let second = 0; second < 20; second++) {
      liveness.heard();
      await time.pass(1_000);
    }
    expect(pings).to.deep.equal([]);
    await time.pass(4_000);
    expect(pings.length).to.equal(1);
  });

  it('is dead when two questions in a row had no answer for five seconds each', async () => {
    liveness.heard();
    await time.pass(14_999);
    expect([pings.length, deaths]).to.deep.equal([2, 0]);
    await time.pass(1);
    expect(deaths).to.equal(1);
  });

  it('goes on when the second question is answered', async () => {
    liveness.heard();
    await time.pass(14_000);
    liveness.heard();
    await time.pass(14_000);
    expect(deaths).to.equal(0);
  });

  it('blames nobody for the time in which the page was frozen', async () => {
    liveness.heard();
    await time.pass(12_000);
    await time.sleep(60_000);
    expect(deaths).to.equal(0);
    await time.pass(9_999);
    expect(deaths).to.equal(0);
  });

  it('never dies while its timers ring once a minute', async () => {
    liveness.heard();
    for (let minute = 0; minute < 30; minute++) await time.sleep(60_000);
    expect(deaths).to.equal(0);
  });

  it('asks at once when it is told to, and is dead sooner then', async () => {
    liveness.heard();
    liveness.probe();
    expect(pings.length).to.equal(1);
    await time.pass(10_000);
    expect([pings.length, deaths]).to.deep.equal([2, 1]);
  });

  it('is silent after it was closed', async () => {
    liveness.heard();
    liveness.close();
    await time.pass(60_000);
    expect([pings.length, deaths, time.alarms]).to.deep.equal([0, 0, 0]);
  });
});
