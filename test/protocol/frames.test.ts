import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { parseFrame, stringifyFrame } from '../../src/protocol/frames.ts';
import type { FrameInput, FrameType } from '../../src/protocol/frames.ts';
import * as samples from './support/samples.ts';
import { HEAD, ID, INSTANCE, KEY, SIG, WRONG } from './support/samples.ts';

/** A right frame of each type, with every field that it may have. */
const FRAMES = {
  hello: {
    type: 'hello',
    v: 1,
    key: KEY,
    name: 'Ada',
    instance: INSTANCE,
    history: 'session',
    features: ['call', 'history'],
    have: { [ID]: [1, 3, HEAD] },
  },
  batch: { type: 'batch', key: KEY, body: '{}', sig: SIG },
  signature: {
    type: 'signature',
    of: [
      ['', SIG, 1],
      [HEAD, SIG, 31],
    ],
  },
  have: { type: 'have', have: { [ID]: [4, 3, HEAD], [`${ID}/log`]: [1, 0, ''] }, of: ID },
  want: { type: 'want', author: ID, from: 2, to: 2, down: true },
  given: { type: 'given', author: ID },
  fork: { type: 'fork', author: `${ID}/log`, seq: 1, head: HEAD },
  presence: { type: 'presence', typing: true, seen: { [ID]: 0 }, links: [ID], of: ID },
  call: {
    type: 'call',
    id: 'random',
    scope: [ID],
    phase: 'declined',
    reason: 'busy',
    media: { audio: true, video: false, screen: true },
    since: 0,
    rev: 0,
  },
  lines: { type: 'lines', camera: [1_280, 720], screen: [0, 0], held: true },
  signal: { type: 'signal', from: ID, to: ID, signal: '{}' },
  ping: { type: 'ping', id: 0 },
  pong: { type: 'pong', id: 2 ** 31 },
  bye: { type: 'bye', reason: 'left' },
  'bye-ack': { type: 'bye-ack' },
} as const satisfies {
  [T in Exclude<FrameType, 'unsigned'>]: { readonly type: T } & Record<string, unknown>;
};

const OPTIONAL: readonly string[] = [
  'have.of',
  'presence.typing',
  'presence.seen',
  'presence.links',
  'presence.of',
  'call.reason',
  'lines.camera',
  'lines.screen',
  'lines.held',
  'want.down',
];
/** What another table says about; here it would be right. */
const EXCEPT: readonly string[] = [
  'hello.have:an object',
  'have.have:an object',
  'presence.seen:an object',
  'batch.body:a long text',
];

for (const [type, frame] of Object.entries(FRAMES)) {
  test(`${type} of the right shape is taken as it is`, () => {
    assert.deepEqual(parseFrame(JSON.stringify(frame)), frame);
  });

  test(`${type} with an unknown field is taken without it`, () => {
    const more = JSON.stringify({ ...frame, extra: 1, constructor: { prototype: 1 } });
    const polluted = more.replace('{', '{"__proto__":{"polluted":1},');
    assert.deepEqual(parseFrame(polluted), frame);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  });

  for (const field of Object.keys(frame).filter((name) => name !== 'type')) {
    const optional = OPTIONAL.includes(`${type}.${field}`);
    test(`${type} without ${field} is ${optional ? 'taken' : 'refused'}`, () => {
      const rest = Object.fromEntries(Object.entries(frame).filter(([name]) => name !== field));
      assert.deepEqual(parseFrame(JSON.stringify(rest)), optional ? rest : `wrong-${type}`);
    });
    for (const [what, wrong] of WRONG) {
      if (EXCEPT.includes(`${type}.${field}:${what}`)) continue;
      test(`${type} with ${what} for ${field} is refused`, () => {
        const parsed = parseFrame(JSON.stringify({ ...frame, [field]: wrong }));
        const tooLarge = typeof wrong === 'string';
        const otherVersion = field === 'v' && typeof wrong === 'number';
        assert.equal(
          parsed,
          tooLarge ? 'too-large' : otherVersion ? 'wrong-version' : `wrong-${type}`,
        );
      });
    }
  }
}

const marks = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, at) => [String(at).padStart(22, '0'), [1, 1, HEAD]]),
  );

