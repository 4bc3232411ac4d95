import * as v from 'valibot';

import { BROADCASTER_ERROR_CODES, RtcChatError } from './errors.ts';
import type { BroadcasterErrorCode } from './errors.ts';
import {
  MAX_CAPACITY,
  MAX_FEATURES,
  MAX_FEATURE_UNITS,
  MAX_SIGNAL_BYTES,
  MAX_TOKEN_UNITS,
  MIN_CAPACITY,
  PROTOCOL_VERSION,
} from './limits.ts';
import {
  boundedText,
  counter,
  exceedsBytes,
  flag,
  instanceId,
  integer,
  listOf,
  milliseconds,
  oneOf,
  peerId,
  personName,
  publicKey,
  roomName,
  signature,
  text,
} from './schema.ts';

/** Every event between a peer and a broadcaster, both directions; PROTOCOL.md section "Peer and broadcaster". */

/** How the Engine.IO session ids of a broadcaster begin that takes a join inside the CONNECT packet: one round trip less. */
export const JOIN_ON_CONNECT = 'join1-';
/** What a peer names in `features` that can take an offer made before its maker knew who is there. */
export const OPEN_OFFER = 'open-offer';

const signalPayload = text((input) => input !== '' && !exceedsBytes(input, MAX_SIGNAL_BYTES));
const versioned = v.object({ v: oneOf(PROTOCOL_VERSION) });
/** Shape only: whether the version is ours is asked first, with `versioned`. */
export const joinRequest = v.object({
  v: oneOf(PROTOCOL_VERSION),
  room: roomName,
  name: personName,
  key: publicKey,
  instance: instanceId,
  proof: signature,
  capacity: v.optional(integer(MIN_CAPACITY, MAX_CAPACITY)),
  token: v.optional(boundedText(MAX_TOKEN_UNITS)),
  features: v.optional(listOf(boundedText(MAX_FEATURE_UNITS), MAX_FEATURES)),
  offer: v.optional(signalPayload),
});
export const signalRequest = v.object({ to: peerId, signal: signalPayload });
export const emptyRequest = v.object({});

const iceServer = v.object({
  urls: v.union([boundedText(2_048), listOf(boundedText(2_048), 16)]),
  username: v.optional(boundedText(1_024)),
  credential: v.optional(boundedText(1_024)),
});
const iceFields = {
  iceServers: listOf(iceServer, 32),
  expiresInMs: v.nullable(milliseconds),
};
const listedPeer = v.object({ id: peerId, name: personName, instance: instanceId });

export const joinAnswer = v.object({
  ok: oneOf(true),
  self: v.object({ id: peerId, name: personName }),
  peers: listOf(listedPeer, MAX_CAPACITY),
  ...iceFields,
  limits: v.object({
    capacity: counter(MIN_CAPACITY),
    graceMs: milliseconds,
    maxSignalBytes: counter(1),
  }),
  now: milliseconds,
  /** Whether the open offer of the join has gone to the one peer in `peers`. */
  offered: v.optional(flag),
});
export const iceAnswer = v.object({ ok: oneOf(true), ...iceFields });
export const plainAnswer = v.object({ ok: oneOf(true) });
export const refusal = v.object({
  ok: oneOf(false),
  error: v.object({
    code: oneOf(...BROADCASTER_ERROR_CODES),
    message: boundedText(1_024),
    retryAfterMs: v.optional(milliseconds),
  }),
});

export const peerJoined = listedPeer;
export const peerLeft = v.object({ id: peerId, reason: boundedText(64) });
export const signalDelivery = v.object({
  from: peerId,
  instance: instanceId,
  signal: signalPayload,
});
export const closing = v.object({ retryAfterMs: milliseconds });

export type JoinRequest = v.InferOutput<typeof joinRequest>;
export type SignalRequest = v.InferOutput<typeof signalRequest>;
export type JoinAnswer = v.InferOutput<typeof joinAnswer>;
export type IceAnswer = v.InferOutput<typeof iceAnswer>;
export type PlainAnswer = v.InferOutput<typeof plainAnswer>;
export type Refusal = v.InferOutput<typeof refusal>;
export type ListedPeer = v.InferOutput<typeof listedPeer>;
export type PeerLeft = v.InferOutput<typeof peerLeft>;
export type SignalDelivery = v.InferOutput<typeof signalDelivery>;
export type Closing = v.InferOutput<typeof closing>;
export type IceServer = v.InferOutput<typeof iceServer>;

/** Events a peer may emit, for Socket.IO's typing on both sides. The acknowledgement is what every call asks for. */
export interface ClientEvents {
  join(request: JoinRequest, answer: (answer: JoinAnswer | Refusal) => void): void;
  signal(request: SignalRequest, answer: (answer: PlainAnswer | Refusal) => void): void;
  ice(request: Record<string, never>, answer: (answer: IceAnswer | Refusal) => void): void;
  leave(request: Record<string, never>, answer: (answer: PlainAnswer | Refusal) => void): void;
}

/** Events a broadcaster emits. */
export interface BroadcasterEvents {
  /** To a join inside the CONNECT packet: what the acknowledgement of one in an event would be. */
  joined(answer: JoinAnswer | Refusal): void;
  'peer-joined'(peer: ListedPeer): void;
  'peer-left'(peer: PeerLeft): void;
  signal(delivery: SignalDelivery): void;
  replaced(nothing: Record<string, never>): void;
  closing(notice: Closing): void;
}

/** Whether a join names another version than ours, which deserves another answer than a wrong shape. */
export function namesOtherVersion(input: unknown): boolean {
  return v.is(v.object({ v: v.number() }), input) && !v.is(versioned, input);
}

export function refuse(
  code: BroadcasterErrorCode,
  message: string,
  retryAfterMs?: number,
): Refusal {
  return {
    ok: false,
    error: retryAfterMs === undefined ? { code, message } : { code, message, retryAfterMs },
  };
}

export function errorOf(answer: Refusal): RtcChatError {
  const { code, message, retryAfterMs } = answer.error;
  return new RtcChatError(code, message, { retryAfterMs });
}
