import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { decodeBase64url, encodeBase64url } from '../../src/protocol/base64url.ts';

for (const [bytes, text] of [
  [[], ''],
  [[0], 'AA'],
  [[255], '_w'],
  [[251, 255], '-_8'],
  [[0, 0, 0], 'AAAA'],
  [[1, 2, 3, 4], 'AQIDBA'],
] as const) {
  test(`${JSON.stringify(bytes)} is written as "${text}"`, () => {
    assert.equal(encodeBase64url(Uint8Array.from(bytes)), text);
    assert.deepEqual([...(decodeBase64url(text, bytes.length) ?? [])], [...bytes]);
  });
}

for (const [what, text] of [
  ['padding', 'AA=='],
  ['a missing character', 'A'],
  ['a character too many', 'AAA'],
  ['bits that encode nothing', 'AB'],
  ['the other alphabet', '+w'],
  ['a slash', '/w'],
  ['white space', 'A '],
  ['a line feed', 'A\n'],
  ['a letter that looks alike', 'АA'],
  ['nothing', ''],
] as const) {
  test(`one byte with ${what} is refused`, () => {
    assert.equal(decodeBase64url(text, 1), null);
  });
}

test('what is written is read again, as Node writes and reads it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const text = encodeBase64url(bytes);
      assert.equal(text, Buffer.from(bytes).toString('base64url'));
      assert.deepEqual(decodeBase64url(text, bytes.length), bytes);
    }),
  );
});

test('whatever is accepted is canonical: encoding it gives the same text', () => {
  const letters = fc.constantFrom(...'ABQgw_-z0+/=\n é'.split(''));
  fc.assert(
    fc.property(fc.string({ unit: letters, maxLength: 24 }), fc.nat(16), (text, length) => {
      const bytes = decodeBase64url(text, length);
      if (bytes) assert.equal(encodeBase64url(bytes), text);
    }),
  );
});
