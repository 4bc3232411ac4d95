import { expect } from 'chai';
import { hurry } from './support/fake-time.ts';
import { isAnswer, isOffer, LinkPair, type LinkEnd } from './support/link-pair.ts';

let pair: LinkPair;
/** So many times as fast run our timers: what happens after seconds happens between real connections. */
const HURRY = 20;

beforeEach(() => {
  pair = new LinkPair();
});
afterEach(() => pair.close());

const offersOf = (end: LinkEnd) =>
  pair.log.filter((signal) => signal.from === end && isOffer(signal));

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
    const [first, second] = offersOf(pair.a);
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
    const epochs = offersOf(pair.a).map(({ body }) => body.epoch);
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
