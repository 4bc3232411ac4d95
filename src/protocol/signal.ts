import * as v from 'valibot';

import type { InstanceId, PublicKeyText } from './ids.ts';
import { MAX_CANDIDATES, MAX_CANDIDATE_UNITS, MAX_SIGNAL_BYTES } from './limits.ts';
import {
  boundedText,
  counter,
  exceedsBytes,
  flag,
  instanceId,
  listOf,
  oneOf,
  parseJson,
  publicKey,
  signature,
} from './schema.ts';

/** A candidate as `RTCIceCandidate.toJSON()` gives it. */
export interface CandidateInit {
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex: number | null;
  readonly usernameFragment: string | null;
}

export interface SignalDescription {
  readonly type: 'offer' | 'answer';
  readonly sdp: string;
}

/** What one link says to the other before and beside its channel; PROTOCOL.md section "Signals". */
export interface SignalBody {
  /** Counts the sender's connections to this peer within its instance, from 1. */
  readonly epoch: number;
  /** In an offer its number within the epoch; in an answer the number of the offer it answers; otherwise 0. */
  readonly n: number;
  /** The receiver's epoch as far as the sender knows it; 0 in a first offer. */
  readonly toEpoch: number;
  /** Who speaks and who is meant: a signal of an earlier life, or to one, is dropped. */
  readonly instance: InstanceId;
  readonly toInstance: InstanceId;
  readonly description?: SignalDescription | undefined;
  readonly candidates?: readonly CandidateInit[] | undefined;
}

/** The envelope; `body` is kept verbatim, because the signature covers its characters. */
export interface SignedSignal {
  readonly key: PublicKeyText;
  readonly body: string;
  readonly sig: string;
  /** A first offer made before its maker knew who is there: signed for nobody, without `toInstance`. */
  readonly open?: boolean | undefined;
}

const envelope = v.object({
  key: publicKey,
  body: v.string(),
  sig: signature,
  open: v.optional(flag),
});

const candidate = v.object({
  candidate: boundedText(MAX_CANDIDATE_UNITS),
  sdpMid: v.optional(v.nullable(boundedText(64)), null),
  sdpMLineIndex: v.optional(v.nullable(counter(0)), null),
  usernameFragment: v.optional(v.nullable(boundedText(256)), null),
});

const openFields = {
  epoch: counter(1),
  n: counter(0),
  toEpoch: counter(0),
  instance: instanceId,
  description: v.optional(
    v.object({ type: oneOf('offer', 'answer'), sdp: boundedText(MAX_SIGNAL_BYTES) }),
  ),
  candidates: v.optional(listOf(candidate, MAX_CANDIDATES)),
};
const openBody = v.object(openFields);
const body = v.object({ ...openFields, toInstance: instanceId });

/** The envelope of a signal, or null where it is too large or of a wrong shape. */
export function parseSignedSignal(text: string): SignedSignal | null {
  return exceedsBytes(text, MAX_SIGNAL_BYTES) ? null : parseJson(envelope, text);
}

/** To be called only after the signature has been checked. Null where the shape is wrong or it says nothing. */
export function parseSignalBody(text: string): SignalBody | null {
  return meaningful(parseJson(body, text));
}

/** The same for the body of an open signal, which is a first offer or nothing; as if it were addressed to `toInstance`. */
export function parseOpenOffer(text: string, toInstance: InstanceId): SignalBody | null {
  const parsed = parseJson(openBody, text);
  const offers = parsed?.description?.type === 'offer' && parsed.toEpoch === 0;
  return offers ? meaningful({ ...parsed, toInstance }) : null;
}

function meaningful(parsed: SignalBody | null): SignalBody | null {
  if (!parsed || (!parsed.description && !parsed.candidates)) return null;
  return parsed.description &&
    (parsed.n === 0 || (parsed.description.type === 'answer' && parsed.toEpoch === 0))
    ? null
    : parsed;
}

const FINGERPRINT_LINE = /^a=fingerprint:(.*?)\r?$/gim;

/**
 * The one certificate fingerprint of a description in lower case; null where it has none or several different ones.
 * (Of two, Chromium takes the last and Firefox any: so there must be one.)
 */
export function fingerprintOf(sdp: string): string | null {
  const found = new Set(
    Array.from(sdp.matchAll(FINGERPRINT_LINE), (line) => (line[1] ?? '').trim().toLowerCase()),
  );
  const [only] = found;
  return found.size === 1 && only ? only : null;
}
