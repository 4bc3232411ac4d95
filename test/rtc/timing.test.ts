import { expect } from 'chai';
import { Backoff } from '../../src/rtc/backoff.ts';
import { depart, departed } from '../../src/rtc/departures.ts';
import { PeerMemory } from '../../src/rtc/peer-memory.ts';
import { Timer } from '../../src/rtc/timer.ts';
import { FakeTime } from './support/fake-time.ts';
import { freshInstance } from './support/link-pair.ts';

describe('Backoff', () => {
  it('doubles up to its maximum, the last half at random, and begins again after a success', () => {
    const backoff = new Backoff({ firstMs: 250, maxMs: 8_000 });
    for (const fullMs of [250, 500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000])
      expect(backoff.nextMs()).to.be.within(fullMs / 2, fullMs);
    for (let attempt = 0; attempt < 2_000; attempt++)
      expect(backoff.nextMs()).to.be.within(4_000, 8_000);
    backoff.reset();
    expect(backoff.nextMs()).to.be.within(125, 250);
  });

  it('counts what an attempt took: a long one is followed by the next soon', async () => {
    const time = new FakeTime();
    try {
      const backoff = new Backoff({ firstMs: 250, maxMs: 8_000 });
      for (let attempt = 0; attempt < 8; attempt++) await time.pass(backoff.nextMs());
      expect(backoff.nextMs()).to.be.within(4_000, 8_000);
      await time.pass(20_000);
      expect(backoff.nextMs()).to.be.within(125, 250);
    } finally {
      time.restore();
    }
  });
});

describe('Timer', () => {
  let time: FakeTime;
  beforeEach(() => (time = new FakeTime()));
  afterEach(() => time.restore());

  it('rings once, the last time that was set', async () => {
    const rung: string[] = [];
    const timer = new Timer();
    timer.set(10, () => rung.push('first'));
    timer.set(20, () => rung.push('second'));
    await time.pass(100);
    expect([rung, timer.armed]).to.deep.equal([['second'], false]);
  });

  it('waits as long as it can where it cannot wait as long as it is told', async () => {
    let rung = false;
    const timer = new Timer();
    timer.set(1e14, () => (rung = true));
    await time.pass(2 ** 31 - 2);
    expect(rung).to.equal(false);
    timer.clear();
    expect(time.alarms).to.equal(0);
  });
});

describe('PeerMemory', () => {
  let time: FakeTime;
  beforeEach(() => (time = new FakeTime()));
  afterEach(() => time.restore());

  it('lets 32 connections be begun at once, and then one each half second', async () => {
    const memory = new PeerMemory();
    const begin = (): boolean => {
      if (!memory.mayBegin) return false;
      memory.begins();
      return true;
    };
    const begun = () => Array.from({ length: 100 }, begin).filter(Boolean).length;
    expect(begun()).to.equal(32);
    await time.pass(499);
    expect(begun()).to.equal(0);
    await time.pass(1);
    expect(begun()).to.equal(1);
    await time.pass(3_600_000);
    expect(begun()).to.equal(32);
  });

  it('counts each life by itself', () => {
    const memory = new PeerMemory();
    const [first, second] = [freshInstance(), freshInstance()];
    memory.giveUp(first, 7);
    expect(memory.welcomes({ instance: first, epoch: 7 })).to.equal(false);
    expect(memory.welcomes({ instance: first, epoch: 8 })).to.equal(true);
    expect(memory.welcomes({ instance: second, epoch: 1 })).to.equal(true);
    memory.outlived(second);
    expect(memory.isOver(first)).to.equal(true);
    expect(memory.isOver(second)).to.equal(false);
  });

  it('remembers sixteen lives', () => {
    const memory = new PeerMemory();
    const lives = Array.from({ length: 20 }, () => freshInstance());
    for (const life of lives) memory.bury(life);
    expect(lives.filter((life) => memory.isOver(life))).to.deep.equal(lives.slice(4));
  });
});

describe('departures', () => {
  it('are waited for by whoever comes to the same place, and by nobody else', async () => {
    const order: string[] = [];
    let leave = (): void => {};
    const first = new Promise<void>((resolve) => (leave = resolve));
    depart('here', first);
    depart('here', Promise.reject(new Error('it has ended all the same')));
    const here = departed('here').then(() => order.push('here'));
    await departed('there').then(() => order.push('there'));
    leave();
    await here;
    expect(order).to.deep.equal(['there', 'here']);
    await departed('here');
  });
});
