import { expect } from 'chai';
import { hurry } from './support/fake-time.ts';
import { isAnswer, isOffer, LinkPair, restart } from './support/link-pair.ts';

let pair: LinkPair;

beforeEach(() => {
  pair = new LinkPair();
});
afterEach(() => pair.close());

describe('Link, first contact', () => {
  it('connects when the newcomer offers', async () => {
    pair.meet();
    await pair.connected();
    await pair.talk('hello');
    expect(pair.a.opened.map((hello) => hello.instance)).to.deep.equal([pair.b.instance]);
    expect(pair.log.filter(isOffer).map(({ from }) => from.id)).to.deep.equal([pair.a.id]);
    expect([pair.a.connections.length, pair.b.connections.length]).to.deep.equal([1, 1]);
  });

  it('counts: epochs and offers from 1, toEpoch 0 in the first offer', async () => {
    pair.meet();
    await pair.connected();
    const [offer] = pair.log.filter(isOffer);
    const [answer] = pair.log.filter(isAnswer);
    expect(offer?.body).to.include({ epoch: 1, n: 1, toEpoch: 0 });
    expect(answer?.body).to.include({ epoch: 1, n: 1, toEpoch: 1 });
    for (const { body } of pair.log) {
      if (!body.description) expect(body).to.include({ n: 0 });
      for (const { candidate } of body.candidates ?? []) expect(candidate).not.to.equal('');
    }
  });

  it('replaces the polite side when first offers cross, and connects', async () => {
    pair.rule = (signal) => (signal.from.signals === 1 ? 'hold' : 'pass');
    pair.b.begin().connect(true);
    pair.a.begin().connect(true);
    await pair.until((log) => log.filter(isOffer).length === 2);
    pair.release();
    await pair.connected();
    await pair.talk('glare');
    expect([pair.a.connections.length, pair.b.connections.length]).to.deep.equal([2, 1]);
    const answer = pair.log.find(isAnswer);
    expect(answer?.from).to.equal(pair.a);
    expect(answer?.body).to.include({ epoch: 2, n: 1, toEpoch: 1 });
    expect(pair.a.connections[0]?.pc.signalingState).to.equal('closed');
  });

  it('drops candidates of the connection that glare has replaced', async () => {
    pair.rule = (signal) => (isOffer(signal) || signal.from === pair.a ? 'hold' : 'pass');
    pair.b.begin().connect(true);
    pair.a.begin().connect(true);
    await pair.until((log) => log.some(({ from, body }) => from === pair.a && body.candidates));
    const late = pair.held.filter(({ from, body }) => from === pair.a && body.candidates);
    pair.held.splice(0, pair.held.length, ...pair.held.filter((signal) => !late.includes(signal)));
    pair.release();
    await pair.connected();
    for (const signal of late) signal.deliver();
    await pair.talk('after');
  });

  it('takes candidates that overtake their description', async () => {
    pair.rule = (signal) => (signal.body.description ? 'hold' : 'pass');
    pair.meet();
    await pair.until((log) => log.some(({ from, body }) => from === pair.a && body.candidates));
    pair.rule = (signal) => (isAnswer(signal) ? 'hold' : 'pass');
    for (const signal of pair.held.splice(0)) signal.deliver();
    await pair.until((log) => log.some(({ from, body }) => from === pair.b && body.candidates));
    pair.release();
    await pair.connected();
  });

  it('answers an offer once, however often it comes', async () => {
    pair.rule = (signal) => {
      if (isOffer(signal)) for (let copy = 0; copy < 20; copy++) signal.deliver();
      return 'pass';
    };
    pair.meet();
    await pair.connected();
    await pair.talk('once');
    expect(pair.log.filter(isAnswer).length).to.equal(1);
    expect(pair.b.connections.length).to.equal(1);
  });

  it('drops signals to another life of ours', async () => {
    pair.meet();
    await pair.connected();
    const [offer] = pair.log.filter(isOffer);
    if (!offer) throw new Error('no offer');
    expect(offer.body.toInstance).to.equal(pair.b.instance);
  });
});

describe('Link, recovery', () => {
  beforeEach(async () => {
    pair.meet();
    await pair.connected();
  });

  it('makes a new connection when the channel closes', async () => {
    pair.b.connection.chat.close();
    await Promise.all([
      pair.a.until(({ opened }) => opened.length === 2),
      pair.b.until(({ opened }) => opened.length === 2),
    ]);
    await pair.connected();
    await pair.talk('again');
    expect(pair.a.connections[0]?.pc.connectionState).to.equal('closed');
  });

  it('says reconnecting at once when the other side begins anew', async () => {
    pair.rule = (signal) => (isAnswer(signal) ? 'hold' : 'pass');
    pair.b.connection.chat.onclose = null;
    const reconnecting = pair.b.until(({ link }) => link?.state === 'reconnecting' && !link.open);
    pair.a.connection.chat.close();
    await reconnecting;
    pair.release();
    await pair.connected();
  });

  it('restarts ICE in the same connection', async () => {
    const { pc } = pair.a.connection;
    const before = pc.localDescription?.sdp;
    restart(pair.a);
    await pair.until((log) => log.some((signal) => isAnswer(signal) && signal.body.n === 2));
    await pair.talk('restarted');
    expect(pc.localDescription?.sdp).not.to.equal(before);
    expect([pair.a.connections.length, pair.b.connections.length]).to.deep.equal([1, 1]);
  });

  it('restarts ICE from both sides at once', async () => {
    pair.rule = (signal) => (isOffer(signal) ? 'hold' : 'pass');
    for (const end of [pair.a, pair.b]) restart(end);
    await pair.until((log) => log.filter(isOffer).length === 3);
    pair.release();
    await pair.until((log) => log.filter(isAnswer).length === 2);
    await pair.talk('both');
    expect(pair.log.filter(isAnswer)[1]?.from).to.equal(pair.a);
    expect([pair.a.connections.length, pair.b.connections.length]).to.deep.equal([1, 1]);
  });

  it('ends with bye on one side, and does not connect to that life again', async () => {
    const ended = pair.b.until((end) => end.ended !== null);
    await pair.a.current.leave();
    await ended;
    expect(pair.b.ended).to.deep.equal(['left', 'left']);
    expect(pair.b.memory.isOver(pair.a.instance)).to.equal(true);
  });

  it('delivers what was sent before bye', async () => {
    for (let at = 0; at < 500; at++) pair.a.say(`word-${at}`);
    await pair.a.current.leave();
    await pair.b.until((end) => end.ended !== null);
    expect(pair.b.frames.length).to.equal(500);
  });

  it('leaves from both sides at once', async () => {
    await Promise.all([pair.a.current.leave(), pair.b.current.leave()]);
    for (const end of [pair.a, pair.b])
      expect(end.connections.map(({ pc }) => pc.connectionState)).to.deep.equal(['closed']);
  });

  it('stays when the list no longer names the peer', async () => {
    pair.a.current.unlisted();
    await pair.talk('unlisted');
    expect(pair.a.current.state).to.equal('connected');
  });

  it('is gone when it has been dead for 30 s and is not listed', async () => {
    const calm = hurry(40);
    try {
      pair.a.current.unlisted();
      pair.rule = () => 'drop';
      const gone = pair.a.until(({ ended }) => ended !== null);
      pair.b.connection.pc.close();
      pair.a.connection.chat.close();
      await gone;
      expect(pair.a.ended?.[0]).to.equal('lost');
      // The same life may come back.
      expect(pair.a.memory.isOver(pair.b.instance)).to.equal(false);
    } finally {
      calm();
    }
  });
});
