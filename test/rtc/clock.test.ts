import { expect } from 'chai';
import * as fc from 'fast-check';
import type { Timestamp } from '../../src/protocol/batch.ts';
import { MAX_CLOCK_AHEAD_MS, MAX_COUNTER } from '../../src/protocol/limits.ts';
import { Clock, compareTimestamps } from '../../src/rtc/clock.ts';

const timestamp = fc.tuple(fc.nat(10_000_000), fc.nat(1_000)).map((at): Timestamp => at);
const event = fc.oneof(
  fc.record({ kind: fc.constant('tick' as const) }),
  fc.record({ kind: fc.constant('observe' as const), at: timestamp }),
  // Clocks are set back as well.
  fc.record({ kind: fc.constant('time' as const), ms: fc.nat(10_000_000) }),
  fc.record({ kind: fc.constant('correct' as const), ms: fc.nat(10_000_000) }),
);

describe('Clock', () => {
  it('reads later at each tick, whatever is observed and however time jumps', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        let time = 1_000;
        let last: Timestamp = [-1, 0];
        const clock = new Clock(() => time);
        for (const each of events) {
          if (each.kind === 'time') time = each.ms;
          else if (each.kind === 'correct') clock.correct(each.ms, time);
          else if (each.kind === 'observe') clock.observe(each.at);
          else {
            const now = clock.tick();
            expect(compareTimestamps(now, last)).to.be.greaterThan(0);
            last = now;
          }
        }
      }),
    );
  });

  it('reads later than everything it believed', () => {
    fc.assert(
      fc.property(fc.array(timestamp), fc.nat(10_000_000), (all, time) => {
        const clock = new Clock(() => time);
        const believed = all.filter((at) => clock.observe(at) === at);
        const now = clock.tick();
        for (const at of believed) expect(compareTimestamps(now, at)).to.be.greaterThan(0);
      }),
    );
  });

  it('stays within a minute of the real time, whatever others claim', () => {
    fc.assert(
      fc.property(fc.array(timestamp), fc.nat(10_000_000), (all, time) => {
        const clock = new Clock(() => time);
        for (const at of all) clock.observe(at);
        expect(clock.tick()[0]).to.be.within(time, time + MAX_CLOCK_AHEAD_MS);
      }),
    );
  });

  it('reads the time, and counts within a millisecond', () => {
    let time = 1_000;
    const clock = new Clock(() => time);
    expect([clock.tick(), clock.tick()]).to.deep.equal([
      [1_000, 0],
      [1_000, 1],
    ]);
    time = 1_001;
    expect(clock.tick()).to.deep.equal([1_001, 0]);
  });

  it('believes what is a minute ahead, and gives what is further ahead its moment of arrival', () => {
    const clock = new Clock(() => 1_000);
    expect(clock.observe([1_000 + MAX_CLOCK_AHEAD_MS, 3])).to.deep.equal([61_000, 3]);
    expect(clock.observe([1_001 + MAX_CLOCK_AHEAD_MS, 0])).to.deep.equal([61_000, 3]);
    expect(clock.tick()).to.deep.equal([61_000, 4]);
  });

  it('goes on to the next millisecond where a peer has used up the counter', () => {
    const clock = new Clock(() => 1_000);
    clock.observe([1_500, MAX_COUNTER]);
    expect(clock.tick()).to.deep.equal([1_501, 0]);
  });

  it('is corrected by the broadcaster', () => {
    let time = 1_000;
    const clock = new Clock(() => time);
    clock.correct(5_000.4, 900);
    expect(clock.now()).to.equal(5_100);
    time = 2_000;
    expect(clock.now()).to.equal(6_100);
    clock.correct(0, 2_000);
    expect(clock.now()).to.equal(0);
    clock.correct(-5_000, 2_000);
    expect(clock.now(), 'no time before 1970').to.equal(0);
  });
});
