import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as v from 'valibot';

import { list, path, text, time, toggle, url } from '../../src/server/flag-kind.ts';
import type { FlagKind } from '../../src/server/flag-kind.ts';
import { nearest } from '../../src/server/nearest-name.ts';

function read<T>({ fromText, schema }: FlagKind<T>, input: string): T | 'refused' {
  const result = v.safeParse(schema, fromText(input));
  return result.success ? result.output : 'refused';
}

for (const [what, kind, wanted] of [
  ['a toggle', toggle(), { true: true, '1': true, false: false, '0': false, yes: 'refused' }],
  [
    'a time',
    time(1_000, 86_400_000),
    {
      '5m': 300_000,
      '1s': 1_000,
      '1d': 86_400_000,
      '999ms': 'refused',
      '2d': 'refused',
      '5': 'refused',
    },
  ],
  ['a path', path(), { 'a/b.pem': 'a/b.pem', '': 'refused', 'a\0b': 'refused' }],
  ['a text', text('X', 'x'), { ' a ': ' a ', '': 'refused' }],
  [
    'a URL',
    url(['redis', 'rediss'], 'x'),
    { 'redis://:p@h:1': 'redis://:p@h:1', 'http://h': 'refused', h: 'refused' },
  ],
  [
    'a list',
    list('X', 'x', v.pipe(v.string(), v.nonEmpty())),
    { 'a, b': ['a', 'b'], '["a,b"]': ['a,b'], '[]': [], 'a,,b': 'refused', '': 'refused' },
  ],
] as const) {
  test(`${what} is read from its text, and printed so that it reads the same`, () => {
    for (const [input, expected] of Object.entries(wanted)) {
      const value = read(kind as FlagKind<unknown>, input);
      assert.deepEqual(value, expected, input);
      if (value === 'refused') continue;
      const json = (kind as FlagKind<unknown>).toJson(value);
      assert.deepEqual(v.parse(kind.schema, json), expected, input);
    }
  });
}

test('the nearest name is at most one slip in three letters away', () => {
  const names = ['port', 'host', 'capacity'];
  for (const [written, name] of [
    ['prot', 'port'],
    ['hots', 'host'],
    ['capcity', 'capacity'],
    ['p', null],
    ['tproxy', null],
  ] as const) {
    assert.equal(nearest(written, names), name, written);
  }
});
