import { expect } from 'chai';
import type { FrameInput, FrameOf, Mark } from '../../src/protocol/frames.ts';
import type { AuthorId, PeerId, PersonName, PublicKeyText } from '../../src/protocol/ids.ts';
import { MAX_BATCH_ITEMS, MAX_UNSIGNED_UNITS } from '../../src/protocol/limits.ts';
import type { Outcome } from '../../src/rtc/staging.ts';
import { Delivery } from '../../src/rtc/delivery.ts';
import type { Link } from '../../src/rtc/link.ts';
import type { Log } from '../../src/rtc/log.ts';
import type { Receipts } from '../../src/rtc/receipts.ts';
import { FakeTime } from './support/fake-time.ts';
import { bo, Road } from './support/road.ts';

const self = 'a'.repeat(22) as AuthorId;
const keyOfBo = 'bo' as PublicKeyText;
const head = 'h'.repeat(22);

describe('Delivery', () => {
  let time: FakeTime;
  let marks: Map<AuthorId, Mark>;
  let outcome: Outcome;
  let received: unknown[];
  let broadcast: FrameInput[];
  let receipts: string[];
  let violations: number;
  let features: string[];
  let previews: [text: string, peer: PeerId, ownLow: number | null][];
  let previewed: boolean;
  let forgeries: number;
  let forks = 0;
  let delivery: Delivery;
  let road: Road;

  const link = (): Link => road as unknown as Link;
  const hello = (have: Record<string, Mark> = {}): FrameOf<'hello'> =>
    ({ type: 'hello', key: keyOfBo, have, features }) as unknown as FrameOf<'hello'>;
  const have = (marks: Record<string, Mark>): FrameOf<'have'> => ({
    type: 'have',
    have: marks,
  });
  const batch = (key = keyOfBo): FrameOf<'batch'> => ({ type: 'batch', key, body: '{}', sig: 's' });
  const wrote = (high: number): void => void marks.set(self, [1, high, head]);

  beforeEach(() => {
    time = new FakeTime();
    marks = new Map();
    outcome = 'taken';
    received = [];
    broadcast = [];
    receipts = [];
    violations = 0;
    features = ['late-signatures'];
    previews = [];
    previewed = true;
    forgeries = 0;
    road = new Road();
    const log: Pick<
      Log,
      'self' | 'marks' | 'batchAfter' | 'unsignedAfter' | 'receive' | 'preview' | 'lacksOlder'
    > = {
      self,
      marks,
      batchAfter: () => null,
      unsignedAfter: () => null,
      lacksOlder: () => false,
      preview: ({ text }, { id, ownLow }) => {
        previews.push([text, id, ownLow]);
        return previewed;
      },
      receive: (_, from) => {
        received.push(from);
        return Promise.resolve(outcome);
      },
    };
    const told: Pick<Receipts, 'linkUp' | 'linkDown' | 'acknowledged'> = {
      linkUp: () => receipts.push('up'),
      linkDown: () => receipts.push('down'),
      acknowledged: (_, high) => receipts.push(String(high)),
    };
    delivery = new Delivery(log as Log, told as Receipts, {
      broadcast: (frame) => broadcast.push(frame),
      violated: () => violations++,
      forged: () => forgeries++,
      forked: () => forks++,
      acquaintance: () => 'met',
      nameOf: () => 'Bo',
    });
  });
  afterEach(() => {
    delivery.close();
    time.restore();
  });

  it('takes from a link what its own peer has written, and nothing of others', async () => {
    delivery.opened(link(), hello());
    await delivery.takeBatch(link(), batch());
    await delivery.takeBatch(link(), batch('eve' as PublicKeyText));
    expect(received).to.deep.equal([{ id: bo, ownLow: null }]);
  });

  it('takes nothing from a link that is not open', async () => {
    await delivery.takeBatch(link(), batch());
    expect(received).to.deep.equal([]);
  });

  it('knows where the log of the other side begins, as it says itself', async () => {
    delivery.opened(link(), hello({ [bo]: [3, 9, head] }));
    await delivery.takeBatch(link(), batch());
    delivery.takeHave(link(), have({ [bo]: [7, 9, head] }));
    await delivery.takeBatch(link(), batch());
    expect(received).to.deep.equal([
      { id: bo, ownLow: 3 },
      { id: bo, ownLow: 7 },
    ]);
  });

  for (const [what, told] of [
    ['taken', 1],
    ['repeated', 1],
    ['early', 0],
    ['fork', 0],
    ['invalid', 0],
  ] as const) {
    it(`${told ? 'tells' : 'does not tell'} what we hold when a batch is ${what}`, async () => {
      marks.set(bo as string as AuthorId, [1, 1, head]);
      outcome = what;
      delivery.opened(link(), hello());
      await delivery.takeBatch(link(), batch());
      expect([broadcast.length, violations]).to.deep.equal([told, what === 'invalid' ? 1 : 0]);
    });
  }

  it('blames nobody for a batch of a connection that is gone', async () => {
    outcome = 'invalid';
    delivery.opened(link(), hello());
    const taking = delivery.takeBatch(link(), batch());
    delivery.lost(bo);
    await taking;
    expect(violations).to.equal(0);
  });

  it('tells at once where our log begins when older entries are gone', async () => {
    wrote(10);
    delivery.trimmed([self]);
    marks.set(self, [5, 10, head]);
    delivery.trimmed([self]);
    expect(broadcast.at(-1)).to.deep.equal({ type: 'have', have: { [self]: [5, 10, head] } });
  });

  it('counts a mark above what there is as all there is', () => {
    wrote(10);
    delivery.opened(link(), hello({ [self]: [1, 2_000_000, head] }));
    expect(receipts).to.deep.equal(['up', '10']);
  });

  it('gives no tick to one who says that it holds something else in the place of ours, and never shows it', () => {
    wrote(10);
    features = ['history'];
    delivery.opened(link(), hello({ [self]: [1, 10, 'x'.repeat(22)] }));
    delivery.takeHave(link(), have({ [self]: [1, 10, 'x'.repeat(22)] }));
    expect(receipts).to.deep.equal(['up']);
    expect(road.sent.filter(({ type }) => type === 'want')).to.have.length(1);
    delivery.opened(link(), hello({ [self]: [1, 9, head] }));
    delivery.takeHave(link(), have({ [self]: [1, 10, 'x'.repeat(22)] }));
    expect(receipts).to.deep.equal(['up', 'up', '9']);
  });

  it('tells the receipts who can be reached now', () => {
    delivery.opened(link(), hello());
    expect(delivery.linkChanged(link())).to.equal(false);
    road.state = 'reconnecting';
    expect(delivery.linkChanged(link())).to.equal(true);
    road.state = 'connected';
    expect(delivery.linkChanged(link())).to.equal(true);
    road.open = false;
    expect(delivery.linkChanged(link())).to.equal(true);
    expect(delivery.linkChanged(link())).to.equal(false);
    expect(receipts).to.deep.equal(['up', 'down', 'up', 'down']);
  });

  describe('ahead of a signature', () => {
    const item = { kind: 'text', text: 'Hello' } as const;
    const ahead = (text = '{"first":1}', first = 1): FrameOf<'unsigned'> => ({
      type: 'unsigned',
      text,
      body: { first, at: [0, 0], name: 'Bo' as PersonName, keep: false, items: [item] },
    });
    const signature = (last = 1): FrameOf<'signature'> => ({
      type: 'signature',
      of: [['', 's', last]],
    });

    beforeEach(() => delivery.opened(link(), hello()));

    it('shows what comes, and takes it when its signature does', async () => {
      delivery.takeUnsigned(link(), ahead());
      expect([previews, received]).to.deep.equal([[['{"first":1}', bo, null]], []]);
      await delivery.takeSignature(link(), signature());
      expect([received.length, violations]).to.deep.equal([1, 0]);
    });

    it('takes with one signature all that it is for, as one batch', async () => {
      for (const first of [1, 2, 3])
        delivery.takeUnsigned(link(), ahead(`{"first":${first}}`, first));
      previews = [];
      await delivery.takeSignature(link(), signature(2));
      expect(previews).to.deep.equal([['{"first":3}', bo, null]]);
      await delivery.takeSignature(link(), signature(3));
      expect([received.length, violations]).to.deep.equal([2, 0]);
    });

    it('tries again to show what came too early, when something was signed', async () => {
      delivery.takeUnsigned(link(), ahead());
      delivery.takeUnsigned(link(), ahead('{"first":2}', 2));
      previews = [];
      await delivery.takeSignature(link(), signature());
      expect(previews).to.deep.equal([['{"first":2}', bo, null]]);
    });

    it('tries again when a batch is taken that was under way before it', async () => {
      delivery.opened(link(), hello({ [bo]: [1, 16, head] }));
      const taking = delivery.takeBatch(link(), batch());
      delivery.takeUnsigned(link(), ahead());
      previews = [];
      await taking;
      expect(previews).to.deep.equal([['{"first":1}', bo, 1]]);
    });

    it('shows nothing more of a connection that is over', async () => {
      const taking = delivery.takeBatch(link(), batch());
      delivery.takeUnsigned(link(), ahead());
      previews = [];
      delivery.lost(bo);
      await taking;
      expect(previews).to.deep.equal([]);
    });

    for (const [what, bad] of [
      ['a signature of nothing', () => delivery.takeSignature(link(), signature())],
      [
        'a signature up to where nothing ends',
        () => {
          delivery.takeUnsigned(link(), ahead());
          return delivery.takeSignature(link(), signature(2));
        },
      ],
      [
        'a batch before the signature of another',
        () => {
          delivery.takeUnsigned(link(), ahead());
          return delivery.takeBatch(link(), batch());
        },
      ],
      [
        'more than may be ahead',
        () => {
          for (let at = 0; at <= MAX_BATCH_ITEMS; at++) delivery.takeUnsigned(link(), ahead());
        },
      ],
      [
        'longer texts than may be ahead',
        () => {
          delivery.takeUnsigned(link(), ahead('x'.repeat(MAX_UNSIGNED_UNITS)));
          delivery.takeUnsigned(link(), ahead());
        },
      ],
      [
        'what nobody will take',
        () => {
          previewed = false;
          delivery.takeUnsigned(link(), ahead());
        },
      ],
    ] as const) {
      it(`blames the other side for ${what}`, async () => {
        await bad();
        expect([received.length, violations]).to.deep.equal([0, 1]);
      });
    }

    it('blames the other side where a signature does not come within two minutes', async () => {
      delivery.takeUnsigned(link(), ahead());
      await time.pass(60_000);
      await delivery.takeSignature(link(), signature());
      delivery.takeUnsigned(link(), ahead('{"first":2}', 2));
      await time.pass(119_999);
      expect(violations).to.equal(0);
      await time.pass(1);
      expect(violations).to.equal(1);
    });

    it('blames nobody for the time in which we slept ourselves', async () => {
      delivery.takeUnsigned(link(), ahead());
      await time.sleep(3_600_000);
      expect(violations).to.equal(0);
      await time.pass(120_000);
      expect(violations).to.equal(1);
    });

    it('awaits nothing of a connection that is gone', async () => {
      delivery.takeUnsigned(link(), ahead());
      delivery.lost(bo);
      delivery.opened(link(), hello());
      await delivery.takeBatch(link(), batch());
      await time.pass(200_000);
      expect([received.length, violations]).to.deep.equal([1, 0]);
    });

    it('knows whether everybody takes texts so', () => {
      expect(delivery.late).to.equal(true);
      features = [];
      delivery.opened(link(), hello());
      expect(delivery.late).to.equal(false);
      delivery.lost(bo);
      expect(delivery.late).to.equal(true);
    });
  });

  describe('back-pressure', () => {
    let written: boolean;
    const write = async (): Promise<void> => {
      written = false;
      const waiting = delivery.mayWrite();
      if (waiting) void waiting.then(() => (written = true));
      else written = true;
      await time.settle();
    };

    beforeEach(() => {
      wrote(4_097);
      delivery.opened(link(), hello());
    });

    it('waits while a link lags more than 4,096 entries behind', async () => {
      await write();
      expect(written).to.equal(false);
      road.sent.length = 0;
      delivery.takeHave(link(), have({ [self]: [1, 1, head] }));
      await time.settle();
      // Nothing has been handed over to it: a claim alone does not count.
      expect(written).to.equal(false);
      wrote(4_096);
      delivery.takeHave(link(), have({ [self]: [1, 1, head] }));
      await time.settle();
      expect(written).to.equal(true);
    });

    it('does not wait for a link that is down', async () => {
      await write();
      road.open = false;
      delivery.linkChanged(link());
      await time.settle();
      expect(written).to.equal(true);
    });

    it('waits ten seconds, and then not again until the other side has caught up', async () => {
      await write();
      await time.pass(9_999);
      expect(written).to.equal(false);
      await time.pass(1);
      expect(written).to.equal(true);
      await write();
      expect(written).to.equal(true);
      wrote(1);
      delivery.takeHave(link(), have({ [self]: [1, 1, head] }));
      wrote(4_098);
      await write();
      expect(written).to.equal(false);
    });

    it('waits ten seconds in all for what somebody claims to hold of our own log', async () => {
      wrote(1);
      features = ['history'];
      delivery.opened(link(), hello());
      const waits: (number | null)[] = [];
      for (let claim = 1; claim <= 5; claim++) {
        delivery.takeHave(link(), have({ [self]: [1, 1 + claim, head] }));
        const start = time.now;
        let waited: number | null = null;
        void Promise.resolve(delivery.mayWrite()).then(() => (waited = time.now - start));
        await time.pass(4_000);
        // In vain, and before it is no longer waited for.
        void delivery.take(link(), { type: 'given', author: self });
        await time.settle();
        waits.push(waited);
      }
      expect(waits).to.deep.equal([4_000, 4_000, 2_000, 0, 0]);
    });

    it('keeps nobody waiting after it was closed', async () => {
      await write();
      delivery.close();
      await time.settle();
      expect([written, time.alarms]).to.deep.equal([true, 0]);
    });
  });
});
