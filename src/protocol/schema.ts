import * as v from 'valibot';

import type { AuthorId, InstanceId, PeerId, PersonName, PublicKeyText, RoomName } from './ids.ts';
import { MAX_COUNTER } from './limits.ts';
import { normalizePersonName, normalizeRoomName } from './names.ts';

/** The pieces that the messages of both wires are made of. */

/** The one canonical encoding of 8, 32 and 64 bytes: bits that encode nothing are zero. */
const BASE64URL_8 = /^[\w-]{10}[AEIMQUYcgkosw048]$/;
const BASE64URL_32 = /^[\w-]{42}[AEIMQUYcgkosw048]$/;
const BASE64URL_64 = /^[\w-]{85}[AQgw]$/;
const FINGERPRINT = /^[\w-]{22}$/;
const AUTHOR = /^[\w-]{22}(?:\/[\w-]{1,22})?$/;

/** A text that passes a test. One kind of schema for all of them: what a page loads is counted by the byte. */
export const text = <T extends string = string>(test: (input: string) => boolean) =>
  v.custom<T>((input) => typeof input === 'string' && test(input));
const isInteger = (input: unknown, least: number, most: number): input is number =>
  Number.isInteger(input) && least <= (input as number) && (input as number) <= most;
/** A whole number within bounds. */
export const integer = (least: number, most: number) =>
  v.custom<number>((input) => isInteger(input, least, most));

export const peerId = text<PeerId>((input) => FINGERPRINT.test(input));
export const authorId = text<AuthorId>((input) => AUTHOR.test(input));
/** The head of a log: the fingerprint of a body. */
export const head = text((input) => FINGERPRINT.test(input));
/** The same, empty before the first. */
export const isHeadOrNone = (input: unknown): input is string =>
  input === '' || (typeof input === 'string' && FINGERPRINT.test(input));
export const headOrNone = v.custom<string>(isHeadOrNone);
export const instanceId = text<InstanceId>((input) => BASE64URL_8.test(input));
export const publicKey = text<PublicKeyText>((input) => BASE64URL_32.test(input));
export const signature = text((input) => BASE64URL_64.test(input));

/** A room's name in its normal form; another form is refused, because signatures cover it. */
export const roomName = text<RoomName>((input) => normalizeRoomName(input) === input);
/** A person's name, brought to its normal form. */
export const personName = v.pipe(
  text((input) => normalizePersonName(input) !== null),
  v.transform((input) => normalizePersonName(input) as PersonName),
);

/** A count from `least` on that is an exact number. */
export const isCounter = (input: unknown, least: number): input is number =>
  isInteger(input, least, MAX_COUNTER);
export const counter = (least: number) => v.custom<number>((input) => isCounter(input, least));
export const boundedText = (maxUnits: number) => text((input) => input.length <= maxUnits);
/** One of these words. */
export const oneOf = <const T extends string | number | boolean>(...words: readonly T[]) =>
  v.custom<T>((input) => words.includes(input as T));
export const flag = oneOf(true, false);
/** Milliseconds: non-negative, exact, before the year 10000. */
export const isMilliseconds = (input: unknown): input is number =>
  isInteger(input, 0, 253_402_300_799_999);
export const milliseconds = v.custom<number>(isMilliseconds);
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

/** What a JSON text says; undefined where it is none, which is refused like everything else of a wrong shape. */
export function readJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** JSON to a parsed value, or null. */
export function parseJson<TSchema extends v.GenericSchema>(
  schema: TSchema,
  json: string,
): v.InferOutput<TSchema> | null {
  return parse(schema, readJson(json));
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