for (const [what, frame, fault] of [
  ['an unknown type', { type: 'later', v: 7 }, 'unknown'],
  ['a type that every object has', { type: 'constructor' }, 'unknown'],
  ['a type of the prototype', { type: '__proto__' }, 'unknown'],
  ['a type of 33 characters', { type: 'x'.repeat(33) }, 'not-json'],
  ['no type', { v: 1 }, 'not-json'],
  ['a number for a type', { type: 1 }, 'not-json'],
  ['an array', [], 'not-json'],
  ['null', null, 'not-json'],
  ['another version of hello', { type: 'hello', v: 2, anything: true }, 'wrong-version'],
  ['version 0 of hello', { ...FRAMES.hello, v: 0 }, 'wrong-version'],
  ['a version that is no number', { ...FRAMES.hello, v: '1' }, 'wrong-hello'],
  [
    'a mark whose low is far above its high',
    { type: 'have', have: { [ID]: [3, 1, HEAD] } },
    'wrong-have',
  ],
  [
    'a mark that holds something and has no head',
    { type: 'have', have: { [ID]: [1, 1, ''] } },
    'wrong-have',
  ],
  [
    'a mark that holds nothing and has a head',
    { type: 'have', have: { [ID]: [1, 0, HEAD] } },
    'wrong-have',
  ],
  ['a mark from zero', { type: 'have', have: { [ID]: [0, 1, HEAD] } }, 'wrong-have'],
  ['a mark of two', { type: 'have', have: { [ID]: [1, 1] } }, 'wrong-have'],
  [
    'a mark of a name that is no author',
    { type: 'have', have: { Ada: [1, 1, HEAD] } },
    'wrong-have',
  ],
  [
    'a mark of a log of a log',
    { type: 'have', have: { [`${ID}/a/b`]: [1, 1, HEAD] } },
    'wrong-have',
  ],
  ['1,025 marks', { type: 'have', have: marks(1_025) }, 'wrong-have'],
  ['a size of one number', { type: 'lines', camera: [1] }, 'wrong-lines'],
  ['a size below nothing', { type: 'lines', screen: [320, -1] }, 'wrong-lines'],
  ['a want that ends before it begins', { type: 'want', author: ID, from: 3, to: 2 }, 'wrong-want'],
  ['33 links', { type: 'presence', links: Array(33).fill(ID) }, 'wrong-presence'],
  ['65 features', { ...FRAMES.hello, features: Array(65).fill('x') }, 'wrong-hello'],
  ['a feature of 33 characters', { ...FRAMES.hello, features: ['x'.repeat(33)] }, 'wrong-hello'],
  ['a history that there is not', { ...FRAMES.hello, history: 'for ever' }, 'wrong-hello'],
  ['a phase that there is not', { ...FRAMES.call, phase: 'ringing' }, 'wrong-call'],
  ['a scope that there is not', { ...FRAMES.call, scope: 'everyone' }, 'wrong-call'],
  ['a reason of 65 characters', { type: 'bye', reason: 'x'.repeat(65) }, 'wrong-bye'],
  ['a ping beyond counting', { type: 'ping', id: 2 ** 31 + 1 }, 'wrong-ping'],
] as const) {
  test(`${what} is answered with ${fault}`, () => {
    assert.equal(parseFrame(JSON.stringify(frame)), fault);
  });
}

test('a mark of a log that keeps nothing is taken', () => {
  const frame = { type: 'have', have: { [ID]: [8, 7, HEAD] } };
  assert.deepEqual(parseFrame(JSON.stringify(frame)), frame);
  const many = { type: 'have', have: marks(1_024) };
  assert.deepEqual(parseFrame(JSON.stringify(many)), many);
});

test('a frame may have 196,608 bytes, not one more', () => {
  const fill = (bytes: number) => {
    const empty = JSON.stringify({ type: 'later', fill: '' });
    return JSON.stringify({ type: 'later', fill: 'x'.repeat(bytes - empty.length) });
  };
  assert.equal(parseFrame(fill(196_608)), 'unknown');
  assert.equal(parseFrame(fill(196_609)), 'too-large');
  assert.equal(parseFrame(`"${'é'.repeat(98_304)}"`), 'too-large', 'bytes count, not letters');
});

for (const [what, data, fault] of [
  ['an ArrayBuffer', new ArrayBuffer(4), 'binary'],
  ['bytes', new Uint8Array(4), 'binary'],
  ['nothing', undefined, 'binary'],
  ['a parsed object', { type: 'ping', id: 1 }, 'binary'],
  ['an empty text', '', 'not-json'],
  ['half a frame', '{"type":"ping"', 'not-json'],
  ['ten thousand brackets', '['.repeat(10_000), 'not-json'],
] as const) {
  test(`${what} instead of a frame is answered with ${fault}`, () => {
    assert.equal(parseFrame(data), fault);
  });
}

