import type { FrameOf } from '../protocol/frames.ts';
import type { PeerId } from '../protocol/ids.ts';

/** What a peer says of itself and a call, whole, in each frame; PROTOCOL.md section 11. */
export type CallFrame = FrameOf<'call'>;
export type CallRecord = Omit<CallFrame, 'type' | 'rev'>;
export type CallScope = CallRecord['scope'];
export type CallMedia = CallRecord['media'];

/** Why somebody does not take part; travels. What others may say besides is read as `declined`. */
export const CALL_REFUSALS = ['declined', 'busy', 'timeout', 'unsupported', 'call-full'] as const;
export type CallRefusal = (typeof CALL_REFUSALS)[number];

/** A mesh of video: with more than six, a laptop encodes more pictures than it can. */
export const MAX_IN_CALL = 6;
export const NOTHING_ON: CallMedia = { audio: false, video: false };
/** As long as a telephone rings. */
export const RING_MS = 45_000;

export function refusalOf(reason: string | undefined): CallRefusal {
  return CALL_REFUSALS.find((known) => known === reason) ?? 'declined';
}

/** Whom a call is for: all of the room, or those it names and whoever says it, in one order. */
export function membersOf(scope: CallScope, from: PeerId): CallScope {
  return scope === 'room' ? scope : [...new Set([...scope, from])].toSorted();
}

export function concerns(scope: CallScope, id: PeerId): boolean {
  return scope === 'room' || scope.includes(id);
}

/** Whether its sender takes part in its call, or asks others to. */
export function isLive({ phase }: Pick<CallRecord, 'phase'>): boolean {
  return phase === 'calling' || phase === 'in';
}

/** Of two records, or of two scopes by `membersOf`: private calls are of one when the same people are meant. */
export function isSame<T extends CallRecord | CallScope>(left: T, right: T): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
