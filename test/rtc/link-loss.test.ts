import { expect } from 'chai';
import { hurry } from './support/fake-time.ts';
import { type Carried, isAnswer, isOffer, LinkPair, type LinkEnd } from './support/link-pair.ts';

let pair: LinkPair;
/** So many times as fast run our timers: what happens after seconds happens between real connections. */
const HURRY = 20;

beforeEach(() => {
  pair = new LinkPair();
});
afterEach(() => pair.close());

const offersOf = (end: LinkEnd) =>
  pair.log.filter((signal) => signal.from === end && isOffer(signal));

const epochOf = ({ body }: Carried): number => body.epoch;

/** The same signal, with addresses at which nobody is. */
function nowhere(body: string): string {
  return body.replaceAll(/(udp|tcp|UDP|TCP) (\d+) [\w.:-]+ \d+ typ/g, '$1 $2 192.0.2.1 9 typ');
}

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

  it('says an offer again at once when the other one is listed again', async () => {
    pair.rule = () => 'drop';
    pair.meet();
    await pair.until(() => offersOf(pair.a).length > 0);
    const { length } = offersOf(pair.a);
    pair.a.current.relisted(pair.b.instance);
    expect(
      offersOf(pair.a)
        .slice(length)
        .map(({ body }) => body.n),
    ).to.deep.equal([1]);
    pair.rule = () => 'pass';
    await pair.connected();
  });

  it('waits for no pause to end when the other one is listed again', async () => {
    pair.meet();
    await pair.connected();
    pair.rule = () => 'drop';
    const { chat } = pair.a.connection;
    chat.onclose?.(new Event('close'));
    expect(pair.a.connections.length).to.equal(1);
    pair.a.current.relisted(pair.b.instance);
    expect(pair.a.connections.length).to.equal(2);
    pair.rule = () => 'pass';
    await pair.connected();
  });

  it('looks for a lost path anew where both sides tire of looking', async () => {
    pair.meet();
    await pair.connected();
    // Addresses at which there is nobody (RFC 5737).
    pair.rule = (signal) => {
      signal.deliver(nowhere);
      return 'drop';
    };
    const { length } = offersOf(pair.b);
    pair.b.connection.chat.onclose?.(new Event('close'));
    const fresh = (): number => new Set(offersOf(pair.b).slice(length).map(epochOf)).size;
    const tires = navigator.userAgent.includes('Firefox');
    await pair.until(() => fresh() === (tires ? 3 : 1));
    pair.rule = () => 'pass';
    await pair.connected();
    await pair.talk('found');
    // Who goes on asking is not disturbed.
    if (!tires) expect(fresh()).to.equal(1);
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
