import { expect } from 'chai';
import type { FrameInput } from '../../src/protocol/frames.ts';
import type { PeerId } from '../../src/protocol/ids.ts';
import type { SignalBody } from '../../src/protocol/signal.ts';
import { signalText } from '../../src/protocol/signing.ts';
import { Courier } from '../../src/rtc/courier.ts';
import { createKeyPair, identityOf, type Identity } from '../../src/rtc/identity.ts';
import type { Link } from '../../src/rtc/link.ts';
import { room } from './support/author.ts';
import { freshInstance } from './support/link-pair.ts';

/** As much of a link as a courier looks at. */
class Road {
  readonly id: PeerId;
  live = true;
  writable = true;
  noted = (): void => {};
  readonly sent: FrameInput[] = [];
  constructor(id: PeerId) {
    this.id = id;
  }
  send(frame: FrameInput): boolean {
    this.sent.push(frame);
    this.noted();
    return true;
  }
}

describe('Courier', () => {
  let [us, ada, bo, eve]: Identity[] = [];
  const instance = freshInstance();
  const theirs = freshInstance();
  let roads: Road[];
  let broadcast: [to: PeerId, signal: string][];
  let reaches: boolean;
  let received: [from: PeerId, body: SignalBody][];
  let courier: Courier;
  let wake: () => void;

  const must = (identity: Identity | undefined): Identity => {
    if (!identity) throw new Error('no identity');
    return identity;
  };
  const receivedCount = async (count: number): Promise<void> => {
    while (received.length < count) await new Promise<void>((resolve) => (wake = resolve));
  };

  before(async () => {
    [us, ada, bo, eve] = await Promise.all(
      Array.from({ length: 4 }, async () => identityOf(await createKeyPair())),
    );
  });
  beforeEach(() => {
    roads = [ada, bo].map((identity) => new Road(must(identity).id));
    for (const road of roads) road.noted = () => wake();
    broadcast = [];
    received = [];
    reaches = true;
    wake = () => {};
    courier = new Courier(must(us), instance, room, {
      links: () => roads as unknown as Link[],
      linkTo: (id) => roads.find((road) => road.id === id) as unknown as Link | undefined,
      broadcast: async (to, signal) => {
        broadcast.push([to, signal]);
        wake();
        if (!reaches) throw new Error('peer-unavailable');
      },
      received: (from, body) => {
        received.push([from, body]);
        wake();
      },
    });
  });

  const bodyOf = (fields: Partial<SignalBody> = {}): SignalBody => ({
    epoch: 1,
    n: 0,
    toEpoch: 0,
    instance: theirs,
    toInstance: instance,
    candidates: [],
    ...fields,
  });
  const message = (epoch = 1) => ({
    epoch,
    n: 0,
    toEpoch: 0,
    toInstance: theirs,
    candidates: [],
  });

  interface Forgery {
    readonly by?: Identity | undefined;
    readonly key?: string;
    readonly room?: string;
    readonly from?: string;
    readonly to?: string;
    readonly body?: string;
    readonly send?: string;
    readonly sig?: string;
    readonly open?: boolean;
  }

  /** A signal from Ada to us, or what is made of it. */
  const signed = async (forgery: Forgery = {}): Promise<string> => {
    const by = forgery.by ?? must(ada);
    const body = forgery.body ?? JSON.stringify(bodyOf());
    const text = signalText(
      forgery.room ?? room,
      forgery.from ?? must(ada).id,
      forgery.to ?? must(us).id,
      body,
    );
    const sig = forgery.sig ?? (await by.sign(text));
    const { open, key = by.key, send = body } = forgery;
    return JSON.stringify({ key, body: send, sig, open });
  };

  const relay = (signal: string, from = must(ada).id): void =>
    courier.relayed({ from, instance: theirs, signal });

  /** What came before it has been decided when an honest one is through. */
  const honest = async (): Promise<void> => {
    const before = received.length;
    relay(await signed({ body: JSON.stringify(bodyOf({ epoch: 99 })) }));
    await receivedCount(before + 1);
    while (received.at(-1)?.[1].epoch !== 99) await receivedCount(received.length + 1);
    received.pop();
  };

  it('takes what its sender has signed for us, by the broadcaster and by a neighbour', async () => {
    const signal = await signed();
    relay(signal);
    courier.framed(must(bo).id, { type: 'signal', from: must(ada).id, to: must(us).id, signal });
    await receivedCount(2);
    expect(received.map(([from, { epoch }]) => [from, epoch])).to.deep.equal([
      [must(ada).id, 1],
      [must(ada).id, 1],
    ]);
  });

  const forgeries: readonly (readonly [string, () => Promise<string> | string])[] = [
    ['no JSON', () => 'signal'],
    ['JSON of another shape', () => '{"key":1}'],
    ['nothing', () => ''],
    ['a signature of zeros', () => signed({ sig: 'A'.repeat(86) })],
    ['a signature of a wrong shape', () => signed({ sig: 'AAAA' })],
    ['somebody else’s key', () => signed({ by: eve })],
    ['somebody else’s signature under its key', () => signed({ by: eve, key: must(ada).key })],
    ['our own key', () => signed({ by: us })],
    ['a key of small order', () => signed({ key: 'A'.repeat(43) })],
    ['another room', () => signed({ room: 'another' })],
    ['another receiver', () => signed({ to: must(bo).id })],
    ['another sender', () => signed({ from: must(bo).id })],
    ['a body that was altered', () => signed({ send: JSON.stringify(bodyOf({ epoch: 2 })) })],
    [
      'another life of ours',
      () => signed({ body: JSON.stringify(bodyOf({ toInstance: freshInstance() })) }),
    ],
    ['a body that is no JSON', () => signed({ body: 'body' })],
    ['a body of a wrong shape', () => signed({ body: JSON.stringify({ ...bodyOf(), epoch: 0 }) })],
    [
      'a body that says nothing',
      () => signed({ body: JSON.stringify({ ...bodyOf(), candidates: undefined }) }),
    ],
    [
      'too many candidates',
      () =>
        signed({
          body: JSON.stringify({
            ...bodyOf(),
            candidates: Array.from({ length: 65 }, () => ({ candidate: 'c' })),
          }),
        }),
    ],
    [
      'more than a signal may have',
      () => signed({ body: JSON.stringify({ ...bodyOf(), filler: 'x'.repeat(65_536) }) }),
    ],
  ];
  for (const [what, make] of forgeries) {
    it(`drops ${what}`, async () => {
      relay(await make());
      await honest();
      expect(received).to.deep.equal([]);
    });
  }

  const offer = { description: { type: 'offer', sdp: '' }, n: 1, toInstance: undefined };
  const openBody = (fields: object = {}): string =>
    JSON.stringify({ ...bodyOf(), ...offer, ...fields });

  it('takes an offer for whoever is there, as one to us', async () => {
    relay(await signed({ open: true, to: '', body: openBody() }));
    await receivedCount(1);
    expect(received[0]?.[1]).to.deep.include({ toInstance: instance, toEpoch: 0 });
    expect(received[0]?.[1].description?.type).to.equal('offer');
  });

  const openForgeries: readonly (readonly [string, () => Promise<string>])[] = [
    ['one that was signed for us', () => signed({ open: true, body: openBody() })],
    ['one that was signed for another', () => signed({ open: true, to: must(bo).id })],
    ['one that does not say so', () => signed({ to: '', body: openBody() })],
    [
      'one that was altered',
      () => signed({ open: true, to: '', body: openBody(), send: openBody({ epoch: 2 }) }),
    ],
    ['one by somebody else', () => signed({ open: true, to: '', body: openBody(), by: eve })],
    ['one for another room', () => signed({ open: true, to: '', body: openBody(), room: 'else' })],
    [
      'an answer',
      () =>
        signed({
          open: true,
          to: '',
          body: openBody({ description: { type: 'answer', sdp: '' } }),
        }),
    ],
    ['a later offer', () => signed({ open: true, to: '', body: openBody({ toEpoch: 1 }) })],
    [
      'candidates alone',
      () => signed({ open: true, to: '', body: openBody({ description: undefined }) }),
    ],
  ];
  for (const [what, make] of openForgeries) {
    it(`drops, of offers for whoever is there, ${what}`, async () => {
      relay(await make());
      await honest();
      expect(received).to.deep.equal([]);
    });
  }

  it('takes an offer for whoever is there from no neighbour', async () => {
    const signal = await signed({ open: true, to: '', body: openBody() });
    courier.framed(must(bo).id, { type: 'signal', from: must(ada).id, to: must(us).id, signal });
    await honest();
    expect(received).to.deep.equal([]);
  });

  it('seals an offer that another courier takes, and only as one for whoever is there', async () => {
    const description = { type: 'offer', sdp: '' } as const;
    const seal = await courier.seal({ epoch: 1, n: 1, toEpoch: 0, description });
    const taken: SignalBody[] = [];
    const done = new Promise<void>((resolve) => {
      const other = new Courier(must(ada), theirs, room, {
        links: () => [],
        linkTo: () => undefined,
        broadcast: async () => {},
        received: (from, got, key, open) => {
          expect([from, key, open]).to.deep.equal([must(us).id, must(us).key, true]);
          taken.push(got);
          resolve();
        },
      });
      other.relayed({ from: must(us).id, instance, signal: seal });
    });
    await done;
    expect(taken[0]).to.deep.include({ instance, toInstance: theirs, epoch: 1, description });
  });

  it('drops what names us as its sender, and what another than the signer hands over', async () => {
    relay(await signed({ by: us, from: must(us).id }), must(us).id);
    relay(await signed(), must(bo).id);
    await honest();
    expect(received).to.deep.equal([]);
  });

  it('goes on after a fault of ours', async () => {
    const reported: unknown[] = [];
    const { reportError } = globalThis;
    globalThis.reportError = (error: unknown) => reported.push(error);
    try {
      const push = received.push.bind(received);
      received.push = () => {
        received.push = push;
        throw new Error('ours');
      };
      relay(await signed());
      await honest();
      expect(reported.length).to.equal(1);
    } finally {
      globalThis.reportError = reportError;
    }
  });

  it('lets a flood by one neighbour keep nobody else waiting', async () => {
    const signal = await signed({ by: eve });
    for (let flood = 0; flood < 5_000; flood++)
      courier.framed(must(bo).id, { type: 'signal', from: must(eve).id, to: must(us).id, signal });
    const since = performance.now();
    relay(await signed());
    await receivedCount(1);
    expect(performance.now() - since).to.be.lessThan(1_000);
  });

  const frame = (from: PeerId, to: PeerId) => ({ type: 'signal', from, to, signal: 's' }) as const;

  it('passes on what a neighbour says of itself, to a neighbour, as it is', () => {
    courier.framed(must(ada).id, frame(must(ada).id, must(bo).id));
    expect(roads[1]?.sent).to.deep.equal([frame(must(ada).id, must(bo).id)]);
    expect(broadcast).to.deep.equal([]);
  });

  it('passes on nothing in the name of others, to strangers, or over a full channel', () => {
    courier.framed(must(ada).id, frame(must(eve).id, must(bo).id));
    courier.framed(must(ada).id, frame(must(ada).id, must(eve).id));
    const [, toBo] = roads;
    if (toBo) toBo.writable = false;
    courier.framed(must(ada).id, frame(must(ada).id, must(bo).id));
    expect(roads.flatMap(({ sent }) => sent)).to.deep.equal([]);
  });

  /** So many signals have left, and where the broadcaster was asked its answer has been taken. */
  const left = async (count: number): Promise<void> => {
    const gone = (): number => Math.max(broadcast.length, roads[0]?.sent.length ?? 0);
    while (gone() < count) await new Promise<void>((resolve) => (wake = resolve));
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };

  const send = async (everyPath = false): Promise<void> => {
    courier.send(must(ada).id, message(), everyPath);
    await left(1);
  };

  it('takes the channel while it is live', async () => {
    await send();
    expect([roads[0]?.sent.length, broadcast.length]).to.deep.equal([1, 0]);
  });

  it('takes the broadcaster otherwise', async () => {
    if (roads[0]) roads[0].live = false;
    await send();
    expect([roads[0]?.sent.length, roads[1]?.sent.length, broadcast.length]).to.deep.equal([
      0, 0, 1,
    ]);
  });

  it('takes a neighbour where the broadcaster does not reach', async () => {
    reaches = false;
    if (roads[0]) roads[0].live = false;
    await send();
    expect([roads[0]?.sent.length, roads[1]?.sent.length, broadcast.length]).to.deep.equal([
      0, 1, 1,
    ]);
  });

  it('takes every path for what must arrive', async () => {
    if (roads[0]) roads[0].live = false;
    await send(true);
    expect([roads[0]?.sent.length, roads[1]?.sent.length, broadcast.length]).to.deep.equal([
      1, 1, 1,
    ]);
  });

  it('signs what it sends, in the order of the calls', async () => {
    if (roads[0]) roads[0].live = false;
    for (let epoch = 1; epoch <= 20; epoch++) courier.send(must(ada).id, message(epoch), false);
    await left(20);
    const other = new Courier(must(ada), theirs, room, {
      links: () => [],
      linkTo: () => undefined,
      broadcast: () => Promise.resolve(),
      received: (from, body) => {
        received.push([from, body]);
        wake();
      },
    });
    for (const [, signal] of broadcast) other.relayed({ from: must(us).id, instance, signal });
    await receivedCount(20);
    expect(received.map(([, { epoch }]) => epoch)).to.deep.equal(
      Array.from({ length: 20 }, (_, at) => at + 1),
    );
    expect(new Set(received.map(([, body]) => body.instance))).to.deep.equal(new Set([instance]));
  });
});
