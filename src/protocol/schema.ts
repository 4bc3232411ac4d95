import * as v from 'valibot';

import { decodeBase64url } from './base64url.ts';
import type { AuthorId, InstanceId, PeerId, PersonName, PublicKeyText, RoomName } from './ids.ts';
import { MAX_COUNTER, MAX_NAME_UNITS } from './limits.ts';
import { normalizePersonName, normalizeRoomName } from './names.ts';
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from './signing.ts';

/** The pieces that the messages of both wires are made of. */

const FINGERPRINT = /^[\w-]{22}$/;
const AUTHOR = /^[\w-]{22}(?:\/[\w-]{1,22})?$/;

const text = (test: (input: string) => boolean) =>
  v.custom<string>((input) => typeof input === 'string' && test(input));

export const peerId = v.custom<PeerId>(
  (input) => typeof input === 'string' && FINGERPRINT.test(input),
);
export const authorId = v.custom<AuthorId>(
  (input) => typeof input === 'string' && AUTHOR.test(input),
);
/** The head of a log: the fingerprint of a body, empty before the first. */
export const head = text((input) => FINGERPRINT.test(input));
export const instanceId = v.custom<InstanceId>(
  (input) => typeof input === 'string' && decodeBase64url(input, 8) !== null,
);
export const publicKey = v.custom<PublicKeyText>(
  (input) => typeof input === 'string' && decodeBase64url(input, PUBLIC_KEY_BYTES) !== null,
);
export const signature = text((input) => decodeBase64url(input, SIGNATURE_BYTES) !== null);

/** A room's name in its normal form; another form is refused, because signatures cover it. */
export const roomName = v.custom<RoomName>(
  (input) => typeof input === 'string' && normalizeRoomName(input) === input,
);
/** A person's name, brought to its normal form. */
export const personName = v.pipe(
  v.string(),
  v.maxLength(MAX_NAME_UNITS * 4),
  v.rawTransform<string, PersonName>(({ dataset, addIssue, NEVER }) => {
    const name = normalizePersonName(dataset.value);
    if (name) return name;
    addIssue({ message: 'not a name' });
    return NEVER;
  }),
);

/** A count from `least` on that is an exact number. */
export const counter = (least: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(MAX_COUNTER));
export const boundedText = (maxUnits: number) => v.pipe(v.string(), v.maxLength(maxUnits));
/** Milliseconds: non-negative, exact, before the year 10000. */
export const milliseconds = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(0),
  v.maxValue(253_402_300_799_999),
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
