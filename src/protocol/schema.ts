import * as v from 'valibot';

import { decodeBase64url } from './base64url.ts';
import type { AuthorId, InstanceId, PeerId, PersonName, PublicKeyText, RoomName } from './ids.ts';
import { MAX_COUNTER } from './limits.ts';
import { normalizePersonName, normalizeRoomName } from './names.ts';
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from './signing.ts';

/** The pieces that the messages of both wires are made of. */

const FINGERPRINT = /^[\w-]{22}$/;
const AUTHOR = /^[\w-]{22}(?:\/[\w-]{1,22})?$/;

/** A text that passes a test. One kind of schema for all of them: what a page loads is counted by the byte. */
export const text = <T extends string = string>(test: (input: string) => boolean) =>
  v.custom<T>((input) => typeof input === 'string' && test(input));
/** A whole number within bounds. */
export const integer = (least: number, most: number) =>
  v.custom<number>(
    (input) => Number.isInteger(input) && least <= (input as number) && (input as number) <= most,
  );

export const peerId = text<PeerId>((input) => FINGERPRINT.test(input));
export const authorId = text<AuthorId>((input) => AUTHOR.test(input));
/** The head of a log: the fingerprint of a body. */
export const head = text((input) => FINGERPRINT.test(input));
/** The same, empty before the first. */
export const headOrNone = text((input) => FINGERPRINT.test(input) || input === '');
export const instanceId = text<InstanceId>((input) => decodeBase64url(input, 8) !== null);
export const publicKey = text<PublicKeyText>(
  (input) => decodeBase64url(input, PUBLIC_KEY_BYTES) !== null,
);
export const signature = text((input) => decodeBase64url(input, SIGNATURE_BYTES) !== null);

/** A room's name in its normal form; another form is refused, because signatures cover it. */
export const roomName = text<RoomName>((input) => normalizeRoomName(input) === input);
/** A person's name, brought to its normal form. */
export const personName = v.pipe(
  text((input) => normalizePersonName(input) !== null),
  v.transform((input) => normalizePersonName(input) as PersonName),
);

/** A count from `least` on that is an exact number. */
export const counter = (least: number) => integer(least, MAX_COUNTER);
export const boundedText = (maxUnits: number) => text((input) => input.length <= maxUnits);
/** One of these words. */
export const oneOf = <const T extends string | number | boolean>(...words: readonly T[]) =>
  v.custom<T>((input) => words.includes(input as T));
export const flag = oneOf(true, false);
/** Milliseconds: non-negative, exact, before the year 10000. */
export const milliseconds = integer(0, 253_402_300_799_999);
/** A list of at most so many. */
export const listOf = <TSchema extends v.GenericSchema>(item: TSchema, most: number) =>
  v.pipe(
    v.array(item),
    v.check((items) => items.length <= most),
  );

/** The parsed value, or null. Issues are not kept: what is wrong with a stranger's message helps nobody but him. */
export function parse<TSchema extends v.GenericSchema>(
  schema: TSchema,
  input: unknown,
): v.InferOutput<TSchema> | null {
  const result = v.safeParse(schema, input, { abortEarly: true });
  return result.success ? result.output : null;
}

/** JSON to a parsed value, or null. */
export function parseJson<TSchema extends v.GenericSchema>(
  schema: TSchema,
  json: string,
): v.InferOutput<TSchema> | null {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    // Not JSON: refused like everything else that has the wrong shape.
    return null;
  }
  return parse(schema, value);
}

const utf8 = new TextEncoder();

/** Bytes of a text in UTF-8, without encoding it where its length alone decides. */
export function utf8Bytes(input: string): number {
  return utf8.encode(input).length;
}

/** Whether a text is longer than `maxBytes` in UTF-8; cheap for the usual short text. */
export function exceedsBytes(input: string, maxBytes: number): boolean {
  if (input.length * 3 <= maxBytes) return false;
  return input.length > maxBytes || utf8Bytes(input) > maxBytes;
}
