import * as v from 'valibot';

import type { PersonName, PublicKeyText } from './ids.ts';
import { MAX_BATCH_BYTES, MAX_BATCH_ITEMS, MAX_TEXT_UNITS } from './limits.ts';
import {
  boundedText,
  counter,
  exceedsBytes,
  flag,
  headOrNone,
  listOf,
  milliseconds,
  parseJson,
  personName,
} from './schema.ts';

/** Entries written together under one signature, as they travel and as they are kept: verbatim. */
export interface SignedBatch {
  readonly key: PublicKeyText;
  readonly body: string;
  readonly sig: string;
}

/** One item of a batch. Kinds that we do not know are kept, passed on, and shown as nothing. */
export type Item = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'unknown' };

/** A hybrid logical clock's reading: milliseconds since the epoch and a counter within the same millisecond. */
export type Timestamp = readonly [ms: number, n: number];

export interface BatchBody {
  /** The seq of the first item; the others follow without gaps. */
  readonly first: number;
  /** The fingerprint of the previous body of this author, empty before the first. */
  readonly prev: string;
  readonly at: Timestamp;
  readonly name: PersonName;
  /** False: to be held in memory only, and given only to those who were there. */
  readonly keep: boolean;
  readonly items: readonly Item[];
}

/** A text, or any other kind: a text of a wrong shape must not pass as something unknown. */
const item = v.pipe(
  v.object({ kind: boundedText(32), text: v.optional(v.unknown()) }),
  v.check(
    ({ kind, text }) =>
      kind !== 'text' || (typeof text === 'string' && text.length <= MAX_TEXT_UNITS),
  ),
  v.transform(({ kind, text }): Item =>
    kind === 'text' ? { kind, text: text as string } : { kind: 'unknown' },
  ),
);

const schema = v.object({
  first: counter(1),
  prev: headOrNone,
  at: v.tuple([milliseconds, counter(0)]),
  name: personName,
  keep: v.optional(flag, true),
  items: listOf(item, MAX_BATCH_ITEMS),
});

/** Null where the body is too large or of a wrong shape, also where only a first batch may have an empty `prev`. */
export function parseBatchBody(body: string): BatchBody | null {
  if (exceedsBytes(body, MAX_BATCH_BYTES)) return null;
  const parsed = parseJson(schema, body);
  return parsed && parsed.items.length > 0 && (parsed.first === 1) === (parsed.prev === '')
    ? parsed
    : null;
}
