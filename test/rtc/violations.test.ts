import { expect } from 'chai';
import type { Room } from '../../src/rtc/room.ts';
import { hurry } from './support/fake-time.ts';
import { isConnected, keep, next, textsOf, twoRooms, until } from './support/rooms.ts';
import { randomInstance, StrangerKey } from './support/stranger.ts';
import type { Stranger, StrangerFrame } from './support/stranger.ts';
import { come, meet } from './support/visits.ts';

let ada: Room;
let bo: Room;
let said = 0;

/** Ada and Bo notice nothing. */
async function talkGoesOn(): Promise<void> {
  const { id } = await ada.send(`still here ${++said}`);
  await until(bo, ({ messages }) => messages.at(-1)?.id === id);
}

type Bad = (stranger: Stranger) => unknown;
const raw =
  (data: string | StrangerFrame | ArrayBuffer): Bad =>
  (stranger) =>
    stranger.send(data);
const id = 'x'.repeat(22);

const firstFrames: readonly (readonly [string, string, Bad])[] = [
  ['a frame before hello', 'invalid-hello', raw({ type: 'ping', id: 1 })],
  ['bye before hello', 'invalid-hello', raw({ type: 'bye', reason: 'left' })],
  ['binary before hello', 'invalid-frame', raw(new ArrayBuffer(8))],
  ['hello of another version', 'unsupported-version', (by) => by.send(by.hello({ v: 2 }))],
  [
    'hello of another life',
    'invalid-hello',
    (by) => by.send(by.hello({ instance: randomInstance() })),
  ],
  [
    'hello with another key',
    'invalid-hello',
    async (by) => by.send(by.hello({ key: (await StrangerKey.create()).key })),
  ],
  ['hello without a name', 'invalid-hello', (by) => by.send(by.hello({ name: undefined }))],
  [
    'hello with a name of a million characters',
    'invalid-frame',
    (by) => by.send(by.hello({ name: 'x'.repeat(200_000) })),
  ],
  ['hello with an invisible name', 'invalid-hello', (by) => by.send(by.hello({ name: '\u202e' }))],
  [
    'hello with too many authors',
    'invalid-hello',
    (by) =>
      by.send(
        by.hello({
          have: Object.fromEntries(
            Array.from({ length: 1_025 }, (_, at) => [String(at).padStart(22, '0'), [1, 1, id]]),
          ),
        }),
      ),
  ],
  [
    'hello with a mark below zero',
    'invalid-hello',
    (by) => by.send(by.hello({ have: { [id]: [1, -1, ''] } })),
  ],
  [
    'hello with a huge mark',
    'invalid-hello',
    (by) => by.send(by.hello({ have: { [id]: [1, 2 ** 53, id] } })),
  ],
  [
    'hello with too many features',
    'invalid-hello',
    (by) => by.send(by.hello({ features: Array.from({ length: 65 }, () => 'f') })),
  ],
];

