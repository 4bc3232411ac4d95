import { expect } from 'chai';
import type { PeerId } from '../../src/protocol/ids.ts';
import { PeerMemory } from '../../src/rtc/peer-memory.ts';
import { freshInstance, isAnswer, isOffer, LinkPair, restart } from './support/link-pair.ts';
import type { Carried, LinkEnd } from './support/link-pair.ts';

let pair: LinkPair;

beforeEach(() => {
  pair = new LinkPair();
});
afterEach(() => pair.close());

const offersOf = (end: LinkEnd) =>
  pair.log.filter((signal) => signal.from === end && isOffer(signal));

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

  it('tells a life that is about to take over what everybody is told', async () => {
    const { a, b } = pair;
    // Killed: nothing of the former life hears or answers, and nothing says that it is gone.
    const former = b.current;
    b.connection.chat.onmessage = null;
    b.instance = freshInstance();
    b.memory = new PeerMemory();
    b.frames.length = 0;
    // Between our `hello` to the new life and its own.
    a.claims = {
      get features(): string[] {
        queueMicrotask(() =>
          a.current.tell({ type: 'presence', links: ['news'.padEnd(22, '_') as PeerId] }),
        );
        return [];
      },
    };
    b.begin().connect(true);
    await b.until((end) => end.heard('news'));
    await former.leave();
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
    expect(offersOf(pair.b).at(-1)?.body.epoch).to.equal(1);
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
    const old = offersOf(pair.a)[0];
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
