import { expect } from 'chai';
import type { Room } from '../../src/rtc/room.ts';
import { callers, ending, idOf, inCall, peopleIn, reaches } from './support/callers.ts';
import { codeOf } from './support/errors.ts';
import { until } from './support/rooms.ts';
import { SlowFrames } from './support/slow-frames.ts';

const SILENT = { audio: false } as const;
/** Those of calls that this browser holds. */
const locks = async (): Promise<readonly string[]> => {
  const { held = [] } = await navigator.locks.query();
  return held.flatMap(({ name }) => (name?.startsWith('rtc-chat call') ? name : []));
};

describe('Room, beside another one of the same browser', () => {
  it('is in one call with it', async () => {
    const rooms = await callers(['Ada', 'Bo']);
    const [ada, bo] = rooms as [Room, Room];
    expect(await locks()).to.deep.equal([]);
    const seen = new Set<string>();
    for (const to of [undefined, [idOf(bo)]]) {
      await ada.call({ ...SILENT, to });
      await reaches(bo, 'ringing');
      await bo.answer(SILENT);
      await reaches(ada, 'active');
      const held = new Set(await locks());
      expect(held.size).to.equal(1);
      for (const name of held) seen.add(name);
      const ended = ending(bo);
      await ada.hangUp();
      await ended;
    }
    await ada.leave();
    await bo.leave();
    // Nobody else gets them before they have been given back.
    for (const name of seen) await navigator.locks.request(name, () => undefined);
    expect(seen.size).to.equal(2);
  });

  it('can be left, or hung up, in the moment it calls: nothing is held for it, and nobody is rung', async () => {
    const [ada, bo] = (await callers(['Ada', 'Bo'])) as [Room, Room];
    let rung = 0;
    bo.addEventListener('call', ({ call }) => (rung += call ? 1 : 0));
    const hungUp = codeOf(ada.call(SILENT));
    await ada.hangUp();
    expect(await hungUp).to.equal('no-call');
    const left = codeOf(ada.call(SILENT));
    await ada.leave();
    expect(await left).to.equal('closed');
    for (const name of await locks()) await navigator.locks.request(name, () => undefined);
    expect(rung).to.equal(0);
  });

  it('rings for a call that comes behind one that was taken back', async () => {
    const [ada, bo] = (await callers(['Ada', 'Bo'])) as [Room, Room];
    const frames = new SlowFrames();
    try {
      for (let times = 0; times < 3; times++) {
        frames.stop();
        await ada.call(SILENT);
        await ada.hangUp();
        await ada.call(SILENT);
        frames.go();
        await reaches(bo, 'ringing');
        expect(bo.currentCall?.id).to.equal(ada.currentCall?.id);
        const ended = ending(bo);
        await ada.hangUp();
        expect((await ended).why).to.equal('ended');
      }
    } finally {
      frames.restore();
    }
  });

  it('does not ring on when the person has answered there, and can join', async () => {
    const [ada, bo, cy] = (await callers(['Ada', 'Bo', 'Cy'])) as [Room, Room, Room];
    await ada.call(SILENT);
    await Promise.all([reaches(bo, 'ringing'), reaches(cy, 'ringing')]);
    let ended = 0;
    cy.addEventListener('call-end', () => ended++);
    await bo.answer(SILENT);
    await reaches(cy, 'available');
    await until(ada, () => peopleIn(ada).length === 1);
    await cy.answer(SILENT);
    await until(ada, () => peopleIn(ada).length === 2);
    expect(ended).to.equal(0);
  });

  it('has said no when the person has said no there', async () => {
    const [ada, bo, cy] = (await callers(['Ada', 'Bo', 'Cy'])) as [Room, Room, Room];
    await ada.call(SILENT);
    await Promise.all([reaches(bo, 'ringing'), reaches(cy, 'ringing')]);
    const ended = ending(ada);
    await bo.decline();
    expect((await ended).why).to.equal('declined');
    expect(cy.callState).to.equal('idle');
  });

  it('is busy while that has another call', async () => {
    const [ada, bo] = (await callers(['Ada', 'Bo'])) as [Room, Room];
    const frames = new SlowFrames();
    frames.stop();
    let hangUp!: () => void;
    try {
      await ada.call(SILENT);
      await new Promise<void>((begun) => {
        void navigator.locks.request('rtc-chat call ["elsewhere","room"]', () => {
          begun();
          return new Promise<void>((end) => (hangUp = end));
        });
      });
      const ended = ending(ada);
      frames.go();
      expect((await ended).why).to.equal('busy');
      expect(bo.callState).to.equal('idle');
      expect(await codeOf(bo.call(SILENT))).to.equal('busy');
    } finally {
      hangUp();
      frames.restore();
    }
    await inCall([ada, bo]);
  });
});
