import { expect } from 'chai';
import { RING_MS } from '../../src/rtc/call-record.ts';
import { MemoryBroadcaster } from '../../src/rtc/memory-signaling.ts';
import type { Room } from '../../src/rtc/room.ts';
import {
  answerOf,
  callers,
  ending,
  idOf,
  inCall,
  liveApart,
  peopleIn,
  reaches,
  RingClock,
} from './support/callers.ts';
import { Devices } from './support/devices.ts';
import { codeOf } from './support/errors.ts';
import { freshRoomName, makeRoom, until } from './support/rooms.ts';
import { SlowFrames } from './support/slow-frames.ts';

const SILENT = { audio: false } as const;
const statesOf = (rooms: readonly Room[]): string[] => rooms.map(({ callState }) => callState);
const soak = (globalThis as { rtcChatSoak?: boolean }).rtcChatSoak === true;

describe('Room, calling', () => {
  let undo: (() => void)[];
  const slowly = (delayMs?: (channel: RTCDataChannel) => number): SlowFrames => {
    const frames = new SlowFrames(delayMs);
    undo.push(() => frames.restore());
    return frames;
  };
  beforeEach(() => {
    undo = [liveApart()];
  });
  afterEach(() => {
    for (const step of undo.toReversed()) step();
  });

  it('rings, and who accepts is in the call', async () => {
    const [ada, bo] = (await callers(['Ada', 'Bo'])) as [Room, Room];
    await ada.call(SILENT);
    expect(ada.callState).to.equal('calling');
    expect(answerOf(ada, bo)).to.equal('ringing');
    await reaches(bo, 'ringing');
    expect(bo.currentCall).to.include({ from: idOf(ada), private: false });
    expect(peopleIn(bo)).to.deep.equal([idOf(ada)]);
    await bo.answer(SILENT);
    await Promise.all([reaches(ada, 'active'), reaches(bo, 'active')]);
    expect(answerOf(ada, bo)).to.equal('in');
    expect(answerOf(bo, ada)).to.equal('in');
    expect(bo.currentCall?.id).to.equal(ada.currentCall?.id);
  });

  for (const refusal of [null, 'NotAllowedError'] as const)
    it(`is to be seen from the first moment on, and not taken back before the camera is ${refusal ? 'refused' : 'on'}`, async () => {
      const devices = new Devices();
      undo.push(() => devices.restore());
      devices.refusal = refusal;
      const [ada, bo] = (await callers(['Ada', 'Bo'])) as [Room, Room];
      const told: boolean[] = [];
      const wanted: (boolean | undefined)[] = [];
      bo.addEventListener('call', ({ call }) => {
        if (call) told.push(call.participants[0]!.media.video);
      });
      ada.addEventListener('call', ({ call }) => {
        if (call) wanted.push(call.own?.camera.wanted);
      });
      await ada.call({ video: true });
      await until(ada, ({ currentCall }) => {
        const { on, fault } = currentCall!.own!.camera;
        return on || fault !== null;
      });
      if (refusal) {
        await until(bo, ({ currentCall }) => currentCall?.participants[0]?.media.video === false);
        expect(ada.currentCall!.own!.camera.wanted).to.equal(false);
        expect(wanted[0]).to.equal(true);
        return;
      }
      await reaches(bo, 'ringing');
      await bo.answer(SILENT);
      await Promise.all([reaches(ada, 'active'), reaches(bo, 'active')]);
      expect(told).not.to.include(false);
      expect(wanted).not.to.include(false);
      await ada.turn('camera', false);
      await until(bo, ({ currentCall }) => currentCall?.participants[0]?.media.video === false);
    });

  it('lets go of the camera where the room rings in the place of a private call', async () => {
    const devices = new Devices();
    undo.push(() => devices.restore());
    const [ada, bo, cy] = (await callers(['Ada', 'Bo', 'Cy'])) as [Room, Room, Room];
    await ada.call({ to: [idOf(bo)], video: true });
    await until(ada, ({ currentCall }) => currentCall?.own?.camera.on === true);
    await cy.call(SILENT);
    await until(ada, ({ currentCall }) => currentCall?.from === idOf(cy));
    expect(ada.currentCall!.own).to.equal(null);
    expect(devices.live).to.deep.equal([]);
    await ada.answer({ video: true });
    await until(ada, ({ currentCall }) => currentCall?.own?.camera.on === true);
  });

  it('tells the caller who says no, and ends with the last of them', async () => {
    const [ada, bo, cy] = (await callers(['Ada', 'Bo', 'Cy'])) as [Room, Room, Room];
    await ada.call(SILENT);
    await Promise.all([reaches(bo, 'ringing'), reaches(cy, 'ringing')]);
    const ended = ending(ada);
    await bo.decline();
    expect(bo.callState).to.equal('idle');
    await until(ada, () => answerOf(ada, bo) === 'declined');
    expect(answerOf(ada, cy)).to.equal('ringing');
    await cy.decline();
    expect(await ended).to.include({ why: 'declined', from: null });
    expect(ada.callState).to.equal('idle');
  });

  it('stops ringing when the caller thinks better of it, and rings again at once', async () => {
    const [ada, bo] = (await callers(['Ada', 'Bo'])) as [Room, Room];
    for (let times = 0; times < 3; times++) {
      await ada.call(SILENT);
      await reaches(bo, 'ringing');
      const ended = ending(bo);
      await ada.hangUp();
      expect(await ended).to.include({ why: 'ended', from: idOf(ada) });
      expect(statesOf([ada, bo])).to.deep.equal(['idle', 'idle']);
    }
  });

  it('gives up after 45 s without an answer', async () => {
    const clock = new RingClock();
    undo.push(() => clock.restore());
    const [ada, bo] = (await callers(['Ada', 'Bo'])) as [Room, Room];
    await ada.call(SILENT);
    await reaches(bo, 'ringing');
    const ended = Promise.all([ending(ada), ending(bo)]);
    clock.pass(RING_MS - 1);
    expect(statesOf([ada, bo])).to.deep.equal(['calling', 'ringing']);
    clock.pass(2);
    const [byAda, byBo] = await ended;
    expect(byAda).to.include({ why: 'timeout', from: null });
    expect(byBo).to.include({ why: 'timeout', from: idOf(ada) });
    expect(statesOf([ada, bo])).to.deep.equal(['idle', 'idle']);
  });

  it('says that those who were called have left the room', async () => {
    const [ada, bo] = (await callers(['Ada', 'Bo'])) as [Room, Room];
    await ada.call(SILENT);
    await reaches(bo, 'ringing');
    const ended = ending(ada);
    await bo.leave();
    expect(await ended).to.include({ why: 'left' });
  });

  it('lets nobody else see a private call: not a frame of it goes to them', async () => {
    const [ada, bo, cy] = (await callers(['Ada', 'Bo', 'Cy'])) as [Room, Room, Room];
    const frames = slowly();
    let seen = 0;
    cy.addEventListener('call', ({ call }) => (seen += call ? 1 : 0));
    await ada.call({ ...SILENT, to: [idOf(bo)] });
    await reaches(bo, 'ringing');
    expect(bo.currentCall?.private).to.equal(true);
    await bo.answer(SILENT);
    await reaches(ada, 'active');
    expect(peopleIn(ada)).to.deep.equal([idOf(bo)]);
    const ended = ending(bo);
    await ada.hangUp();
    await ended;
    // Ada's end of their link, and Bo's.
    expect(frames.ringing.size).to.equal(2);
    expect(seen).to.equal(0);
    expect(cy.callState).to.equal('idle');
  });

  it("lets the room's call stand where a private one is ringing", async () => {
    const rooms = await callers(['Ada', 'Bo', 'Cy']);
    const [ada, bo, cy] = rooms as [Room, Room, Room];
    await ada.call({ ...SILENT, to: [idOf(bo)] });
    await reaches(bo, 'ringing');
    const ended = ending(ada);
    await cy.call(SILENT);
    expect(await ended).to.include({ why: 'busy', private: true });
    await Promise.all(
      [ada, bo].map((room) => until(room, () => room.currentCall?.from === idOf(cy))),
    );
    expect(statesOf(rooms)).to.deep.equal(['ringing', 'ringing', 'calling']);
    await Promise.all([ada.answer(SILENT), bo.answer(SILENT)]);
    await Promise.all(rooms.map((room) => until(room, () => peopleIn(room).length === 2)));
  });

  it('goes on talking in private while the room is called', async () => {
    const [ada, bo, cy] = (await callers(['Ada', 'Bo', 'Cy'])) as [Room, Room, Room];
    await ada.call({ ...SILENT, to: [idOf(bo)] });
    await reaches(bo, 'ringing');
    await bo.answer(SILENT);
    await reaches(ada, 'active');
    const ended = ending(cy);
    await cy.call(SILENT);
    expect((await ended).why).to.be.oneOf(['busy', 'declined']);
    expect(statesOf([ada, bo, cy])).to.deep.equal(['active', 'active', 'idle']);
  });

  it('makes one call of two that begin at once, whatever is under way', async function () {
    this.timeout(soak ? 300_000 : 30_000);
    const rooms = await callers(['Ada', 'Bo']);
    const [ada, bo] = rooms as [Room, Room];
    await inCall(rooms);
    const quiet = ending(bo);
    await ada.hangUp();
    await quiet;
    let seed = 0;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return Math.floor((seed / 2 ** 31) * below);
    };
    slowly(() => random(40));
    const later = (ms: number): Promise<unknown> => new Promise((ring) => setTimeout(ring, ms));
    for (let round = 1; round <= (soak ? 200 : 20); round++) {
      seed = round;
      const to = (other: Room): { to?: string[] } => (round % 2 ? {} : { to: [idOf(other)] });
      const offset = random(50);
      await Promise.all([
        ada.call({ ...SILENT, ...to(bo) }),
        later(offset).then(() =>
          bo.callState === 'ringing' ? bo.answer(SILENT) : bo.call({ ...SILENT, ...to(ada) }),
        ),
      ]);
      await Promise.all(
        rooms.map((room) =>
          until(room, () => room.callState === 'active' && peopleIn(room).length === 1),
        ),
      );
      expect(ada.currentCall?.id, `round ${round}`).to.equal(bo.currentCall?.id);
      const [first, second] = random(2) ? [ada, bo] : [bo, ada];
      const ended = ending(second);
      await first.hangUp();
      expect((await ended).why).to.equal('ended');
      expect(statesOf(rooms), `round ${round}`).to.deep.equal(['idle', 'idle']);
    }
  });

  it('shows a call that goes on to whoever comes later, who can join it', async () => {
    const rooms = await callers(['Ada', 'Bo', 'Cy']);
    const [ada, bo, cy] = rooms as [Room, Room, Room];
    await ada.call(SILENT);
    await Promise.all([reaches(bo, 'ringing'), reaches(cy, 'ringing')]);
    await cy.decline();
    await bo.answer(SILENT);
    await reaches(ada, 'active');
    // Who has said no can think better of it.
    await until(cy, () => cy.callState === 'available' && peopleIn(cy).length === 2);
    await cy.answer(SILENT);
    await Promise.all(rooms.map((room) => until(room, () => peopleIn(room).length === 2)));
    // And so can whoever starts one.
    await cy.hangUp();
    await reaches(cy, 'available');
    await cy.call(SILENT);
    await Promise.all(rooms.map((room) => until(room, () => peopleIn(room).length === 2)));
    expect(new Set(rooms.map(({ currentCall }) => currentCall?.id)).size).to.equal(1);
  });

  it('ends with the last one standing, who sees at once that the others have gone', async () => {
    const rooms = await callers(['Ada', 'Bo', 'Cy']);
    const [ada, bo, cy] = rooms as [Room, Room, Room];
    await inCall(rooms);
    await ada.hangUp();
    await Promise.all([bo, cy].map((room) => until(room, () => peopleIn(room).length === 1)));
    expect(statesOf([bo, cy])).to.deep.equal(['active', 'active']);
    expect(ada.callState).to.equal('available');
    const ended = ending(bo);
    await cy.hangUp();
    expect(await ended).to.include({ why: 'ended', from: null });
    await until(ada, () => ada.callState === 'idle');
  });

  it('has room for six, and tells the seventh', async function () {
    this.timeout(60_000);
    const rooms = await callers(['Ada', 'Bo', 'Cy', 'Di', 'Ed', 'Flo', 'Gus']);
    const gus = rooms.at(-1)!;
    const six = rooms.slice(0, 6);
    await six[0]!.call(SILENT);
    await Promise.all(rooms.slice(1).map((room) => reaches(room, 'ringing')));
    await Promise.all(six.slice(1).map((room) => room.answer(SILENT)));
    await Promise.all(six.map((room) => until(room, () => peopleIn(room).length === 5)));
    const ended = ending(gus);
    await gus.answer(SILENT);
    expect((await ended).why).to.equal('call-full');
    expect(gus.callState).to.equal('available');
    await Promise.all(six.map((room) => until(room, () => peopleIn(room).length === 5)));
  });

  it('refuses what cannot be', async () => {
    const [ada, bo] = (await callers(['Ada', 'Bo'])) as [Room, Room];
    const alone = makeRoom({ room: freshRoomName() });
    expect(await codeOf(alone.call(SILENT))).to.equal('not-joined');
    await alone.join();
    expect(await codeOf(alone.call(SILENT))).to.equal('peer-unavailable');
    for (const attempt of [
      ada.answer(SILENT),
      ada.decline(),
      ada.shareScreen(),
      ada.turn('camera', true),
    ])
      expect(await codeOf(attempt)).to.equal('no-call');
    expect(await codeOf(ada.call({ ...SILENT, to: ['A'.repeat(22)] }))).to.equal(
      'peer-unavailable',
    );
    await ada.call(SILENT);
    expect(await codeOf(ada.call(SILENT))).to.equal('busy');
    await reaches(bo, 'ringing');
  });

  it('tells a caller whose chat on the other side cannot take calls', async () => {
    const [ada, bo] = (await callers(['Ada', 'Bo'], { Bo: { calls: 'none' } })) as [Room, Room];
    expect(await codeOf(ada.call(SILENT))).to.equal('unsupported');
    expect(await codeOf(ada.call({ ...SILENT, to: [idOf(bo)] }))).to.equal('unsupported');
    for (const attempt of [
      bo.call(SILENT),
      bo.answer(SILENT),
      bo.hangUp(),
      bo.turn('camera', true),
    ])
      expect(await codeOf(attempt)).to.equal('unsupported');
  });

  it('calls those who can take calls, and shows who cannot', async () => {
    const [ada, bo, cy] = (await callers(['Ada', 'Bo', 'Cy'], { Bo: { calls: 'none' } })) as [
      Room,
      Room,
      Room,
    ];
    await ada.call(SILENT);
    await reaches(cy, 'ringing');
    expect([answerOf(ada, bo), answerOf(ada, cy)]).to.deep.equal(['unsupported', 'ringing']);
    expect(bo.callState).to.equal('idle');
  });

  it('goes on with the broadcaster gone', async () => {
    const broadcaster = new MemoryBroadcaster();
    const rooms = await callers(['Ada', 'Bo', 'Cy'], {}, broadcaster);
    broadcaster.stop();
    const [ada, bo, cy] = rooms as [Room, Room, Room];
    await inCall(rooms);
    await ada.hangUp();
    await until(bo, () => peopleIn(bo).length === 1);
    const ended = ending(bo);
    await cy.hangUp();
    await ended;
    await reaches(ada, 'idle');
    await inCall(rooms);
  });
});
