import fc from 'fast-check';

import { encodeBase64url } from '../../../src/protocol/base64url.ts';

/** Values of the right shape, for tables and properties. They name nobody. */
export const KEY = encodeBase64url(new Uint8Array(32).fill(9));
export const SIG = encodeBase64url(new Uint8Array(64).fill(7));
export const INSTANCE = encodeBase64url(new Uint8Array(8).fill(5));
export const ID = 'abcdefghijklmnopqrst-_';
export const HEAD = 'HEADHEADHEADHEADHEADHE';

/** Wrong for every field of text or number there is. */
export const WRONG: readonly (readonly [string, unknown])[] = [
  ['null', null],
  ['an object', {}],
  ['an array of arrays', [[[]]]],
  ['a long text', 'x'.repeat(300_000)],
  ['a negative number', -1],
  ['half a number', 0.5],
  ['a number beyond counting', 2 ** 53],
];

const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((it) => encodeBase64url(it));

export const keys = bytes(32);
export const signatures = bytes(64);
export const instances = bytes(8);
export const ids = bytes(32).map((text) => text.slice(0, 22));
export const authors = fc.oneof(
  ids,
  fc.tuple(ids, fc.constantFrom('log', 'a-b_c')).map((it) => it.join('/')),
);
/** Names in their normal form. */
export const names = fc
  .string({ unit: fc.constantFrom(...'abcXYZ123éß'.split(''), '🦆'), minLength: 1, maxLength: 30 })
  .map((text) => text.normalize('NFC'));
export const counters = (least: number) => fc.integer({ min: least, max: 2 ** 31 });
export const times = fc.integer({ min: 0, max: 253_402_300_799_999 });

/** Anything that JSON can say, with names that have a meaning in JavaScript. */
export const anyJson = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(
    fc.constantFrom(
      'type',
      'v',
      'have',
      'key',
      'body',
      'items',
      'epoch',
      '__proto__',
      'constructor',
    ),
    fc.jsonValue(),
  ),
);

/** The right value with one or more fields replaced or left out. */
export function spoilt(right: object): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.keys(right);
  return fc
    .dictionary(fc.constantFrom(...fields), fc.option(anyJson, { nil: undefined }), { minKeys: 1 })
    .map((changes) => ({ ...right, ...changes }));
}
