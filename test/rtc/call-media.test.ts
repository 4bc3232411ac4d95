import { expect } from 'chai';
import { MemoryBroadcaster } from '../../src/rtc/memory-signaling.ts';
import type { Room, Signaling } from '../../src/rtc/room.ts';
import {
  callers,
  ending,
  idOf,
  inCall,
  liveApart,
  participantOf,
  peopleIn,
  reaches,
  together,
} from './support/callers.ts';
import { Devices } from './support/devices.ts';
import { codeOf } from './support/errors.ts';
import { hurry } from './support/fake-time.ts';
import { framesOf } from './support/fake-media.ts';
import { next, until } from './support/rooms.ts';
import { Wires } from './support/wires.ts';

const VIDEO = { audio: true, video: true } as const;
const SILENT = { audio: false } as const;
const soak = (globalThis as { rtcChatSoak?: boolean }).rtcChatSoak === true;

/** What one receives of the other. */
const trackOf = (room: Room, from: Room, of: 'person' | 'screen'): MediaStreamTrack | undefined =>
  participantOf(room, from)
    ?.streams?.[of].getVideoTracks()
    .find(({ readyState }) => readyState === 'live');

/** Fulfils when a moving picture of the other has come. */
async function sees(room: Room, from: Room, of: 'person' | 'screen' = 'person'): Promise<void> {
  await until(room, () => trackOf(room, from, of) !== undefined);
  await framesOf(trackOf(room, from, of)!, 3);
}

