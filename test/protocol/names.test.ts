import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import {
  foldPersonName,
  normalizePersonName,
  normalizeRoomName,
} from '../../src/protocol/names.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: fc.constantFrom('\u0000', '\u202e', ' ', '\u00a0', 'ß', 'ẞ', '\ud83d', 'a') }),
);

for (const [what, text, normal] of [
  ['a plain name', 'Ada', 'Ada'],
  ['white space around and within', '  Ada \t  Lovelace\n', 'Ada Lovelace'],
  ['a no-break space', 'Ada\u00a0L', 'Ada L'],
  ['a decomposed letter', 'e\u0301', '\u00e9'],
  ['an emoji of several parts', '👩‍👩‍👧', '👩‍👩‍👧'],
  ['right-to-left letters', 'עדה', 'עדה'],
  ['64 units', 'a'.repeat(64), 'a'.repeat(64)],
  ['65 units', 'a'.repeat(65), null],
  ['a million units', 'a'.repeat(1_000_000), null],
  ['nothing', '', null],
  ['only white space', ' \u2003\t', null],
  ['only a zero-width space', '\u200b', null],
  ['only a combining mark', '\u0301', null],
  ['a control character', 'A\u0007da', null],
  ['a null', 'A\u0000', null],
  ['a right-to-left override', 'Ada\u202e', null],
  ['an isolate', '\u2066Ada', null],
  ['an Arabic letter mark', 'Ada\u061c', null],
  ['a lone surrogate', 'Ada\ud83d', null],
] as const) {
  test(`a person's name: ${what} is ${normal === null ? 'refused' : 'taken'}`, () => {
    assert.equal(normalizePersonName(text), normal);
  });
}

for (const [what, text, normal] of [
  ['a plain name', 'lobby', 'lobby'],
  ['white space around', '  lobby ', 'lobby'],
  ['white space within', 'the  lobby', 'the  lobby'],
  ['another case', 'Lobby', 'Lobby'],
  ['128 units', 'a'.repeat(128), 'a'.repeat(128)],
  ['129 units', 'a'.repeat(129), null],
  ['nothing', '', null],
  ['only white space', '\u00a0\n', null],
  ['a line feed within', 'lob\nby', null],
  ['a lone surrogate', '\udc00', null],
] as const) {
  test(`a room's name: ${what} is ${normal === null ? 'refused' : 'taken'}`, () => {
    assert.equal(normalizeRoomName(text), normal);
  });
}

for (const [one, other] of [
  ['Groß', 'GROẞ'],
  ['ẞ', 'ss'],
  ['Straße', 'STRASSE'],
  ['Ada', 'ａＤＡ'],
  ['ﬁn', 'FIN'],
  ['ΣΊΣΥΦΟΣ', 'σίσυφος'],
  ['Å', '\u212b'],
  ['①', '1'],
] as const) {
  test(`${one} and ${other} are the same name`, () => {
    assert.equal(foldPersonName(one), foldPersonName(other));
  });
}

test('different names stay different', () => {
  const names = ['Ada', 'Adá', 'Ada 2', 'Аda', 'Ben', '👩', '👨'];
  assert.equal(new Set(names.map(foldPersonName)).size, names.length);
});

test('normalising never throws and a second time changes nothing', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const person = normalizePersonName(text);
      if (person !== null) assert.equal(normalizePersonName(person), person);
      const room = normalizeRoomName(text);
      if (room !== null) assert.equal(normalizeRoomName(room), room);
    }),
  );
});

test('folding a second time changes nothing, for every character', () => {
  for (let point = 0; point < 0x110000; point++) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    const folded = foldPersonName(String.fromCodePoint(point));
    if (foldPersonName(folded) !== folded) assert.fail(`U+${point.toString(16)}`);
  }
});

test('both cases of a name fold to the same, for every character', () => {
  for (let point = 0; point < 0x110000; point++) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    const letter = String.fromCodePoint(point);
    const folded = foldPersonName(letter);
    if (foldPersonName(letter.toUpperCase()) !== folded) assert.fail(`U+${point.toString(16)}`);
  }
});
