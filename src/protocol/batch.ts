import type { PersonName, PublicKeyText } from './ids.ts';
import { MAX_BATCH_BYTES, MAX_BATCH_ITEMS, MAX_TEXT_UNITS } from './limits.ts';
import { normalizePersonName } from './names.ts';
import { exceedsBytes, isCounter, isHeadOrNone, isMilliseconds, readJson } from './schema.ts';

/** UTF-16 units of the kind of an item. */
const MAX_KIND_UNITS = 32;

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
  /** Where it was said in several goes, ahead of this one signature: what each of them was. `items` are those of all. */
  readonly parts?: readonly UnsignedBody[];
}

/** A body before it is known what it follows: as it travels ahead of its signature. */
export type UnsignedBody = Omit<BatchBody, 'prev' | 'parts'>;

/** Null where the body is too large or of a wrong shape, also where only a first batch may have an empty `prev`. */
export function parseBatchBody(text: string): BatchBody | null {
  if (exceedsBytes(text, MAX_BATCH_BYTES)) return null;
  const value = recordOf(readJson(text));
  if (!value) return null;
  const { prev, parts } = value;
  const body = parts === undefined ? readBody(value) : readParts(parts);
  if (!body || !isHeadOrNone(prev)) return null;
  return (body.first === 1) === (prev === '') ? { prev, ...body } : null;
}

/** The same for a body without its `prev`, which is read as it is shown: that it has `prev` or `parts` is as wrong. */
export function parseUnsignedBody(text: string): UnsignedBody | null {
  if (exceedsBytes(text, MAX_BATCH_BYTES - PREV_BYTES)) return null;
  const value = recordOf(readJson(text));
  return value && !('prev' in value || 'parts' in value) ? readBody(value) : null;
}

/** The body that is signed, of what travelled ahead, in one go or several, and the head of the body before it. */
export function bodyAfter(prev: string, ...texts: readonly string[]): string {
  const [only = ''] = texts;
  const rest = texts.length > 1 ? `${PARTS}${texts.join()}]}` : only.slice(1);
  return `${PREV}${prev}",${rest}`;
}

/** What the body says when these are its parts, of which there is one at least. */
export function joined(parts: readonly UnsignedBody[]): Omit<BatchBody, 'prev'> {
  const [only] = parts as readonly [UnsignedBody];
  return parts.length > 1 ? { ...only, items: parts.flatMap(({ items }) => items), parts } : only;
}

/** What was said in one go each. */
export function partsOf(body: BatchBody): readonly UnsignedBody[] {
  return body.parts ?? [body];
}

/** The seq of its last item. */
export function lastOf({ first, items }: Pick<BatchBody, 'first' | 'items'>): number {
  return first + items.length - 1;
}

/** The head that `bodyAfter` has put there. */
export function prevOf(body: string): string {
  return body.slice(PREV.length, body.indexOf('"', PREV.length));
}

const PREV = '{"prev":"';
const PARTS = '"parts":[';
/** What `bodyAfter` adds. */
const PREV_BYTES = 32;

function recordOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)
    : null;
}

/**
 * By hand, as nothing else of the wire: between what one person writes and another reads this is most of what a page
 * does, and in a flood it is done for each item.
 */
function readBody({
  first,
  at,
  name,
  keep = true,
  items,
}: Readonly<Record<string, unknown>>): UnsignedBody | null {
  if (!isCounter(first, 1) || (keep !== true && keep !== false) || typeof name !== 'string')
    return null;
  if (!Array.isArray(at) || at.length < 2) return null;
  const [ms, n] = at as readonly unknown[];
  const normal = normalizePersonName(name);
  if (!isMilliseconds(ms) || !isCounter(n, 0) || normal === null) return null;
  if (!Array.isArray(items) || items.length === 0 || items.length > MAX_BATCH_ITEMS) return null;
  // What follows has a number as well: a mark that nobody else takes would cut us off from everybody.
  if (!isCounter(first + items.length, 1)) return null;
  const read: Item[] = [];
  for (const input of items as readonly unknown[]) {
    const item = readItem(input);
    if (!item) return null;
    read.push(item);
  }
  return { first, at: [ms, n], name: normal, keep, items: read };
}

/** What follows one upon the other, none of it to be kept. */
function readParts(input: unknown): Omit<BatchBody, 'prev'> | null {
  if (!Array.isArray(input) || input.length < 2) return null;
  const parts: UnsignedBody[] = [];
  let next: number | undefined;
  for (const each of input as readonly unknown[]) {
    const value = recordOf(each);
    const part = value && readBody(value);
    if (!part || part.keep || part.first !== (next ?? part.first)) return null;
    next = part.first + part.items.length;
    parts.push(part);
  }
  const body = joined(parts);
  return body.items.length > MAX_BATCH_ITEMS ? null : body;
}

/** A text, or any other kind: a text of a wrong shape must not pass as something unknown. */
function readItem(input: unknown): Item | null {
  if (typeof input !== 'object' || input === null) return null;
  const { kind, text } = input as { readonly kind?: unknown; readonly text?: unknown };
  if (kind !== 'text')
    return typeof kind === 'string' && kind.length <= MAX_KIND_UNITS ? { kind: 'unknown' } : null;
  return typeof text === 'string' && text.length <= MAX_TEXT_UNITS ? { kind, text } : null;
}
