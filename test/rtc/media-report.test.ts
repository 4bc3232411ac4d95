import { expect } from 'chai';
import { readReport, sampleOf } from '../../src/rtc/media-report.ts';

type Stats = readonly (Record<string, unknown> & { id: string; type: string })[];

const report = (atMs: number, stats: Stats) =>
  readReport(new Map(stats.map((stat) => [stat.id, { timestamp: atMs, ...stat }])));

const PATH: Stats = [
  { id: 'T', type: 'transport', selectedCandidatePairId: 'P2' },
  {
    id: 'P1',
    type: 'candidate-pair',
    state: 'succeeded',
    nominated: true,
    currentRoundTripTime: 9,
  },
  {
    id: 'P2',
    type: 'candidate-pair',
    state: 'succeeded',
    localCandidateId: 'L',
    remoteCandidateId: 'R',
    currentRoundTripTime: 0.0421,
    availableOutgoingBitrate: 1_234_000,
  },
  { id: 'L', type: 'local-candidate', candidateType: 'host' },
  { id: 'R', type: 'remote-candidate', candidateType: 'relay' },
];

describe('readReport', () => {
  it('reads the path that is in use', () => {
    const { roundTripMs, relayed, availableBps } = report(0, PATH);
    expect({ roundTripMs, relayed, availableBps }).to.deep.equal({
      roundTripMs: 42,
      relayed: true,
      availableBps: 1_234_000,
    });
  });

  it('knows Firefox’s mark of the path, and its round trip from what the other side reports', () => {
    const { roundTripMs, relayed } = report(0, [
      { id: 'P', type: 'candidate-pair', selected: true, localCandidateId: 'L' },
      { id: 'L', type: 'local-candidate', candidateType: 'srflx' },
      { id: 'H', type: 'remote-inbound-rtp', roundTripTime: 0.08 },
    ]);
    expect({ roundTripMs, relayed }).to.deep.equal({ roundTripMs: 80, relayed: false });
  });

  it('says nothing where nothing is said', () => {
    expect(report(0, [])).to.deep.include({
      roundTripMs: null,
      relayed: null,
      availableBps: null,
      picture: null,
      received: { packets: 0, lost: 0, bytes: 0 },
    });
  });

  it('takes the largest picture that moves', () => {
    const { picture } = report(0, [
      { id: 'a', type: 'inbound-rtp', frameWidth: 320, frameHeight: 180, framesPerSecond: 30 },
      { id: 'b', type: 'inbound-rtp', frameWidth: 1_280, frameHeight: 720, framesPerSecond: 12 },
      { id: 'c', type: 'inbound-rtp', frameWidth: 1_920, frameHeight: 1_080, framesPerSecond: 0 },
    ]);
    expect(picture).to.deep.equal({ width: 1_280, height: 720, framesPerSecond: 12 });
  });
});

describe('sampleOf', () => {
  const at = (
    atMs: number,
    { sent, heard, came }: Record<'sent' | 'heard' | 'came', Record<string, number>>,
  ) =>
    report(atMs, [
      { id: 'O', type: 'outbound-rtp', ...sent },
      { id: 'H', type: 'remote-inbound-rtp', ...heard },
      { id: 'I', type: 'inbound-rtp', ...came },
    ]);

  it('says what happened in between, in shares and in bits a second', () => {
    const before = at(1_000, {
      sent: { packetsSent: 100, bytesSent: 10_000 },
      heard: { packetsLost: 50 },
      came: { packetsReceived: 1_000, packetsLost: 40, bytesReceived: 5_000 },
    });
    const after = at(3_000, {
      sent: { packetsSent: 200, bytesSent: 60_000 },
      heard: { packetsLost: 60 },
      came: {
        packetsReceived: 1_095,
        packetsLost: 45,
        bytesReceived: 30_000,
        totalSamplesReceived: 1_000,
        concealedSamples: 300,
        silentConcealedSamples: 100,
        totalFreezesDuration: 0.5,
      },
    });
    expect(sampleOf(before, after)).to.deep.include({
      loss: 0.1,
      sentLoss: 0.1,
      sentBps: 200_000,
      receivedBps: 100_000,
      concealed: 0.2,
      frozen: 0.25,
    });
  });

  it('takes counts that go back for nothing', () => {
    const full = { packetsSent: 100, bytesSent: 10_000 };
    const before = at(0, { sent: full, heard: { packetsLost: 9 }, came: { packetsLost: 9 } });
    const after = at(2_000, { sent: {}, heard: {}, came: {} });
    expect(sampleOf(before, after)).to.deep.include({ loss: 0, sentLoss: 0, sentBps: 0 });
  });
});
