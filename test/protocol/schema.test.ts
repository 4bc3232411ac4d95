import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { exceedsBytes, parseJson, peerId, utf8Bytes } from '../../src/protocol/schema.ts';

test('bytes of a text are counted as UTF-8 has them', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(64), (text, maxBytes) => {
      assert.equal(utf8Bytes(text), Buffer.byteLength(text));
      assert.equal(exceedsBytes(text, maxBytes), Buffer.byteLength(text) > maxBytes);
    }),
  );
});

for (const [text, maxBytes, exceeds] of [
  ['', 0, false],
  ['a', 0, true],
  ['aaa', 3, false],
  ['é', 1, true],
  ['é', 2, false],
  ['🦆', 3, true],
  ['🦆', 4, false],
  ['\ud800', 2, true],
  ['\ud800', 3, false],
] as const) {
  test(`"${text}" is ${exceeds ? '' : 'not '}more than ${maxBytes} bytes`, () => {
    assert.equal(exceedsBytes(text, maxBytes), exceeds);
  });
}

test('what is no JSON is refused like everything else of a wrong shape', () => {
  assert.equal(parseJson(peerId, '"abcdefghijklmnopqrst-_"'), 'abcdefghijklmnopqrst-_');
  for (const json of ['', '{', 'undefined', '"abc"', '"abcdefghijklmnopqrst-_\\n"', 'NaN']) {
    assert.equal(parseJson(peerId, json), null);
  }
});
