import { expect } from 'chai';
import { Negotiation, type NegotiationMessage } from '../../src/rtc/negotiation.ts';
import type { OfferAhead } from '../../src/rtc/connection.ts';
import { FakeTime } from './support/fake-time.ts';

const sdpOf = (ufrag: string, certificate = 'AA'): string =>
  `v=0\r\na=ice-ufrag:${ufrag}\r\na=fingerprint:sha-256 ${certificate}\r\n`;

/** As much of an RTCPeerConnection as a negotiation touches, with the states of the specification. */
class ScriptedConnection {
  signalingState: RTCSignalingState = 'stable';
  localDescription: RTCSessionDescriptionInit | null = null;
  remoteDescription: RTCSessionDescriptionInit | null = null;
  iceConnectionState: RTCIceConnectionState = 'new';
  onicecandidate: ((event: { candidate: unknown }) => void) | null = null;
  onnegotiationneeded: (() => void) | null = null;
  /** The next `setRemoteDescription` fails. */
  refuses = false;
  restarts = 0;
  readonly added: string[] = [];
  #made = 0;

  getTransceivers(): readonly RTCRtpTransceiver[] {
    return [];
  }

  async createAnswer(): Promise<RTCSessionDescriptionInit> {
    return { type: 'answer', sdp: `${sdpOf(`own${++this.#made}`)}a=setup:active\r\n` };
  }

  async setLocalDescription(description?: RTCSessionDescriptionInit): Promise<void> {
    const answers = this.signalingState === 'have-remote-offer';
    this.localDescription = description ?? {
      type: answers ? 'answer' : 'offer',
      sdp: sdpOf(`own${++this.#made}`),
    };
    this.signalingState = answers ? 'stable' : 'have-local-offer';
  }

  async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
    if (this.refuses) throw new DOMException('as the test wants it', 'InvalidAccessError');
    this.remoteDescription = description;
    this.signalingState = description.type === 'offer' ? 'have-remote-offer' : 'stable';
  }

  async addIceCandidate({ candidate }: { candidate: string }): Promise<void> {
    this.added.push(candidate);
  }

  restartIce(): void {
    this.restarts++;
    this.onnegotiationneeded?.();
  }

  gather(...candidates: string[]): void {
    for (const candidate of candidates)
      this.onicecandidate?.({
        candidate: { candidate, toJSON: () => candidateOf(candidate, null) },
      });
  }
}

const candidateOf = (candidate: string, usernameFragment: string | null) => ({
  candidate,
  sdpMid: '0',
  sdpMLineIndex: 0,
  usernameFragment,
});

/** An offer that was set and has not been shown to anybody. */
const made: OfferAhead = {
  set: Promise.resolve(),
  candidates: [],
  gathered: Promise.resolve(),
  shown: null,
  said: false,
};

describe('Negotiation', () => {
  let time: FakeTime;
  let pc: ScriptedConnection;
  let sent: (NegotiationMessage & { at: number; everyPath: boolean })[];
  let stuckAt: number[];
  let interfered: number;

  const negotiate = (polite: boolean, ahead?: OfferAhead): Negotiation =>
    new Negotiation({ pc: pc as unknown as RTCPeerConnection, ...(ahead && { ahead }) }, polite, {
      send: (message, everyPath) => sent.push({ ...message, at: time.now - start, everyPath }),
      stuck: () => stuckAt.push(time.now - start),
      interfered: () => interfered++,
    });
  const descriptions = () => sent.filter(({ description }) => description);
  const times = () => descriptions().map(({ at }) => at);
  let start = 0;

  beforeEach(() => {
    time = new FakeTime();
    start = time.now;
    pc = new ScriptedConnection();
    sent = [];
    stuckAt = [];
    interfered = 0;
  });
  afterEach(() => time.restore());

  it('says the same offer after 2, 4 and 8 s, and is stuck after 15 s', async () => {
    void negotiate(true).offer();
    await time.pass(60_000);
    expect(times()).to.deep.equal([0, 2_000, 4_000, 8_000]);
    expect(
      new Set(descriptions().map(({ n, description }) => `${n} ${description?.sdp}`)).size,
    ).to.equal(1);
    expect(stuckAt).to.deep.equal([15_000]);
  });

  it('is silent as soon as the answer has come', async () => {
    const negotiation = negotiate(true);
    void negotiation.offer();
    await time.pass(3_000);
    await negotiation.takeAnswer(1, sdpOf('theirs'));
    await time.pass(60_000);
    expect(times()).to.deep.equal([0, 2_000]);
    expect([stuckAt, pc.signalingState]).to.deep.equal([[], 'stable']);
  });

  it('drops an answer to another offer than the outstanding one', async () => {
    const negotiation = negotiate(true);
    void negotiation.offer();
    await time.settle();
    await negotiation.takeAnswer(2, sdpOf('theirs'));
    await negotiation.takeAnswer(0, sdpOf('theirs'));
    expect(pc.signalingState).to.equal('have-local-offer');
  });

  it('goes on repeating when the engine refuses the answer', async () => {
    const negotiation = negotiate(true);
    void negotiation.offer();
    await time.settle();
    pc.refuses = true;
    await negotiation.takeAnswer(1, sdpOf('theirs'));
    await time.pass(20_000);
    expect(times()).to.deep.equal([0, 2_000, 4_000, 8_000]);
    expect(stuckAt).to.deep.equal([15_000]);
  });

  it('gives a repeated offer its stored answer, and a copy by another path nothing', async () => {
    const negotiation = negotiate(false);
    for (let copy = 0; copy < 16; copy++) void negotiation.takeOffer(1, sdpOf('theirs'));
    await time.pass(2_000);
    expect(times()).to.deep.equal([0]);
    for (let copy = 0; copy < 16; copy++) void negotiation.takeOffer(1, sdpOf('theirs'));
    await time.settle();
    expect(times()).to.deep.equal([0, 2_000]);
    expect(sent[1]?.description).to.deep.equal(sent[0]?.description);
  });

  it('sends an ICE restart and its answer by every path, a first contact not', async () => {
    const negotiation = negotiate(true);
    void negotiation.offer();
    await time.settle();
    await negotiation.takeAnswer(1, sdpOf('theirs'));
    negotiation.restartIce();
    await time.settle();
    await negotiation.takeOffer(1, sdpOf('new'));
    expect(
      descriptions().map(({ description, everyPath }) => [description?.type, everyPath]),
    ).to.deep.equal([
      ['offer', false],
      ['offer', true],
      ['answer', true],
    ]);
  });

  it('asks for one ICE restart at a time', async () => {
    const negotiation = negotiate(true);
    void negotiation.offer();
    await time.settle();
    await negotiation.takeAnswer(1, sdpOf('theirs'));
    negotiation.restartIce();
    await time.settle();
    for (let click = 0; click < 10; click++) negotiation.restartIce();
    expect(pc.restarts).to.equal(1);
  });

  it('keeps its own offer against a colliding one where it is impolite', async () => {
    const negotiation = negotiate(false);
    await negotiation.takeOffer(1, sdpOf('theirs'));
    void negotiation.offer();
    await negotiation.takeOffer(2, sdpOf('new'));
    expect(pc.signalingState).to.equal('have-local-offer');
    await negotiation.takeAnswer(1, sdpOf('new'));
    expect(pc.signalingState).to.equal('stable');
  });

  it('keeps its own offer also where it is polite, when the colliding one is refused', async () => {
    const negotiation = negotiate(true);
    await negotiation.takeOffer(1, sdpOf('theirs'));
    void negotiation.offer();
    await negotiation.takeOffer(2, sdpOf('new', 'BB'));
    pc.refuses = true;
    await negotiation.takeOffer(3, sdpOf('newer'));
    expect(interfered).to.equal(1);
    await time.pass(60_000);
    expect(stuckAt).to.deep.equal([15_000]);
  });

  it('tells of interference once, however often it comes', async () => {
    const negotiation = negotiate(true);
    for (let n = 1; n < 1_000; n++) void negotiation.takeOffer(n, 'v=0\r\n');
    await time.settle();
    await negotiation.takeOffer(1_000, 'v=0\r\n');
    expect(interfered).to.equal(1);
    expect(pc.remoteDescription).to.equal(null);
  });

  it('sends the first candidate at once and bundles the rest for 20 ms, 64 at a time', async () => {
    void negotiate(true).offer();
    await time.settle();
    pc.gather('first');
    await time.pass(0);
    pc.gather(...Array.from({ length: 100 }, (_, at) => `candidate ${at}`), '');
    await time.pass(20);
    const bundles = sent.filter(({ candidates }) => candidates);
    expect(bundles.map(({ at, n, candidates }) => [at, n, candidates?.length])).to.deep.equal([
      [0, 0, 1],
      [20, 0, 64],
      [20, 0, 36],
    ]);
  });

  it('sends what is known of candidates with the description', async () => {
    const candidates = ['host', 'hidden'].map((name) => candidateOf(name, null));
    await pc.setLocalDescription();
    const ahead = { ...made, candidates };
    const negotiation = negotiate(true, ahead);
    void negotiation.offer();
    await time.settle();
    expect(sent.length).to.equal(1);
    expect(sent[0]).to.deep.include({ n: 1, candidates });
    expect(sent[0]?.description?.sdp).to.equal(sdpOf('own1'));
    await time.pass(2_000);
    expect(sent.map((message) => message.candidates)).to.deep.equal([
      candidates,
      undefined,
      candidates,
    ]);
  });

  it('does not say again what somebody has got, but repeats it without an answer', async () => {
    const [known, late] = ['known', 'late'].map((name) => candidateOf(name, null));
    if (!known || !late) throw new Error('no candidates');
    await pc.setLocalDescription();
    const description = { type: 'offer' as const, sdp: 'as it was shown' };
    const shown = { description, candidates: [known] };
    const negotiation = negotiate(true, { ...made, candidates: [known, late], shown, said: true });
    void negotiation.offer();
    await time.settle();
    expect(sent).to.deep.equal([]);
    await time.pass(20);
    expect(sent.map(({ n, candidates }) => [n, candidates])).to.deep.equal([[0, [late]]]);
    await time.pass(2_000);
    expect(sent[1]).to.deep.include({ n: 1, description });
    expect(sent[2]?.candidates).to.deep.equal([known, late]);
    await negotiation.takeAnswer(1, sdpOf('theirs'));
    expect(pc.signalingState).to.equal('stable');
  });

  it('sends no more candidates once a path is found, but those of a restart', async () => {
    const negotiation = negotiate(true);
    void negotiation.offer();
    await time.settle();
    await negotiation.takeAnswer(1, sdpOf('theirs'));
    pc.iceConnectionState = 'connected';
    pc.gather('late');
    await time.pass(100);
    expect(sent.length).to.equal(1);
    negotiation.restartIce();
    await time.settle();
    pc.gather('other');
    await time.pass(100);
    expect(sent.at(-1)?.candidates?.map(({ candidate }) => candidate)).to.deep.equal(['other']);
  });

  it('waits with its candidates for what its checks find, where the offer says where to look', async () => {
    const offer = `${sdpOf('theirs')}a=candidate:1 1 udp 2122 192.0.2.1 4000 typ host\r\n`;
    for (const state of ['checking', 'connected'] as const) {
      sent.length = 0;
      pc = new ScriptedConnection();
      await negotiate(false).takeOffer(1, offer);
      pc.gather('own');
      await time.pass(19);
      expect(sent.length).to.equal(1);
      pc.iceConnectionState = state;
      await time.pass(1);
      expect(sent.length).to.equal(state === 'connected' ? 1 : 2);
    }
  });

  it('lets Firefox begin the handshake, and nobody else', async () => {
    const firefox = 'o=mozilla...THIS_IS_SDPARTA-99.0 1 0 IN IP4 0.0.0.0\r\n';
    await negotiate(false).takeOffer(1, firefox + sdpOf('theirs'));
    expect(sent[0]?.description?.sdp).to.equal(`${sdpOf('own1')}a=setup:passive\r\n`);
    pc = new ScriptedConnection();
    await negotiate(false).takeOffer(1, `o=- 1 1 IN IP4 127.0.0.1\r\n${sdpOf('theirs')}`);
    expect(sent[1]?.description?.sdp).to.equal(sdpOf('own1'));
  });

  it('does not tell the engine again what stands in the description, hidden names excepted', async () => {
    const line = 'candidate:1 1 udp 2122 192.0.2.1 4000';
    const hidden = 'candidate:2 1 udp 2122 2f4712db.local 4001 typ host';
    const negotiation = negotiate(false);
    await negotiation.takeOffer(1, `${sdpOf('theirs')}a=${line} typ host\r\na=${hidden}\r\n`);
    await negotiation.takeCandidates([
      candidateOf(`${line} typ host generation 0 ufrag theirs`, 'theirs'),
      candidateOf(`${line}1 typ host`, 'theirs'),
      candidateOf(hidden, 'theirs'),
    ]);
    expect(pc.added).to.deep.equal([`${line}1 typ host`, hidden]);
  });

  it('repeats its candidates with its description', async () => {
    void negotiate(true).offer();
    await time.settle();
    pc.gather('first', 'second');
    await time.pass(2_000);
    expect(sent.at(-1)?.candidates?.map(({ candidate }) => candidate)).to.deep.equal([
      'first',
      'second',
    ]);
  });

  it('holds candidates until the description with their user name is there', async () => {
    const negotiation = negotiate(true);
    await negotiation.takeCandidates([candidateOf('early', 'theirs'), candidateOf('alien', 'no')]);
    expect(pc.added).to.deep.equal([]);
    await negotiation.takeOffer(1, sdpOf('theirs'));
    expect(pc.added).to.deep.equal(['early']);
  });

  it('gives the engine each candidate once, and 64 of one description at the most', async () => {
    const negotiation = negotiate(true);
    await negotiation.takeOffer(1, sdpOf('theirs'));
    for (let flood = 0; flood < 100; flood++) {
      await negotiation.takeCandidates([candidateOf('same', 'theirs')]);
      await negotiation.takeCandidates([candidateOf(`other ${flood}`, 'theirs')]);
    }
    expect(pc.added.length).to.equal(64);
    expect(pc.added.filter((candidate) => candidate === 'same').length).to.equal(1);
    await negotiation.takeOffer(2, sdpOf('new'));
    await negotiation.takeCandidates([candidateOf('same', 'new')]);
    expect(pc.added.length).to.equal(65);
  });

  it('holds no more than 64 early candidates', async () => {
    const negotiation = negotiate(true);
    for (let flood = 0; flood < 1_000; flood++)
      await negotiation.takeCandidates([candidateOf(`early ${flood}`, 'theirs')]);
    await negotiation.takeOffer(1, sdpOf('theirs'));
    expect(pc.added.length).to.equal(64);
    expect(pc.added.at(-1)).to.equal('early 999');
  });

  it('does and says nothing after it was closed', async () => {
    const negotiation = negotiate(true);
    void negotiation.offer();
    await time.settle();
    pc.gather('first');
    negotiation.close();
    await negotiation.takeAnswer(1, sdpOf('theirs'));
    await time.pass(60_000);
    expect([sent.length, time.alarms, pc.remoteDescription]).to.deep.equal([1, 0, null]);
  });
});
