import { expect } from 'chai';
import { closeConnection } from '../../src/rtc/connection.ts';
import { prepareJoin } from '../../src/rtc/room.ts';
import { makeSpare, takeSpare } from '../../src/rtc/spare-connection.ts';
import { FakeTime } from './support/fake-time.ts';
import { freshRoomName, isConnected, makeRoom, until } from './support/rooms.ts';

describe('the spare connection of a page', () => {
  const real = globalThis.RTCPeerConnection;
  let made: RTCPeerConnection[];

  beforeEach(() => {
    const counted: RTCPeerConnection[] = (made = []);
    globalThis.RTCPeerConnection = class extends real {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        counted.push(this);
      }
    };
  });
  afterEach(() => {
    globalThis.RTCPeerConnection = real;
    const left = takeSpare({});
    if (left) closeConnection(left);
  });

  it('is taken by the next join, and carries the conversation', async () => {
    const room = freshRoomName();
    const ada = makeRoom({ room });
    await ada.join();
    const before = made.length;
    await prepareJoin();
    await prepareJoin();
    expect(made).to.have.length(before + 1);
    const bo = makeRoom({ room, name: 'Bo' });
    await bo.join();
    await Promise.all([until(ada, isConnected), until(bo, isConnected)]);
    expect(made[before]?.remoteDescription?.type).to.equal('answer');
    expect(takeSpare({})).to.equal(null);
  });

  for (const [what, configuration] of [
    ['servers', { iceServers: [{ urls: 'stun:127.0.0.1:9' }] }],
    ['relays only', { iceTransportPolicy: 'relay' }],
  ] as const) {
    it(`is closed by a join with ${what}`, () => {
      makeSpare();
      expect(takeSpare(configuration as RTCConfiguration)).to.equal(null);
      expect(made.map(({ connectionState }) => connectionState)).to.deep.equal(['closed']);
    });
  }

  for (const type of ['offline', 'pagehide'] as const) {
    it(`is closed by ${type}`, () => {
      makeSpare();
      dispatchEvent(new Event(type));
      expect(takeSpare({})).to.equal(null);
      expect(made.map(({ connectionState }) => connectionState)).to.deep.equal(['closed']);
    });
  }

  it('is closed when nobody has come for half a minute', async () => {
    const time = new FakeTime();
    try {
      makeSpare();
      await time.pass(29_000);
      expect(made[0]?.connectionState).to.equal('new');
      await time.pass(1_000);
      expect(made[0]?.connectionState).to.equal('closed');
      expect(time.alarms).to.equal(0);
    } finally {
      time.restore();
    }
  });
});