const laterFrames: readonly (readonly [string, string, Bad])[] = [
  ['a second hello', 'invalid-hello', (by) => by.send(by.hello())],
  ['binary', 'invalid-frame', raw(new ArrayBuffer(8))],
  ['what is no JSON', 'invalid-frame', raw('{"type":')],
  ['nothing', 'invalid-frame', raw(' ')],
  ['null', 'invalid-frame', raw('null')],
  ['a list', 'invalid-frame', raw('[]')],
  ['no type', 'invalid-frame', raw('{}')],
  ['a type that is a number', 'invalid-frame', raw('{"type":1}')],
  [
    'a frame of 200,000 bytes',
    'invalid-frame',
    raw({ type: 'later', filler: 'x'.repeat(200_000) }),
  ],
  ['ping without a number', 'invalid-frame', raw({ type: 'ping' })],
  ['ping with a fraction', 'invalid-frame', raw({ type: 'ping', id: 0.5 })],
  ['ping with a huge number', 'invalid-frame', raw({ type: 'ping', id: 1e300 })],
  ['pong with a text', 'invalid-frame', raw({ type: 'pong', id: '1' })],
  ['bye without a reason', 'invalid-frame', raw({ type: 'bye' })],
  ['bye with a long reason', 'invalid-frame', raw({ type: 'bye', reason: 'x'.repeat(65) })],
  ['presence with a wrong id', 'invalid-frame', raw({ type: 'presence', links: ['Ada'] })],
  [
    'presence with too many links',
    'invalid-frame',
    raw({ type: 'presence', links: Array.from({ length: 33 }, () => id) }),
  ],
  ['presence with a text for typing', 'invalid-frame', raw({ type: 'presence', typing: 'yes' })],
  ['seen below zero', 'invalid-frame', raw({ type: 'presence', seen: { [id]: -1 } })],
  ['have without marks', 'invalid-frame', raw({ type: 'have' })],
  ['have of a wrong author', 'invalid-frame', raw({ type: 'have', have: { Ada: [1, 1, id] } })],
  [
    'have whose low is above its high',
    'invalid-frame',
    raw({ type: 'have', have: { [id]: [9, 1, id] } }),
  ],
  [
    'a signal to nobody’s id',
    'invalid-frame',
    raw({ type: 'signal', from: id, to: 'Ada', signal: 's' }),
  ],
  [
    'want that ends before it begins',
    'invalid-frame',
    raw({ type: 'want', author: id, from: 2, to: 1 }),
  ],
  ['a fork without a head', 'invalid-frame', raw({ type: 'fork', author: id, seq: 1 })],
  [
    'a call of a wrong phase',
    'invalid-frame',
    raw({ type: 'call', id: 'c', scope: 'room', phase: '?', media: {}, since: 0, rev: 0 }),
  ],
  ['a batch without a body', 'invalid-batch', raw({ type: 'batch', key: id, sig: id })],
  [
    'a batch with a broken signature',
    'invalid-batch',
    async (by) => by.send({ ...(await by.batch('Forged')), sig: 'A'.repeat(86) }),
  ],
  [
    'a batch of another room',
    'invalid-batch',
    async (by) => {
      const { body } = await by.batch('Elsewhere');
      const sig = await by.keys.sign(`rtc-chat entries 1\nanother room\n${String(body)}`);
      by.send({ type: 'batch', key: by.keys.key, body, sig });
    },
  ],
  [
    'a batch without items',
    'invalid-batch',
    async (by) => by.send(await by.batch('', { items: [] })),
  ],
  [
    'a batch of 257 items',
    'invalid-batch',
    async (by) =>
      by.send(
        await by.batch('', { items: Array.from({ length: 257 }, () => ({ kind: 'later' })) }),
      ),
  ],
  [
    'a text of 16,001 characters',
    'invalid-batch',
    async (by) => by.send(await by.batch('x'.repeat(16_001))),
  ],
  [
    'a text that is a number',
    'invalid-batch',
    async (by) => by.send(await by.batch('', { items: [{ kind: 'text', text: 1 }] })),
  ],
  [
    'a first batch that names one before it',
    'invalid-batch',
    async (by) => by.send(await by.batch('Before', { prev: id })),
  ],
  [
    'a batch from before 1970',
    'invalid-batch',
    async (by) => by.send(await by.batch('Old', { at: [-1, 0] })),
  ],
];

