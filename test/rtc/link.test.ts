import { expect } from 'chai';
import { hurry } from './support/fake-time.ts';
import { freshInstance, isAnswer, isOffer, LinkPair } from './support/link-pair.ts';
import type { Carried, LinkEnd } from './support/link-pair.ts';

let pair: LinkPair;
/** So many times as fast run our timers, where a test needs seconds to pass between real connections. */
const HURRY = 20;

beforeEach(() => {
  pair = new LinkPair();
});
afterEach(() => pair.close());

const offersOf = (end: unknown) => (log: readonly Carried[]) =>
  log.filter((signal) => signal.from === end && isOffer(signal));

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

describe('Link, over a path that loses', () => {
  let calm: () => void;
  beforeEach(() => {
    calm = hurry(HURRY);
  });
  afterEach(() => calm());

  it('repeats the same offer when it is lost', async () => {
    pair.rule = (signal) => (isOffer(signal) && signal.count === 1 ? 'drop' : 'pass');
    pair.meet();
    await pair.connected();
    const [first, second] = offersOf(pair.a)(pair.log);
    expect(second?.body).to.deep.equal(first?.body);
    expect(pair.a.connections.length).to.equal(1);
  });

  it('repeats the stored answer when that is lost', async () => {
    let lost = false;
    pair.rule = (signal) => {
      if (lost || !isAnswer(signal)) return 'pass';
      lost = true;
      return 'drop';
    };
    pair.meet();
    await pair.connected();
    const [first, second] = pair.log.filter(isAnswer);
    expect(second?.body).to.deep.equal(first?.body);
    expect([pair.a.connections.length, pair.b.connections.length]).to.deep.equal([1, 1]);
  });

  it('takes an answer that comes late, and drops its repetition', async () => {
    pair.rule = (signal) => (isAnswer(signal) ? 'hold' : 'pass');
    pair.meet();
    await pair.until((log) => log.filter(isAnswer).length === 2);
    pair.release();
    await pair.connected();
    await pair.talk('late');
  });

  it('makes a new connection when no answer comes in 15 s, and drops the old answer', async () => {
    pair.rule = (signal) => (isAnswer(signal) && signal.body.toEpoch === 1 ? 'hold' : 'pass');
    pair.b.begin(false);
    pair.a.begin().connect(true);
    await pair.a.until(({ connections }) => connections.length === 2);
    pair.release();
    await pair.connected();
    await pair.talk('second');
    const epochs = offersOf(pair.a)(pair.log).map(({ body }) => body.epoch);
    expect(epochs.slice(0, 4)).to.deep.equal([1, 1, 1, 1]);
    expect(epochs[4]).to.equal(2);
  });

  it('offers itself when the newcomer does not within three seconds', async () => {
    pair.b.begin().connect(false);
    pair.a.begin();
    await pair.connected();
    expect(pair.log.filter(isOffer).map(({ from }) => from)).to.deep.equal([pair.b]);
  });

  it('says unreachable after 20 s, and goes on trying', async () => {
    pair.rule = () => 'drop';
    pair.meet();
    await pair.a.until(({ link }) => link?.state === 'unreachable');
    expect(pair.a.errors.map(({ code }) => code)).to.deep.equal(['peer-unreachable']);
    pair.rule = () => 'pass';
    await pair.connected();
  });

  it('says unreachable also where the other side began', async () => {
    pair.rule = (signal) => (signal.from === pair.b ? 'drop' : 'pass');
    pair.b.begin(false).relisted(pair.a.instance);
    pair.a.begin().connect(true);
    await pair.b.until(({ link }) => link?.state === 'unreachable');
  });

  it('ends what never connected and is not listed', async () => {
    pair.rule = (signal) => (signal.from === pair.b ? 'drop' : 'pass');
    pair.b.begin(false);
    pair.a.begin().connect(true);
    await pair.until((log) => log.some(isAnswer));
    await pair.a.current.leave();
    await pair.b.until(({ ended }) => ended !== null);
    expect(pair.b.ended?.[0]).to.equal('lost');
  });

  it('rebuilds a connection on which no hello comes', async () => {
    pair.b.begin(false);
    pair.a.begin().connect(true);
    await pair.b.until(({ connections }) => connections.length === 1);
    pair.b.connection.chat.send = () => {};
    await pair.a.until(({ connections }) => connections.length === 2);
    await pair.connected();
  });

  it('connects through 100 seeded schedules of loss, copies and disorder', async function () {
    this.timeout(60_000);
    const run = async (seed: number): Promise<void> => {
      const random = mulberry32(seed);
      const here = new LinkPair();
      let signals = 0;
      here.rule = (signal) => {
        // It ends at some time: without any signal nobody connects.
        if (++signals > 30) return 'pass';
        const fate = random();
        if (fate < 0.35) return 'drop';
        setTimeout(() => signal.deliver(), random() * 2_000);
        if (fate < 0.7) return 'drop';
        setTimeout(() => signal.deliver(), random() * 1_000);
        return fate < 0.8 ? 'pass' : 'drop';
      };
      here.b.begin().connect(random() < 0.5);
      here.a.begin().connect(true);
      try {
        await here.connected();
        await here.talk(`seed-${seed}`);
      } finally {
        await here.close();
      }
    };
    const atOnce = 20;
    for (let seed = 0; seed < 100; seed += atOnce)
      await Promise.all(Array.from({ length: atOnce }, (_, at) => run(seed + at)));
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
    const calm = hurry(HURRY * 2);
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

describe('Link, another life of the peer', () => {
  beforeEach(async () => {
    pair.meet();
    await pair.connected();
  });

  it('follows a reload', async () => {
    pair.b.reload();
    pair.b.begin().connect(true);
    await pair.a.until(({ opened }) => opened.at(-1)?.instance === pair.b.instance);
    await pair.connected();
    await pair.talk('reloaded');
    expect(pair.a.current.state).to.equal('connected');
  });

  it('connects at once to a later life although the former one had many connections', async () => {
    pair.a.memory.giveUp(pair.b.instance, 9);
    const ended = pair.a.until((end) => end.ended !== null);
    await pair.b.current.leave();
    await ended;
    pair.b.reload();
    pair.a.begin().connect(false);
    pair.b.begin().connect(true);
    await pair.connected();
    expect(offersOf(pair.b)(pair.log).at(-1)?.body.epoch).to.equal(1);
  });

  it('keeps a link that stands when a signal of an unseen life is replayed', async () => {
    const [offer] = pair.log.filter(isOffer);
    if (!offer) throw new Error('no offer');
    const other = freshInstance();
    pair.b.current.receive({ ...offer.body, instance: other }, pair.a.key);
    await pair.b.until(({ connections }) => connections.length === 2);
    await pair.talk('still');
    expect(pair.b.current.state).to.equal('connected');
    expect(pair.b.memory.isOver(pair.a.instance)).to.equal(false);
  });

  it('does not believe the list that the life it is linked to is over', async () => {
    pair.a.current.relisted(freshInstance());
    await pair.talk('still');
    expect(pair.a.current.open).to.equal(true);
  });

  it('comes back to the true life after the list has named a false one', async () => {
    pair.a.current.relisted(freshInstance());
    pair.b.connection.chat.close();
    await pair.a.until(({ opened }) => opened.length === 2);
    await pair.connected();
    await pair.talk('true');
  });

  it('drops answers and candidates of a life that never offered', async () => {
    const answer = pair.log.find(isAnswer);
    const candidates = pair.log.find(({ body }) => body.candidates);
    for (const signal of [answer, candidates]) {
      if (!signal) throw new Error('no signal');
      pair.a.current.receive({ ...signal.body, instance: freshInstance() }, pair.b.key);
    }
    await pair.talk('still');
    expect(pair.a.connections.length).to.equal(1);
  });

  it('drops signals of a life that is over', async () => {
    const old = offersOf(pair.a)(pair.log)[0];
    if (!old) throw new Error('no offer');
    pair.a.reload();
    pair.a.begin().connect(true);
    await pair.b.until(({ opened }) => opened.length === 2);
    await pair.connected();
    const made = pair.b.connections.length;
    pair.b.current.receive({ ...old.body, epoch: 7 }, pair.a.key);
    await pair.talk('still');
    expect(pair.b.connections.length).to.equal(made);
  });

  it('begins a few connections for a flood of offers, not two thousand', async () => {
    const [offer] = pair.log.filter(isOffer);
    if (!offer) throw new Error('no offer');
    for (let epoch = 2; epoch < 1_000; epoch++)
      pair.b.current.receive({ ...offer.body, epoch }, pair.a.key);
    for (let life = 0; life < 1_000; life++)
      pair.b.current.receive({ ...offer.body, instance: freshInstance() }, pair.a.key);
    expect(pair.b.connections.length).to.be.within(2, 34);
  });
});

describe('Link, interference', () => {
  const swap = (signal: Carried, change: (sdp: string) => string): void => {
    const { description } = signal.body;
    if (!description) return;
    signal.to.current.receive(
      { ...signal.body, description: { ...description, sdp: change(description.sdp) } },
      signal.from.key,
    );
  };
  const other = `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`;

  it('refuses a description with several certificates, and says so once', async () => {
    pair.rule = (signal) => {
      if (!isOffer(signal)) return 'pass';
      const twice = (sdp: string): string => sdp.replace(/^a=fingerprint/m, `${other}\r\n$&`);
      for (let copy = 0; copy < 5; copy++) swap(signal, twice);
      return 'drop';
    };
    pair.meet();
    await pair.b.until(({ errors }) => errors.length > 0);
    await pair.b.until(() => pair.b.connection.pc.signalingState === 'stable');
    expect(pair.b.errors.map(({ code }) => code)).to.deep.equal(['protocol-violation']);
    expect(pair.b.connection.pc.remoteDescription).to.equal(null);
  });

  it('refuses another certificate than the first of the same epoch', async () => {
    pair.meet();
    await pair.connected();
    pair.rule = (signal) => {
      if (isOffer(signal)) swap(signal, (sdp) => sdp.replace(/^a=fingerprint:.*$/gm, other));
      return isOffer(signal) ? 'drop' : 'pass';
    };
    restart(pair.a);
    await pair.b.until(({ errors }) => errors.length > 0);
    await pair.talk('untouched');
    expect(pair.b.connection.pc.remoteDescription?.sdp).not.to.include(other);
  });

  it('refuses an answer without a certificate', async () => {
    pair.rule = (signal) => {
      if (isAnswer(signal)) swap(signal, (sdp) => sdp.replace(/^a=fingerprint:.*\r\n/gm, ''));
      return isAnswer(signal) ? 'drop' : 'pass';
    };
    pair.meet();
    await pair.a.until(({ errors }) => errors.length > 0);
    expect(pair.a.connection.pc.signalingState).to.equal('have-local-offer');
  });

  it('does not open for a hello of somebody else', async () => {
    pair.a.claims = { instance: freshInstance() };
    pair.meet();
    await pair.b.until((end) => end.ended !== null);
    expect(pair.b.ended).to.deep.equal(['violation', 'invalid-hello']);
  });
});

/** ICE loses the path for a moment, and nobody waits to see whether it comes back. */
function restart({ connection: { pc }, current }: LinkEnd): void {
  Object.defineProperty(pc, 'iceConnectionState', { configurable: true, value: 'disconnected' });
  pc.oniceconnectionstatechange?.call(pc, new Event('iceconnectionstatechange'));
  Reflect.deleteProperty(pc, 'iceConnectionState');
  current.retry();
}

/** A small seeded generator: the same numbers in every browser. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
