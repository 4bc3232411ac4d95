import type { PeerId } from '../protocol/ids.ts';
import type { CallRecord, CallRefusal } from './call-record.ts';
import {
  concerns,
  isLive,
  isSame,
  MAX_IN_CALL,
  membersOf,
  NOTHING_ON,
  refusalOf,
  RING_MS,
} from './call-record.ts';

/**
 * A call we take part in, as the others are told: we ask them to come (`calling`), or somebody has (`in`). `since` is when
 * that phase began, milliseconds since 1970. A private scope has everyone it is for, ourselves included.
 */
export interface Engagement extends CallRecord {
  readonly phase: 'calling' | 'in';
  readonly from?: undefined;
}

/** Somebody asks us to come. It goes on while anybody is in that call, also when those who asked are talking already. */
export interface Ring extends Omit<CallRecord, 'phase' | 'reason'> {
  readonly phase: 'ringing';
  readonly from: PeerId;
}

/** Where we stand, as one value. */
export interface CallStanding {
  /** Ours, or the one that rings; never both. */
  readonly call: Engagement | Ring | null;
  /**
   * Calls that do not ring here any more, with what the others are told: nothing of one that we have left, or that was
   * answered in another tab. Forgotten with the last one who is in it.
   */
  readonly refused: ReadonlyMap<string, CallRefusal | null>;
}

export const IDLE: CallStanding = { call: null, refused: new Map() };

/** Why a call or a ring of ours is over. */
export type CallEnding =
  | CallRefusal
  /** Those who rang us have given up, or the last of the others has gone. */
  | 'ended'
  /** Everyone we called has left the room. */
  | 'left';

/** How far somebody is with a call of ours. */
export type Answer = 'ringing' | 'in' | CallRefusal;

export interface Ended {
  readonly was: Engagement | Ring;
  readonly why: CallEnding;
  /** Of everyone whom we were calling. */
  readonly answers: ReadonlyMap<PeerId, Answer>;
  /** Somebody has rung us in vain. */
  readonly missed: boolean;
}

export interface Settled {
  readonly standing: CallStanding;
  /** What was not to be kept up, and what could not ring; the newest last. */
  readonly over: readonly Ended[];
}

/** What the others say, of those who are here and can take calls; a record counts until its peer has gone. */
export interface Surroundings {
  readonly self: PeerId;
  /** Everyone here who can take calls, with the record last heard of; null where nothing was said. */
  readonly others: ReadonlyMap<PeerId, { readonly record: CallRecord | null }>;
  /** Those who are here and cannot take calls. */
  readonly unable: ReadonlySet<PeerId>;
  readonly nowMs: number;
}

type Caller = readonly [PeerId, CallRecord];

/**
 * Where we stand after something has changed: what others say, who is here, the time, ourselves. Calling it again changes
 * nothing. Everybody computes it from the same records, which is what makes one call of two that were begun at once;
 * PROTOCOL.md section 11.2 has the rules in this order.
 */
export function settle(before: CallStanding, around: Surroundings): Settled {
  const over: Ended[] = [];
  let { call } = before;
  const end = (was: Engagement | Ring, why: CallEnding, missed = false): void =>
    void over.push({ was, why, missed, answers: answersTo(was, around, 'calling') });
  const live = liveOf(around);
  const refused = new Map([...before.refused].filter(([id]) => membersIn(live, id).length > 0));
  const asking = live.filter(
    ([, { id, phase }]) => phase === 'calling' && id !== call?.id && !refused.has(id),
  );
  // A call that we have left may still seem to go on.
  const notLeft = live.filter(([, { id }]) => refused.get(id) !== null);
  if (call) call = merged(call, notLeft, around);

  if (call && call.phase !== 'in' && call.scope !== 'room' && asking[0]?.[1].scope === 'room') {
    end(call, 'busy');
    if (call.phase === 'ringing') refused.set(call.id, 'busy');
    call = null;
  }
  if (call?.phase === 'calling' && membersIn(live, call.id).some(([, { phase }]) => phase === 'in'))
    call = { ...call, phase: 'in', since: around.nowMs };
  const why = call && endOf(call, live, around);
  if (call && why) {
    // Those who gave way to the room's call ring with it.
    end(call, why, call.phase === 'ringing' && why !== 'busy');
    if (call.phase !== 'ringing') refused.set(call.id, null);
    else if (why === 'timeout') refused.set(call.id, why);
    call = null;
  }

  // Those of one scope will be one call.
  for (const [from, record] of asking) {
    const { id, scope, media } = record;
    if (refused.has(id) || id === call?.id) continue;
    const ring: Ring = { id, scope, phase: 'ringing', from, media, since: around.nowMs };
    if (!call) call = ring;
    else if (!isOfOneScope(call, record, from, around.self)) {
      refused.set(id, 'busy');
      // Whom we are calling ourselves meets us in that call.
      end(ring, 'busy', call.phase !== 'calling' || !concerns(call.scope, from));
    }
  }
  return { standing: { call, refused }, over };
}

