import * as v from 'valibot';

import { parseUnsignedBody, type UnsignedBody } from './batch.ts';
import {
  MAX_AUTHORS,
  MAX_BATCH_ITEMS,
  MAX_BATCH_BYTES,
  MAX_CAPACITY,
  MAX_FEATURES,
  MAX_FEATURE_UNITS,
  MAX_FRAME_BYTES,
  MAX_REASON_UNITS,
  MAX_SIGNAL_BYTES,
  PROTOCOL_VERSION,
} from './limits.ts';
import {
  authorId,
  boundedText,
  counter,
  exceedsBytes,
  flag,
  head,
  headOrNone,
  instanceId,
  listOf,
  milliseconds,
  oneOf,
  parse,
  peerId,
  personName,
  publicKey,
  readJson,
  signature,
} from './schema.ts';

/** The frames of the `chat` channel, one JSON object each; PROTOCOL.md section "Frames". */

/** `[low, high, head]`: entries low to high are held, `head` is the fingerprint of the batch that ends at high. */
const mark = v.pipe(
  v.tuple([counter(1), counter(0), headOrNone]),
  v.check(([low, high, at]) => low <= high + 1 && (high === 0) === (at === '')),
);
const have = v.pipe(
  v.record(authorId, mark),
  v.check((marks) => Object.keys(marks).length <= MAX_AUTHORS),
);
/** The feature by which a batch goes out as `unsigned`, and its `signature` behind it; docs/decisions/0009. */
export const LATE_SIGNATURE = 'late-signatures';
const seenMarks = v.pipe(
  v.record(authorId, counter(0)),
  v.check((marks) => Object.keys(marks).length <= MAX_AUTHORS),
);
const size = v.tuple([counter(0), counter(0)]);
const peerIds = listOf(peerId, MAX_CAPACITY);

const schemas = {
  hello: v.object({
    type: oneOf('hello'),
    v: oneOf(PROTOCOL_VERSION),
    key: publicKey,
    name: personName,
    instance: instanceId,
    history: oneOf('none', 'session', 'device'),
    features: listOf(boundedText(MAX_FEATURE_UNITS), MAX_FEATURES),
    have,
  }),
  batch: v.object({
    type: oneOf('batch'),
    key: publicKey,
    body: boundedText(MAX_BATCH_BYTES),
    sig: signature,
  }),
  signature: v.object({
    type: oneOf('signature'),
    of: listOf(v.tuple([headOrNone, signature, counter(1)]), MAX_BATCH_ITEMS),
  }),
  have: v.object({ type: oneOf('have'), have, of: v.optional(peerId) }),
  want: v.pipe(
    v.object({
      type: oneOf('want'),
      author: authorId,
      from: counter(1),
      to: counter(1),
      down: v.optional(flag),
    }),
    v.check(({ from, to }) => from <= to),
  ),
  given: v.object({ type: oneOf('given'), author: authorId }),
  fork: v.object({ type: oneOf('fork'), author: authorId, seq: counter(1), head }),
  presence: v.object({
    type: oneOf('presence'),
    typing: v.optional(flag),
    seen: v.optional(seenMarks),
    links: v.optional(peerIds),
    of: v.optional(peerId),
  }),
  call: v.object({
    type: oneOf('call'),
    id: boundedText(32),
    scope: v.union([oneOf('room'), peerIds]),
    phase: oneOf('calling', 'in', 'declined', 'out'),
    reason: v.optional(boundedText(MAX_REASON_UNITS)),
    media: v.object({ audio: flag, video: flag, screen: v.optional(flag) }),
    since: milliseconds,
    rev: counter(0),
  }),
  lines: v.object({
    type: oneOf('lines'),
    camera: v.optional(size),
    screen: v.optional(size),
    held: v.optional(flag),
  }),
  signal: v.object({
    type: oneOf('signal'),
    from: peerId,
    to: peerId,
    signal: boundedText(MAX_SIGNAL_BYTES),
  }),
  ping: v.object({ type: oneOf('ping'), id: counter(0) }),
  pong: v.object({ type: oneOf('pong'), id: counter(0) }),
  bye: v.object({ type: oneOf('bye'), reason: boundedText(MAX_REASON_UNITS) }),
  'bye-ack': v.object({ type: oneOf('bye-ack') }),
} as const;

type Schemas = typeof schemas;
/** A body without its `prev`: `text` as it is read once that is known, `body` what it says. */
export interface UnsignedFrame {
  readonly type: 'unsigned';
  readonly text: string;
  readonly body: UnsignedBody;
}
export type FrameType = keyof Schemas | 'unsigned';
export type FrameOf<T extends FrameType> = T extends keyof Schemas
  ? v.InferOutput<Schemas[T]>
  : UnsignedFrame;
export type Frame = { [T in FrameType]: FrameOf<T> }[FrameType];
/** What is written may leave out what parsing fills in. */
export type FrameInput =
  { [T in keyof Schemas]: v.InferInput<Schemas[T]> }[keyof Schemas] | Omit<UnsignedFrame, 'body'>;
export type Mark = v.InferOutput<typeof mark>;

/** Why a frame could not be taken: `unknown` is ignored, the rest break the protocol and end the link. */
export type FrameFault =
  'unknown' | 'binary' | 'too-large' | 'not-json' | 'wrong-version' | `wrong-${FrameType}`;

/** UTF-16 units of a `type`. */
const MAX_TYPE_UNITS = 32;
/** Before the fields of a body in an `unsigned` frame, which is one JSON object in one JSON object's place. */
const UNSIGNED = '{"type":"unsigned",';

/** A frame from whatever arrived on the channel, or what is wrong with it. */
export function parseFrame(data: unknown): Frame | FrameFault {
  if (typeof data !== 'string') return 'binary';
  if (exceedsBytes(data, MAX_FRAME_BYTES)) return 'too-large';
  if (data.startsWith(UNSIGNED)) return parseUnsigned(`{${data.slice(UNSIGNED.length)}`);
  const value = readJson(data);
  const kind = (value as { readonly type?: unknown } | null | undefined)?.type;
  if (typeof kind !== 'string' || kind.length > MAX_TYPE_UNITS) return 'not-json';
  if (kind === 'unsigned') return 'wrong-unsigned';
  if (!Object.hasOwn(schemas, kind)) return 'unknown';
  const known = kind as keyof Schemas;
  const frame: Frame | null = parse(schemas[known], value);
  if (frame) return frame;
  const version = parse(v.object({ v: v.number() }), value);
  return known === 'hello' && version && version.v !== PROTOCOL_VERSION
    ? 'wrong-version'
    : `wrong-${known}`;
}

export function stringifyFrame(frame: FrameInput): string {
  return frame.type === 'unsigned' ? UNSIGNED + frame.text.slice(1) : JSON.stringify(frame);
}

function parseUnsigned(text: string): UnsignedFrame | FrameFault {
  const body = parseUnsignedBody(text);
  return body ? { type: 'unsigned', text, body } : 'wrong-unsigned';
}
