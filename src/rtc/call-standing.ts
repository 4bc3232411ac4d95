import type { PeerId } from '../protocol/ids.ts';
import type { CallMedia, CallRecord, CallRefusal, CallScope } from './call-record.ts';
import {
  concerns,
  isLive,
  MAX_IN_CALL,
  membersOf,
  refusalOf,
  RING_MS,
  sameScope,
} from './call-record.ts';

/** A call we take part in: we ask others to come (`calling`), or somebody has (`in`). */
export interface Engagement {
  readonly id: string;
  /** Private: everyone it is for, ourselves included. */
  readonly scope: CallScope;
  readonly phase: 'calling' | 'in';
  /** When that phase began, milliseconds since 1970. */
  readonly sinceMs: number;
  readonly media: CallMedia;
}

/** Somebody asks us to come. It goes on while anybody is in that call, also when those who asked are talking already. */
export interface Ring {
  readonly id: string;
  readonly scope: CallScope;
  readonly from: PeerId;
  readonly sinceMs: number;
  readonly media: CallMedia;
}

/** Where we stand, as one value. Invariant: never engaged and rung at once. */
export interface CallStanding {
  readonly engaged: Engagement | null;
  readonly ring: Ring | null;
  /**
   * Calls that do not ring here any more, with what the others are told: nothing of one that we have left, or that was
   * answered in another tab. Forgotten with the last one who is in it.
   */
  readonly refused: ReadonlyMap<string, CallRefusal | null>;
}

export const IDLE: CallStanding = { engaged: null, ring: null, refused: new Map() };

/** Why a call or a ring of ours is over. */
export type CallEnding =
  | CallRefusal
  /** Those who rang us have given up, or the last of the others has gone. */
  | 'ended'
  /** Everyone we called has left the room. */
  | 'left';

export interface Settled {
  readonly standing: CallStanding;
  /** What was not to be kept up; the newest last. */
  readonly over: readonly { readonly was: Engagement | Ring; readonly why: CallEnding }[];
}

/** What the others say, of those who are here and can take calls; a record counts until its peer has gone. */
export interface Surroundings {
  readonly self: PeerId;
  /** Everyone here who can take calls, with the record last heard of; null where nothing was said. */
  readonly others: ReadonlyMap<PeerId, CallRecord | null>;
  readonly nowMs: number;
}

type Caller = readonly [PeerId, CallRecord];

/**
 * Where we stand after something has changed: what others say, who is here, the time, ourselves. Calling it again changes
 * nothing. Everybody computes it from the same records, which is what makes one call of two that were begun at once;
 * PROTOCOL.md section 11.2 has the rules in this order.
 */
export function settle(before: CallStanding, around: Surroundings): Settled {
  const over: Settled['over'][number][] = [];
  let { engaged, ring } = before;
  const live = liveOf(around);
  const refused = new Map([...before.refused].filter(([id]) => isIn(live, id)));
  const asking = live.filter(
    ([, { id, phase }]) => phase === 'calling' && id !== engaged?.id && !refused.has(id),
  );

  // A call that we have left may still seem to go on.
  const others = live.filter(([, { id }]) => refused.get(id) !== null);
  if (engaged) engaged = merged(engaged, others, around);
  if (ring && !isIn(live, ring.id)) ring = movedRing(ring, live, around.self);

  const roomCall = asking.find(([, { scope }]) => scope === 'room');
  if (roomCall && engaged?.phase === 'calling' && engaged.scope !== 'room') {
    over.push({ was: engaged, why: 'busy' });
    engaged = null;
  }
  if (roomCall && ring && ring.scope !== 'room') {
    over.push({ was: ring, why: 'busy' });
    refused.set(ring.id, 'busy');
    ring = null;
  }

  if (engaged) {
    engaged = answered(engaged, live, around.nowMs);
    const why = endOf(engaged, live, around);
    if (why) {
      over.push({ was: engaged, why });
      refused.set(engaged.id, null);
      engaged = null;
    }
  }
  if (ring) {
    if (!isIn(live, ring.id)) {
      over.push({ was: ring, why: 'ended' });
      ring = null;
    } else if (around.nowMs - ring.sinceMs >= RING_MS) {
      over.push({ was: ring, why: 'timeout' });
      refused.set(ring.id, 'timeout');
      ring = null;
    }
  }

  // The room's first, then the smaller id: those of one scope will be one call.
  for (const [from, record] of asking.toSorted(byRank)) {
    const { id, scope, media } = record;
    if (refused.has(id) || id === ring?.id || id === engaged?.id) continue;
    const current = engaged ?? ring;
    if (!current) ring = { id, scope, from, sinceMs: around.nowMs, media };
    else if (!ofOneScope(current, record, from, around.self)) refused.set(id, 'busy');
  }
  return { standing: { engaged, ring, refused }, over };
}

