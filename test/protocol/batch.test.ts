import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { bodyAfter, parseBatchBody, parseUnsignedBody, prevOf } from '../../src/protocol/batch.ts';
import { foldPersonName } from '../../src/protocol/names.ts';
import * as samples from './support/samples.ts';
import { HEAD, WRONG } from './support/samples.ts';

const TEXT = { kind: 'text', text: 'hello' };
const BODY = {
  first: 1,
  prev: '',
  at: [1_700_000_000_000, 0],
  name: 'Ada',
  keep: false,
  items: [TEXT],
};
const { prev: FIRST, ...REST } = BODY;
const AHEAD = { ...REST, first: 2 };
const LATER = { ...AHEAD, prev: HEAD };

const parseValue = (value: unknown) => parseBatchBody(JSON.stringify(value));

test('a body of the right shape is taken as it is', () => {
  assert.deepEqual(parseValue(BODY), BODY);
  assert.deepEqual(parseValue(LATER), LATER);
});

test('without a word about keeping it is kept', () => {
  const unsaid = { ...BODY, keep: undefined };
  assert.deepEqual(parseValue(unsaid), { ...BODY, keep: true });
});

test('items of other kinds are known as such and nothing more', () => {
  const items = [TEXT, { kind: 'file', text: 7, secret: 1 }, { kind: '__proto__' }, { kind: '' }];
  const unknown = { kind: 'unknown' };
  assert.deepEqual(parseValue({ ...BODY, items })?.items, [TEXT, unknown, unknown, unknown]);
});

for (const field of Object.keys(BODY)) {
  if (field !== 'keep') {
    test(`a body without ${field} is refused`, () => {
      const rest = Object.fromEntries(Object.entries(BODY).filter(([name]) => name !== field));
      assert.equal(parseValue(rest), null);
    });
  }
  for (const [what, wrong] of WRONG) {
    test(`a body with ${what} for ${field} is refused`, () => {
      assert.equal(parseValue({ ...BODY, [field]: wrong }), null);
    });
  }
}

for (const [what, body] of [
  ['a first batch with a head before it', { ...BODY, prev: HEAD }],
  ['a later batch without the head before it', { ...LATER, prev: '' }],
  ['a batch from zero', { ...BODY, first: 0 }],
  ['a batch that nothing can follow', { ...LATER, first: 2 ** 31 }],
  ['a batch beyond the last number', { ...LATER, first: 2 ** 31 - 1, items: [TEXT, TEXT] }],
  ['a head of 21 characters', { ...LATER, prev: HEAD.slice(1) }],
  ['a head in another alphabet', { ...LATER, prev: '+'.repeat(22) }],
  ['no items', { ...BODY, items: [] }],
  ['257 items', { ...BODY, items: Array.from({ length: 257 }, () => TEXT) }],
  ['a text of 16,001 units', { ...BODY, items: [{ kind: 'text', text: 'x'.repeat(16_001) }] }],
  ['a text that is none', { ...BODY, items: [{ kind: 'text', text: { length: 3 } }] }],
  ['a text that is missing', { ...BODY, items: [{ kind: 'text' }] }],
  [
    'one wrong item among right ones',
    { ...BODY, items: [TEXT, { kind: 'text', text: null }, TEXT] },
  ],
  ['an item without a kind', { ...BODY, items: [{ text: 'hello' }] }],
  ['a kind of 33 characters', { ...BODY, items: [{ kind: 'x'.repeat(33) }] }],
  ['a time of one', { ...BODY, at: [1] }],
  ['a time before 1970', { ...BODY, at: [-1, 0] }],
  ['a time after the year 9999', { ...BODY, at: [253_402_300_800_000, 0] }],
  ['a time of half milliseconds', { ...BODY, at: [1.5, 0] }],
  ['a name of control characters', { ...BODY, name: '\u0000' }],
  ['an array', [BODY]],
  ['null', null],
] as const) {
  test(`${what} is refused`, () => {
    assert.equal(parseValue(body), null);
  });
}

test('texts may be empty here, of 16,000 units, and of any characters', () => {
  for (const text of ['', 'x'.repeat(16_000), '\u0000\u202e\ud800', '<b>🦆</b>']) {
    const items = [{ kind: 'text', text }];
    assert.deepEqual(parseValue({ ...BODY, items })?.items, items);
  }
});

test('a body may have 131,072 bytes, not one more', () => {
  const fill = (bytes: number) => {
    const empty = JSON.stringify({ ...BODY, fill: '' });
    return JSON.stringify({ ...BODY, fill: 'x'.repeat(bytes - empty.length) });
  };
  assert.ok(parseBatchBody(fill(131_072)));
  assert.equal(parseBatchBody(fill(131_073)), null);
});

test('no text makes parsing throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
      parseBatchBody(text);
    }),
  );
  fc.assert(
    fc.property(fc.oneof(samples.spoilt(BODY), samples.spoilt(LATER)), (body) => {
      const parsed = parseValue(body);
      if (!parsed) return;
      assert.ok(parsed.items.length >= 1 && parsed.items.length <= 256);
      assert.equal(parsed.first === 1, parsed.prev === '');
      assert.ok(foldPersonName(parsed.name).length > 0);
    }),
  );
});

test('what is written is read as it was', () => {
  const item = fc.record({ kind: fc.constant('text'), text: fc.string({ maxLength: 100 }) });
  const bodies = fc.record({
    first: samples.counters(2),
    prev: samples.ids,
    at: fc.tuple(samples.times, samples.counters(0)),
    name: samples.names,
    keep: fc.boolean(),
    items: fc.array(item, { minLength: 1, maxLength: 5 }),
  });
  fc.assert(
    fc.property(bodies, (body) => {
      assert.deepEqual(parseValue(body), JSON.parse(JSON.stringify(body)));
    }),
  );
});

test('what is read ahead of its signature is read as the same once its prev is known', () => {
  const text = JSON.stringify(AHEAD);
  assert.deepEqual(parseUnsignedBody(text), AHEAD);
  const body = bodyAfter(HEAD, text);
  assert.deepEqual(parseBatchBody(body), LATER);
  assert.equal(prevOf(body), HEAD);
  assert.equal(prevOf(bodyAfter(FIRST, text)), FIRST);
});

test('a body that is to be signed has its prev from elsewhere', () => {
  assert.equal(parseUnsignedBody(JSON.stringify(LATER)), null);
});

test('a body ahead of its signature leaves room for its prev', () => {
  const fill = (bytes: number) => {
    const empty = JSON.stringify({ ...AHEAD, fill: '' });
    return JSON.stringify({ ...AHEAD, fill: 'x'.repeat(bytes - empty.length) });
  };
  assert.ok(parseBatchBody(bodyAfter(HEAD, fill(131_040))));
  assert.ok(parseUnsignedBody(fill(131_040)));
  assert.equal(parseUnsignedBody(fill(131_041)), null);
});