/** What this peer is to know of us: a private call shows itself to nobody else. Null where there is nothing to say. */
export function recordFor(
  { call, refused }: CallStanding,
  to: PeerId,
  theirs: CallRecord | null,
): CallRecord | null {
  if (call && call.phase !== 'ringing' && concerns(call.scope, to)) return call;
  const reason = theirs && refused.get(theirs.id);
  if (!theirs || !reason) return null;
  return { ...theirs, phase: 'declined', reason, media: NOTHING_ON };
}

/** Everyone whom a call of ours is for and how far they are with it; with `phase` only while it is in that. */
export function answersTo(
  call: Engagement | Ring | null,
  { others, unable }: Surroundings,
  phase?: 'calling',
): ReadonlyMap<PeerId, Answer> {
  const answers = new Map<PeerId, Answer>();
  if (!call || call.phase === 'ringing' || (phase && call.phase !== phase)) return answers;
  const { id, scope } = call;
  const calling = call.phase === 'calling';
  if (calling && scope === 'room') for (const peer of unable) answers.set(peer, 'unsupported');
  for (const [peer, { record }] of others) {
    if (!concerns(scope, peer)) continue;
    if (record?.id !== id || record.phase === 'out') {
      // Who comes when a call is on is not rung.
      if (calling) answers.set(peer, 'ringing');
    } else if (record.phase === 'declined') answers.set(peer, refusalOf(record.reason));
    else answers.set(peer, 'in');
  }
  return answers;
}

/**
 * A call that goes on without us and that we may join. One in which there is one person only is no call: it has just
 * begun or is about to end.
 */
export function availableCall(
  { call }: CallStanding,
  around: Surroundings,
): Pick<CallRecord, 'id' | 'scope'> | null {
  const live = call ? [] : liveOf(around);
  const joinable = live.find(
    ([, { id, phase }]) => phase === 'in' && membersIn(live, id).length > 1,
  );
  if (!joinable) return null;
  const [from, { id, scope }] = joinable;
  return { id, scope: membersOf(scope, from) };
}

/** Those who are in a call that we are meant by, or ask for one: the room's first, then by id. */
const liveOf = ({ self, others }: Surroundings): readonly Caller[] =>
  [...others]
    .flatMap(([id, { record }]): Caller[] =>
      record && isLive(record) && concerns(record.scope, self) ? [[id, record]] : [],
    )
    .toSorted(
      ([, left], [, right]) =>
        Number(left.scope !== 'room') - Number(right.scope !== 'room') ||
        (left.id < right.id ? -1 : 1),
    );

const membersIn = (live: readonly Caller[], id: string): readonly Caller[] =>
  live.filter(([, record]) => record.id === id);

const isOfOneScope = (
  ours: Engagement | Ring,
  theirs: CallRecord,
  from: PeerId,
  self: PeerId,
): boolean => isSame(membersOf(ours.scope, ours.from ?? self), membersOf(theirs.scope, from));

/**
 * Of two calls of one scope the one with the smaller id stands, and whoever is in the other one is in it. A ring follows
 * those who rang, when they are in another call of its scope by now.
 */
function merged(
  call: Engagement | Ring,
  live: readonly Caller[],
  { self, nowMs }: Surroundings,
): Engagement | Ring {
  const standing = live.find(
    ([from, record]) =>
      (call.phase === 'ringing' ? membersIn(live, call.id).length === 0 : record.id < call.id) &&
      isOfOneScope(call, record, from, self),
  );
  if (!standing) return call;
  const [from, { id }] = standing;
  return call.phase === 'ringing'
    ? { ...call, id, from }
    : { ...call, id, phase: 'in', since: nowMs };
}

/** Whether they have ended this call because the room was called. */
const hasGivenWay = (said: CallRecord | null | undefined, id: string): boolean =>
  said?.id === id && said.phase === 'out' && said.reason === 'busy';

/** Why this call or ring of ours is over; null while it goes on. */
function endOf(
  call: Engagement | Ring,
  live: readonly Caller[],
  around: Surroundings,
): CallEnding | null {
  const { id, phase, since } = call;
  const { self, others, nowMs } = around;
  const inside = membersIn(live, id);
  // The last one standing ends it.
  if (phase !== 'calling' && inside.length === 0)
    return phase === 'ringing' && hasGivenWay(others.get(call.from)?.record, id) ? 'busy' : 'ended';
  if (phase === 'in') {
    const before = inside.filter(
      ([peer, theirs]) =>
        theirs.phase === 'in' && (theirs.since < since || (theirs.since === since && peer < self)),
    );
    return before.length >= MAX_IN_CALL ? 'call-full' : null;
  }
  if (phase === 'calling') {
    const invited = [...answersTo(call, around)].filter(([peer]) => others.has(peer));
    if (invited.length === 0) return 'left';
    const [first, ...more] = new Set(invited.map(([, answer]) => answer));
    const waiting = [first, ...more].some((answer) => answer === 'ringing' || answer === 'in');
    if (!waiting) return more.length === 0 ? (first as CallRefusal) : 'declined';
  }
  return nowMs - since >= RING_MS ? 'timeout' : null;
}