describe('Room, beside a client that breaks the protocol', () => {
  before(async () => {
    [ada, bo] = await twoRooms();
    // Rooms of a test are left after it; these two stay.
    keep(ada, bo);
  });
  after(() => Promise.all([ada.leave(), bo.leave()]));

  const endsWith = async (stranger: Stranger, reason: string, bad: Bad): Promise<void> => {
    const left = next(ada, 'peer-leave', ({ peer }) => peer.id === stranger.id);
    const told = next(ada, 'error');
    await bad(stranger);
    expect((await stranger.frame('bye'))['reason']).to.equal(reason);
    expect((await left).reason).to.equal('violation');
    stranger.chat.close();
    const { error } = await told;
    expect(error.code).to.equal(reason === 'unsupported-version' ? reason : 'protocol-violation');
    expect(ada.trouble?.error).to.equal(error);
    await stranger.frame('closed');
    await talkGoesOn();
  };

  for (const [what, reason, bad] of firstFrames) {
    it(`ends the link with ${reason} for ${what}`, async () => {
      const { stranger, peer } = await come(ada);
      await stranger.connect(peer);
      await endsWith(stranger, reason, bad);
    });
  }

  for (const [what, reason, bad] of laterFrames) {
    it(`ends the link with ${reason} for ${what}`, async () => {
      await endsWith(await meet(ada), reason, bad);
    });
  }

  it('ends the link when it says that we have broken the protocol', async () => {
    const stranger = await meet(ada);
    const left = next(ada, 'peer-leave', ({ peer }) => peer.id === stranger.id);
    stranger.send({ type: 'bye', reason: 'invalid-frame' });
    expect((await left).reason).to.equal('violation');
    await talkGoesOn();
  });

  it('ignores what it does not know, and what is not for it', async () => {
    const stranger = await meet(ada);
    const foreign = await StrangerKey.create();
    const harmless: (string | StrangerFrame)[] = [
      { type: 'later', anything: 1 },
      { type: '__proto__' },
      { type: 'constructor' },
      '{"type":"presence","__proto__":{"typing":true},"typing":false}',
      { type: 'presence', later: true },
      { type: 'presence', typing: true, of: id },
      { type: 'presence', seen: { [ada.self?.id ?? id]: 2_000_000_000 } },
      '{"type":"have","have":{}}',
      { type: 'have', have: { [ada.self?.id ?? id]: [1, 2_000_000_000, id] } },
      { type: 'have', have: { [id]: [1, 1, id] }, of: id },
      { type: 'want', author: id, from: 1, to: 2 },
      { type: 'fork', author: id, seq: 1, head: id },
      { type: 'lines' },
      { type: 'pong', id: 99 },
      { type: 'bye-ack' },
      { type: 'signal', from: id, to: id, signal: 'nonsense' },
      { type: 'signal', from: stranger.id, to: ada.self?.id ?? id, signal: 'nonsense' },
      await stranger.batch('In the name of somebody else', {}, foreign),
      await stranger.batch('A gap', { first: 5, prev: id }),
    ];
    for (const frame of harmless) stranger.send(frame);
    stranger.send({ type: 'ping', id: 1 });
    await stranger.frame('pong');
    await talkGoesOn();
    expect(textsOf(ada).join()).not.to.include('somebody else');
    expect(stranger.frames.all.some(({ type }) => type === 'bye')).to.equal(false);
    expect(ada.peers.find((peer) => peer.id === stranger.id)?.link).to.equal('connected');
  });

  it('survives floods, and others notice nothing', async () => {
    const stranger = await meet(ada);
    for (let flood = 0; flood < 3_000; flood++) {
      stranger.send({ type: 'ping', id: flood });
      stranger.send({ type: 'presence', typing: flood % 2 === 0 });
      stranger.send({ type: 'have', have: { [ada.self?.id ?? id]: [1, flood + 1, id] } });
      stranger.send({ type: 'signal', from: stranger.id, to: ada.self?.id ?? id, signal: 'x' });
      stranger.send({ type: 'signal', from: stranger.id, to: bo.self?.id ?? id, signal: 'x' });
    }
    await talkGoesOn();
    await stranger.frames.first(({ type, id: number }) => type === 'pong' && number === 2_999);
    expect(isConnected(ada)).to.equal(true);
  });

  it('ends the link of one that floods it with batches faster than they can be kept', async () => {
    const stranger = await meet(ada);
    const text = 'x'.repeat(15_000);
    const items = Array.from({ length: 8 }, () => ({ kind: 'text', text }));
    const frame = await stranger.batch('', { items });
    const left = next(ada, 'peer-leave', ({ peer }) => peer.id === stranger.id);
    const broken = { ...frame, sig: 'A'.repeat(86) };
    // Whichever comes first: too much of it, or the first of them looked at.
    for (let flood = 0; flood < 40; flood++) stranger.send(broken);
    expect((await left).reason).to.equal('violation');
    await talkGoesOn();
  });

  it('does not connect again to a life that broke the protocol, but to the next', async () => {
    const keys = await StrangerKey.create();
    const { stranger, peer } = await come(ada, keys);
    await stranger.meet(peer);
    await endsWith(stranger, 'invalid-frame', raw(new ArrayBuffer(1)));
    const answers = (): number =>
      stranger.signals.all.filter(({ description }) => description?.type === 'answer').length;
    const before = answers();
    void stranger.connect(peer);
    const again = await meet(ada, keys);
    expect(answers()).to.equal(before);
    await again.write('Sorry');
    await until(ada, ({ messages }) => messages.at(-1)?.text === 'Sorry');
  });

  it('goes on writing when one that never acknowledges lags far behind', async () => {
    const stranger = await meet(ada);
    const calm = hurry(5);
    try {
      for (let at = 0; at < 6_000; at++) void ada.send(`lag ${at}`);
      await until(bo, ({ messages }) => messages.some(({ text }) => text === 'lag 5999'));
    } finally {
      calm();
    }
    expect(ada.peers.find((peer) => peer.id === stranger.id)?.link).to.equal('connected');
  });
});
