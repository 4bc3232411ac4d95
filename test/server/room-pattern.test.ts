import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { matchesRoom, roomPattern } from '../../src/server/room-pattern.ts';

for (const [pattern, fits, misses] of [
  ['lobby', ['lobby'], ['Lobby', 'lobby ', 'lobb', 'lobbyy', '']],
  ['*', ['', 'a', 'a*b', '.+'], []],
  ['staff-*', ['staff-', 'staff-1', 'staff-a-b'], ['staff', 'Staff-1', 'a staff-1']],
  ['*-vip', ['-vip', 'a-vip', 'a-vip-vip'], ['vip', 'a-vip-']],
  ['a*b*a', ['aba', 'a-b-a', 'abba'], ['aa', 'ab', 'aba-', 'bab']],
  ['a*a', ['aa', 'aaa'], ['a']],
  ['a.c', ['a.c'], ['abc']],
  ['**', ['', 'x'], []],
  ['cafe\u0301*', ['caf\u00e9', 'caf\u00e9 2'], ['cafe']],
] as const) {
  test(`"${pattern}" means what it shows`, () => {
    const parsed = roomPattern(pattern);
    assert.ok(parsed !== null);
    for (const room of fits) assert.ok(matchesRoom(parsed, room), room);
    for (const room of misses) assert.ok(!matchesRoom(parsed, room), room);
  });
}

test('a pattern finds what a regular expression would', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 8 });
  const names = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 });
  fc.assert(
    fc.property(letters, names, (pattern, room) => {
      const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(room);
      assert.equal(matchesRoom(roomPattern(pattern)!, room), expected);
    }),
    { numRuns: 2_000 },
  );
});

test('what no room can be called is no pattern', () => {
  for (const text of ['', 'a\nb', 'a'.repeat(129), '\ud800']) assert.equal(roomPattern(text), null);
});