describe('Room, in a call', function () {
  this.timeout(60_000);
  let undo: (() => void)[];
  let devices: Devices;
  let wires: Wires;
  beforeEach(() => {
    wires = new Wires();
    devices = new Devices();
    undo = [liveApart(), () => wires.restore(), () => devices.restore()];
  });
  afterEach(() => {
    for (const step of undo) step();
  });

  it('is seen and heard after one negotiation, and there is none after it', async () => {
    const rooms = await callers(['Ada', 'Bo']);
    const [ada, bo] = rooms as [Room, Room];
    const before = wires.descriptions;
    await inCall(rooms, VIDEO);
    await Promise.all([sees(ada, bo), sees(bo, ada)]);
    await wires.heard(2);
    expect(wires.descriptions - before).to.equal(2);
    const { streams } = participantOf(ada, bo)!;

    await ada.turn('microphone', false);
    await until(bo, () => participantOf(bo, ada)?.media.audio === false);
    await ada.turn('microphone', true);
    await until(bo, () => participantOf(bo, ada)?.media.audio === true);

    await bo.turn('camera', false);
    await until(ada, () => participantOf(ada, bo)?.media.video === false);
    expect(bo.currentCall?.own?.camera.track ?? null).to.equal(null);
    await bo.turn('camera', true);
    await until(ada, () => participantOf(ada, bo)?.media.video === true);
    await sees(ada, bo);

    await bo.shareScreen();
    await until(ada, () => participantOf(ada, bo)?.media.screen === true);
    // Beside the camera, both at once.
    await Promise.all([sees(ada, bo, 'screen'), sees(ada, bo)]);
    await bo.stopSharing();
    await until(ada, () => participantOf(ada, bo)?.media.screen !== true);

    expect(participantOf(ada, bo)?.streams).to.equal(streams);
    expect(wires.descriptions - before).to.equal(2);
    expect(wires.live).to.have.length(2);
  });

  it('ends cleanly, and the next call needs no negotiation at all', async () => {
    const rooms = await callers(['Ada', 'Bo']);
    const [ada, bo] = rooms as [Room, Room];
    await inCall(rooms, VIDEO);
    await sees(ada, bo);
    await ada.shareScreen();
    const before = wires.descriptions;
    for (let times = 0; times < (soak ? 100 : 10); times++) {
      const { person } = participantOf(ada, bo)!.streams!;
      const ended = ending(bo);
      await ada.hangUp();
      await ended;
      expect(devices.live).to.deep.equal([]);
      expect(person.getTracks()).to.deep.equal([]);
      await wires.silent();
      await inCall(rooms, times % 2 ? VIDEO : SILENT);
    }
    await Promise.all([sees(ada, bo), sees(bo, ada)]);
    expect(wires.descriptions).to.equal(before);
    for (const pc of wires.live) expect(pc.getTransceivers()).to.have.length(4);
  });

  it('sees and hears without a device of its own, and shows itself when there is one', async () => {
    const rooms = await callers(['Ada', 'Bo']);
    const [ada, bo] = rooms as [Room, Room];
    await ada.call(VIDEO);
    await until(ada, () => ada.currentCall?.own?.camera.on === true);
    await reaches(bo, 'ringing');
    devices.refusal = 'NotAllowedError';
    const failed = next(bo, 'error');
    await bo.answer(VIDEO);
    expect((await failed).error.code).to.equal('device-unavailable');
    await until(bo, () => bo.currentCall?.own?.camera.fault?.reason === 'denied');
    await sees(bo, ada);
    await until(ada, () => participantOf(ada, bo)?.media.video === false);
    devices.refusal = null;
    await bo.turn('camera', true);
    await until(ada, () => participantOf(ada, bo)?.media.video === true);
    await sees(ada, bo);
  });

  it('shows a late one to those who are in it, and them to the late one', async () => {
    const rooms = await callers(['Ada', 'Bo', 'Cy']);
    const [ada, bo, cy] = rooms as [Room, Room, Room];
    await ada.call(VIDEO);
    await Promise.all([reaches(bo, 'ringing'), reaches(cy, 'ringing')]);
    await cy.decline();
    await bo.answer(VIDEO);
    await sees(ada, bo);
    await reaches(cy, 'available');
    await cy.answer(VIDEO);
    await Promise.all(rooms.map((room) => until(room, () => peopleIn(room).length === 2)));
    await Promise.all([sees(cy, ada), sees(cy, bo), sees(ada, cy), sees(bo, cy)]);
  });

  it('goes on through an ICE restart', async () => {
    const rooms = await callers(['Ada', 'Bo']);
    const [ada, bo] = rooms as [Room, Room];
    await inCall(rooms, VIDEO);
    await sees(ada, bo);
    const [pc] = wires.live;
    const user = (): string | undefined =>
      pc!.currentRemoteDescription?.sdp.match(/a=ice-ufrag:(.*)/)?.[1];
    const former = user();
    const restarted = new Promise<void>((resolve) => {
      pc!.addEventListener('signalingstatechange', () => {
        if (pc!.signalingState === 'stable' && user() !== former) resolve();
      });
    });
    pc!.restartIce();
    await restarted;
    await Promise.all([sees(ada, bo), sees(bo, ada)]);
    expect([ada.callState, bo.callState]).to.deep.equal(['active', 'active']);
  });

  it('gets its picture back by itself over a new connection', async () => {
    const rooms = await callers(['Ada', 'Bo']);
    const [ada, bo] = rooms as [Room, Room];
    await inCall(rooms, VIDEO);
    await Promise.all([sees(ada, bo), sees(bo, ada)]);
    const streams = [participantOf(ada, bo)?.streams, participantOf(bo, ada)?.streams];
    const lost = until(ada, () => participantOf(ada, bo)?.lost === true);
    const [former] = wires.live;
    former!.close();
    await Promise.race([lost, until(bo, () => participantOf(bo, ada)?.lost === true)]);
    await Promise.all([together(ada, 1), together(bo, 1)]);
    await Promise.all([sees(ada, bo), sees(bo, ada)]);
    expect([participantOf(ada, bo)?.streams, participantOf(bo, ada)?.streams]).to.deep.equal(
      streams,
    );
    expect([ada.callState, bo.callState]).to.deep.equal(['active', 'active']);
    // And it is the call that it was.
    expect(peopleIn(ada)).to.deep.equal([idOf(bo)]);
  });

  it('shows somebody who has died as lost, and ends before the link is given up', async () => {
    const broadcaster = new MemoryBroadcaster();
    let way: Signaling | null = null;
    const options = { Bo: { signaling: () => (way = broadcaster.signaling()) } };
    const rooms = await callers(['Ada', 'Bo'], options, broadcaster);
    const [ada, bo] = rooms as [Room, Room];
    await inCall(rooms);
    undo.push(hurry(20));
    const lost = until(ada, () => participantOf(ada, bo)?.lost === true);
    const ended = ending(ada);
    way!.close();
    for (const pc of wires.live) pc.close();
    await lost;
    expect(ada.callState).to.equal('active');
    expect((await ended).why).to.equal('ended');
    expect(ada.peers.map(({ name, link }) => [name, link])).to.deep.equal([['Bo', 'reconnecting']]);
  });

  it('ends on both sides where no path comes back and nobody says who is here, and can be had again', async () => {
    const broadcaster = new MemoryBroadcaster();
    const rooms = await callers(['Ada', 'Bo'], {}, broadcaster);
    const [ada, bo] = rooms as [Room, Room];
    await inCall(rooms);
    const calm = hurry(20);
    undo.push(calm);
    const ended = Promise.all([ending(ada), ending(bo)]);
    broadcaster.stop();
    for (const pc of wires.live) pc.close();
    expect((await ended).map(({ why }) => why)).to.deep.equal(['ended', 'ended']);
    calm();
    broadcaster.start();
    await Promise.all([together(ada, 1), together(bo, 1)]);
    await inCall([bo, ada]);
  });

  it('sends sound only where that is all that calls are for', async () => {
    const rooms = await callers(['Ada', 'Bo'], { Ada: { calls: 'audio' } });
    const [ada, bo] = rooms as [Room, Room];
    await inCall(rooms, VIDEO);
    await sees(ada, bo);
    await wires.heard(2);
    expect(participantOf(bo, ada)?.media.video).to.equal(false);
    expect(ada.currentCall?.own?.camera.track ?? null).to.equal(null);
    expect(await codeOf(ada.turn('camera', true))).to.equal('unsupported');
    expect(await codeOf(ada.shareScreen())).to.equal('unsupported');
  });
});