test('no text, bytes or value make parsing throw', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.uint8Array(), fc.anything()),
      (data) => {
        const parsed = parseFrame(data);
        assert.ok(typeof parsed === 'string' || Object.hasOwn(FRAMES, parsed.type));
      },
    ),
  );
});

test('a frame with spoilt fields is taken with right ones only, or is a fault', () => {
  const frames = fc.constantFrom(
    ...Object.values(FRAMES).filter((it) => Object.keys(it).length > 1),
  );
  fc.assert(
    fc.property(
      frames.chain((frame) => samples.spoilt(frame)),
      (frame) => {
        const parsed = parseFrame(JSON.stringify(frame));
        if (typeof parsed === 'string') return;
        // What was taken is taken again and stays as it is.
        assert.deepEqual(parseFrame(JSON.stringify(parsed)), parsed);
      },
    ),
  );
});

const have = fc.dictionary(
  samples.authors,
  fc.oneof(
    fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 9, max: 99 }), samples.ids),
    fc.constant([1, 0, ''] as const),
  ),
  { maxKeys: 5 },
);
const frames: fc.Arbitrary<unknown> = fc.oneof(
  fc.record({
    type: fc.constant('hello'),
    v: fc.constant(1),
    key: samples.keys,
    name: samples.names,
    instance: samples.instances,
    history: fc.constantFrom('none', 'session', 'device'),
    features: fc.array(fc.string({ maxLength: 32 }), { maxLength: 5 }),
    have,
  }),
  fc.record({
    type: fc.constant('batch'),
    key: samples.keys,
    body: fc.string(),
    sig: samples.signatures,
  }),
  fc.record(
    { type: fc.constant('have'), have, of: samples.ids },
    { requiredKeys: ['type', 'have'] },
  ),
  fc.record(
    {
      type: fc.constant('presence'),
      typing: fc.boolean(),
      seen: fc.dictionary(samples.authors, samples.counters(0), { maxKeys: 5 }),
      links: fc.array(samples.ids, { maxLength: 32 }),
      of: samples.ids,
    },
    { requiredKeys: ['type'] },
  ),
  fc.record({
    type: fc.constant('signal'),
    from: samples.ids,
    to: samples.ids,
    signal: fc.string(),
  }),
  fc.record({ type: fc.constantFrom('ping', 'pong'), id: samples.counters(0) }),
  fc.record({ type: fc.constant('bye'), reason: fc.string({ maxLength: 64 }) }),
);

test('what is written is read as it was', () => {
  fc.assert(
    fc.property(frames, (frame) => {
      const text = stringifyFrame(frame as FrameInput);
      assert.deepEqual(parseFrame(text), JSON.parse(text));
    }),
  );
});

const AHEAD = {
  first: 2,
  at: [0, 0],
  name: 'Ada',
  keep: false,
  items: [{ kind: 'text', text: 'a' }],
};

test('unsigned is a body in the place of its fields, and kept as it was written', () => {
  const text = JSON.stringify(AHEAD).replace(',', ' , ');
  const frame = stringifyFrame({ type: 'unsigned', text });
  assert.equal((JSON.parse(frame) as { type: string }).type, 'unsigned');
  assert.deepEqual(parseFrame(frame), { type: 'unsigned', text, body: AHEAD });
});

for (const [what, frame] of [
  ['without items', JSON.stringify({ type: 'unsigned', ...AHEAD, items: undefined })],
  ['with a prev', JSON.stringify({ type: 'unsigned', ...AHEAD, prev: HEAD })],
  ['with its type at the end', JSON.stringify({ ...AHEAD, type: 'unsigned' })],
  [
    'with a space before its type',
    JSON.stringify({ type: 'unsigned', ...AHEAD }).replace('"', ' "'),
  ],
  ['that ends early', '{"type":"unsigned","first":2'],
  ['alone', '{"type":"unsigned"}'],
] as const) {
  test(`unsigned ${what} is refused`, () => {
    assert.equal(parseFrame(frame), 'wrong-unsigned');
  });
}

test('signature names 256 at the most', () => {
  const of = Array.from({ length: 257 }, () => [HEAD, SIG, 1]);
  assert.equal(parseFrame(JSON.stringify({ type: 'signature', of })), 'wrong-signature');
});