/** What this peer is to know of us: a private call shows itself to nobody else. Null where there is nothing to say. */
export function recordFor(
  { engaged, refused }: CallStanding,
  to: PeerId,
  theirs: CallRecord | null,
): CallRecord | null {
  if (engaged && concerns(engaged.scope, to)) {
    const { id, scope, phase, media, sinceMs } = engaged;
    return { id, scope, phase, media, since: sinceMs };
  }
  const reason = theirs && refused.get(theirs.id);
  if (!theirs || !reason) return null;
  const { id, scope, since } = theirs;
  return { id, scope, phase: 'declined', reason, media: { audio: false, video: false }, since };
}

/**
 * A call that goes on without us and that we may join; null where there is none. One in which there is one person only is
 * no call: it has just begun or is about to end.
 */
export function availableCall(
  { engaged, ring }: CallStanding,
  { self, others }: Pick<Surroundings, 'self' | 'others'>,
): { readonly id: string; readonly scope: CallScope; readonly peers: readonly PeerId[] } | null {
  if (engaged || ring) return null;
  const live = liveOf({ self, others });
  const peersIn = (call: string): PeerId[] =>
    live.flatMap(([peer, { id }]) => (id === call ? peer : []));
  const [first] = live
    .filter(([, { id, phase }]) => phase === 'in' && peersIn(id).length > 1)
    .toSorted(byRank);
  if (!first) return null;
  const [from, { id, scope }] = first;
  return { id, scope: membersOf(scope, from), peers: peersIn(id) };
}

/** Those who are in a call that we are meant by, or ask for one. */
const liveOf = ({ self, others }: Pick<Surroundings, 'self' | 'others'>): Caller[] =>
  [...others].flatMap(([id, record]): Caller[] =>
    record && isLive(record) && concerns(record.scope, self) ? [[id, record]] : [],
  );

const isIn = (live: readonly Caller[], id: string): boolean =>
  live.some(([, record]) => record.id === id);

const byRank = ([, left]: Caller, [, right]: Caller): number =>
  Number(left.scope !== 'room') - Number(right.scope !== 'room') || (left.id < right.id ? -1 : 1);

const ofOneScope = (
  ours: Engagement | Ring,
  theirs: CallRecord,
  from: PeerId,
  self: PeerId,
): boolean =>
  sameScope(
    membersOf(ours.scope, 'from' in ours ? ours.from : self),
    membersOf(theirs.scope, from),
  );

/** Of two calls of one scope the one with the smaller id stands; whoever is in the other one is in it. */
function merged(engaged: Engagement, live: readonly Caller[], around: Surroundings): Engagement {
  const [standing] = live
    .filter(
      ([from, record]) => record.id < engaged.id && ofOneScope(engaged, record, from, around.self),
    )
    .toSorted(byRank);
  if (!standing) return engaged;
  return { ...engaged, id: standing[1].id, phase: 'in', sinceMs: around.nowMs };
}

/** Those who rang us are in another call of the same scope by now: two have become one. */
function movedRing(ring: Ring, live: readonly Caller[], self: PeerId): Ring {
  const [call] = live
    .filter(([from, record]) => ofOneScope(ring, record, from, self))
    .toSorted(byRank);
  return call ? { ...ring, id: call[1].id, from: call[0] } : ring;
}

function answered(engaged: Engagement, live: readonly Caller[], nowMs: number): Engagement {
  if (engaged.phase === 'in') return engaged;
  const came = live.some(([, { id, phase }]) => id === engaged.id && phase === 'in');
  return came ? { ...engaged, phase: 'in', sinceMs: nowMs } : engaged;
}

/** Why this call of ours is over; null while it goes on. */
function endOf(
  { id, scope, phase, sinceMs }: Engagement,
  live: readonly Caller[],
  { self, others, nowMs }: Surroundings,
): CallEnding | null {
  if (phase === 'in') {
    const inside = live.filter(([, record]) => record.id === id);
    // The last one standing ends it.
    if (inside.length === 0) return 'ended';
    const before = inside.filter(
      ([peer, { since, phase }]) =>
        phase === 'in' && (since < sinceMs || (since === sinceMs && peer < self)),
    );
    return before.length >= MAX_IN_CALL ? 'call-full' : null;
  }
  const invited = [...others].filter(([peer]) => concerns(scope, peer));
  if (invited.length === 0) return 'left';
  const refusals = invited.flatMap(([, record]) =>
    record?.id === id && record.phase === 'declined' ? refusalOf(record.reason) : [],
  );
  if (refusals.length === invited.length) return refusals.length === 1 ? refusals[0]! : 'declined';
  return nowMs - sinceMs >= RING_MS ? 'timeout' : null;
}
