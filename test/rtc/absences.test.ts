import { expect } from 'chai';
import type { PeerId } from '../../src/protocol/ids.ts';
import { Absences } from '../../src/rtc/absences.ts';
import type { LinkState } from '../../src/rtc/peer.ts';
import { FakeTime } from './support/fake-time.ts';

const ADA = 'A'.repeat(22) as PeerId;

describe('Absences', () => {
  let time: FakeTime;
  let link: { state: LinkState; listed: boolean } | undefined;
  let online: boolean;
  let told: [at: number, away: boolean][];
  let absences: Absences;

  const become = (state: LinkState, listed: boolean): void => {
    link = { state, listed };
    absences.changed(ADA);
  };

  beforeEach(() => {
    time = new FakeTime();
    online = true;
    told = [];
    const startMs = time.now;
    absences = new Absences({
      linkTo: () => link,
      online: () => online,
      away: (_, away) => told.push([time.now - startMs, away]),
    });
    become('connected', true);
  });
  afterEach(() => {
    absences.close();
    expect(time.alarms).to.equal(0);
    time.restore();
  });

  it('gives up whom the broadcaster no longer lists, at once when the path is lost for long enough', async () => {
    become('reconnecting', true);
    await time.pass(9_000);
    become('reconnecting', false);
    expect(told).to.deep.equal([[9_000, true]]);
  });

  it('gives up within three seconds who was not listed when the path was lost', async () => {
    become('reconnecting', false);
    await time.pass(2_999);
    expect(told).to.deep.equal([]);
    await time.pass(1);
    expect(told).to.deep.equal([[3_000, true]]);
  });

  it('gives up after fifteen seconds where there is no broadcaster to say who is here', async () => {
    become('reconnecting', true);
    online = false;
    await time.pass(14_999);
    expect(told).to.deep.equal([]);
    await time.pass(1);
    expect(told[0]).to.deep.equal([15_000, true]);
  });

  it('waits without end for whom the broadcaster lists', async () => {
    become('reconnecting', true);
    await time.pass(600_000);
    become('reconnecting', true);
    expect(told).to.deep.equal([]);
  });

  it('has them back with their path, and counts anew when it is lost again', async () => {
    become('reconnecting', false);
    await time.pass(2_000);
    become('connected', false);
    become('reconnecting', false);
    await time.pass(2_999);
    expect(told).to.deep.equal([[2_000, false]]);
    await time.pass(1);
    become('connected', true);
    expect(told.slice(1)).to.deep.equal([
      [5_000, true],
      [5_000, false],
    ]);
  });

  it('waits for nobody whose link has ended', async () => {
    become('reconnecting', false);
    link = undefined;
    await time.pass(5_000);
    expect(told).to.deep.equal([]);
    expect(time.alarms).to.equal(0);
  });
});
