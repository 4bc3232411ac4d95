import { expect } from 'chai';
import { ConnectionSupply } from '../../src/rtc/connection-supply.ts';
import { closeConnection, type Connection } from '../../src/rtc/connection.ts';
import { FakeTime } from './support/fake-time.ts';

describe('ConnectionSupply', () => {
  let supply: ConnectionSupply;
  let configuration: RTCConfiguration;
  let taken: Connection[];
  let made: RTCPeerConnection[];
  const real = globalThis.RTCPeerConnection;

  const take = (purpose: 'offer' | 'answer'): Connection => {
    const connection = supply.take(purpose);
    taken.push(connection);
    return connection;
  };

  beforeEach(() => {
    const counted: RTCPeerConnection[] = (made = []);
    globalThis.RTCPeerConnection = class extends real {
      constructor(with_?: RTCConfiguration) {
        super(with_);
        counted.push(this);
      }
    };
    configuration = {};
    taken = [];
    supply = new ConnectionSupply(() => configuration);
  });
  afterEach(() => {
    globalThis.RTCPeerConnection = real;
    supply.close();
    for (const connection of taken) closeConnection(connection);
    expect(made.filter(({ connectionState }) => connectionState !== 'closed')).to.deep.equal([]);
  });

  it('has an offer, with its candidates, for one who comes into a room', async () => {
    supply.prepareOffer();
    supply.prepareOffer();
    const [pc] = made;
    await new Promise<void>((resolve) => {
      const look = () => pc?.iceGatheringState === 'complete' && resolve();
      pc?.addEventListener('icegatheringstatechange', look);
      look();
    });
    const { ahead, pc: given } = take('offer');
    expect(made).to.deep.equal([given]);
    await ahead?.set;
    expect(given.signalingState).to.equal('have-local-offer');
    expect(ahead?.candidates.map(({ candidate }) => candidate)).not.to.be.empty.and.not.include('');
    expect(take('offer').ahead).to.equal(undefined);
  });

  it('answers from a connection without an offer, and keeps the other for an offer', () => {
    supply.prepareOffer();
    const answering = take('answer');
    expect([answering.ahead, answering.pc.signalingState]).to.deep.equal([undefined, 'stable']);
    expect(take('offer').pc).to.equal(made[0]);
  });

  it('lets an offer go that was made without the servers that are given now', () => {
    supply.prepareOffer();
    configuration = { iceServers: [{ urls: 'stun:127.0.0.1:3478' }] };
    supply.configure();
    expect(made[0]?.signalingState).to.equal('closed');
    const { pc, ahead } = take('offer');
    expect([ahead, pc.getConfiguration().iceServers?.length]).to.deep.equal([undefined, 1]);
  });

  it('shows no address before it must where only relays may be used', () => {
    configuration = { iceTransportPolicy: 'relay' };
    supply.prepareOffer();
    const { pc, ahead } = take('offer');
    expect([pc, ahead, pc.localDescription]).to.deep.equal([made[0], undefined, null]);
  });

  it('makes an offer anew that is older than the network may be', () => {
    const time = new FakeTime();
    try {
      supply.prepareOffer();
      void time.sleep(10_001);
      expect(take('offer').ahead).to.equal(undefined);
      expect(made[0]?.signalingState).to.equal('closed');
    } finally {
      time.restore();
    }
  });

  it('keeps one that can answer as long as somebody may come', async () => {
    const time = new FakeTime();
    try {
      supply.prepareOffer();
      supply.expect(true, true);
      expect(made.map(({ signalingState }) => signalingState)).to.deep.equal(['closed', 'stable']);
      configuration = { iceServers: [{ urls: 'stun:127.0.0.1:3478' }] };
      supply.configure();
      expect(take('answer').pc).to.equal(made[1]);
      expect(made[1]?.getConfiguration().iceServers?.length).to.equal(1);
      supply.expect(true, false);
      await time.pass(999);
      expect(made.length).to.equal(2);
      await time.pass(1);
      expect(made.length).to.equal(3);
      supply.expect(false, true);
      expect(made[2]?.signalingState).to.equal('closed');
      supply.expect(true, false);
      supply.close();
      await time.pass(5_000);
      expect(made.length).to.equal(3);
    } finally {
      time.restore();
    }
  });
});
