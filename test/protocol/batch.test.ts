import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { bodyAfter, parseBatchBody, parseUnsignedBody, prevOf } from '../../src/protocol/batch.ts';
import { parseFrame, stringifyFrame } from '../../src/protocol/frames.ts';
import type { PublicKeyText } from '../../src/protocol/ids.ts';
import { MAX_BATCH_ITEMS, MAX_COUNTER, MAX_UNSIGNED_UNITS } from '../../src/protocol/limits.ts';
import { foldPersonName } from '../../src/protocol/names.ts';
import * as samples from './support/samples.ts';
import { HEAD, KEY, SIG, WRONG } from './support/samples.ts';

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
      fc.pre(body.first + body.items.length <= MAX_COUNTER);
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

test('what was said in several goes is one body, with what each of them was', () => {
  const goes = [AHEAD, { ...AHEAD, first: 3, at: [1_700_000_000_001, 2], name: 'Ada L.' }];
  const body = bodyAfter(HEAD, ...goes.map((each) => JSON.stringify(each)));
  assert.deepEqual(parseBatchBody(body), { ...LATER, items: [TEXT, TEXT], parts: goes });
  assert.equal(prevOf(body), HEAD);
});

for (const [what, parts] of [
  ['nothing', []],
  ['one part', [AHEAD]],
  ['a gap between its parts', [AHEAD, { ...AHEAD, first: 4 }]],
  ['the same part twice', [AHEAD, AHEAD]],
  ['a part that is to be kept', [AHEAD, { ...AHEAD, first: 3, keep: true }]],
  ['a part that does not say that it is not', [AHEAD, { ...AHEAD, first: 3, keep: undefined }]],
  ['a part of a wrong shape', [AHEAD, { ...AHEAD, first: 3, items: [] }]],
  ['a part that is none', [AHEAD, null]],
  ['a part that is no list', AHEAD],
  [
    '257 items in its parts',
    [AHEAD, { ...AHEAD, first: 3, items: Array.from({ length: 256 }, () => TEXT) }],
  ],
] as const) {
  test(`a body with ${what} is refused`, () => {
    assert.equal(parseValue({ prev: HEAD, parts }), null);
    // Nor is it one of the other kind as well.
    assert.equal(parseValue({ ...LATER, parts }), null);
  });
}

test('a body ahead of its signature has neither prev nor parts: it is signed as it was shown', () => {
  assert.equal(parseUnsignedBody(JSON.stringify(LATER)), null);
  const parts = [AHEAD, { ...AHEAD, first: 3 }];
  assert.equal(parseUnsignedBody(JSON.stringify({ ...AHEAD, parts })), null);
});

test('the most that may be ahead of a signature fits one body and one frame, however it is written', () => {
  for (const character of ['x', '"', '\\', '\u0000', 'ü', '漢', '🦆', '\ud800']) {
    const goes: string[] = [];
    let units = 0;
    for (let first = 2; first < 2 + MAX_BATCH_ITEMS; first++) {
      const text = JSON.stringify({ ...AHEAD, first, items: [{ kind: 'text', text: character }] });
      goes.push(text);
      units += text.length;
    }
    // The last one takes the room that is left.
    const unit = JSON.stringify(character).length - 2;
    const rest = character.repeat(Math.floor((MAX_UNSIGNED_UNITS - units) / unit));
    goes[0] = JSON.stringify({ ...AHEAD, items: [{ kind: 'text', text: rest }] });
    assert.ok(goes.join('').length > MAX_UNSIGNED_UNITS - 20);
    const body = bodyAfter(HEAD, ...goes);
    assert.equal(parseBatchBody(body)?.items.length, MAX_BATCH_ITEMS);
    const frame = parseFrame(
      stringifyFrame({ type: 'batch', key: KEY as PublicKeyText, body, sig: SIG }),
    );
    assert.equal(typeof frame, 'object');
  }
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
