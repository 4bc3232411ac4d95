import { encodeBase64url } from '../protocol/base64url.ts';
import { RtcChatError } from '../protocol/errors.ts';
import type { FrameInput } from '../protocol/frames.ts';
import type { PeerId } from '../protocol/ids.ts';
import type { CallLock, Word } from './call-lock.ts';
import type { CallFrame, CallMedia, CallRecord, CallRefusal, CallScope } from './call-record.ts';
import { isLive, isSame, membersOf, NOTHING_ON, RING_MS } from './call-record.ts';
import type { CallStanding, Ended, Engagement, Ring, Surroundings } from './call-standing.ts';
import { answersTo, availableCall, IDLE, recordFor, settle } from './call-standing.ts';
import { Timer } from './timer.ts';

export interface CallDeskHandlers {
  /** Whether it was handed to a link that is up; what is not is said again after the next `hello`. */
  send(to: PeerId, frame: FrameInput): boolean;
  /** Something that the desk shows has changed. */
  changed(): void;
  over(ended: Ended): void;
}

export interface CallDeskOptions {
  readonly self: PeerId;
  /** Milliseconds since 1970, by the clock that the room has in common. */
  readonly nowMs: () => number;
  /** Those who are here and cannot take calls. */
  readonly unable: ReadonlySet<PeerId>;
  /** One call at a time in a browser; gives `told` what another tab has said to our ring. */
  readonly lock: (
    told: (word: Word) => void,
  ) => Pick<CallLock, 'holds' | 'take' | 'say' | 'release'>;
}

interface Party {
  /** Null until they have said anything. */
  record: CallRecord | null;
  rev: number;
  /** What was said to them last; null where they know nothing of us and a call. */
  said: CallRecord | null;
  /** Whether that may not have arrived. */
  stale: boolean;
  /** They count as gone until there is a path again. */
  away: boolean;
}

/**
 * Everybody's records and where we stand among them. Says our own record to each peer when it changes and after each
 * `hello`. Knows nothing of tracks. Closed by its calls.
 */
export class CallDesk {
  readonly #options: CallDeskOptions;
  readonly #handlers: CallDeskHandlers;
  readonly #parties = new Map<PeerId, Party>();
  readonly #deadline = new Timer();
  #standing: CallStanding = IDLE;
  readonly #lock: ReturnType<CallDeskOptions['lock']>;
  /** Whoever begins or joins has the lock in hand; another object each time. */
  #engaging: object | null = null;
  #rev = 0;
  #closed = false;

  constructor(options: CallDeskOptions, handlers: CallDeskHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.#lock = options.lock((word) => this.#refuse(word === 'declined' ? word : null));
  }

  get engaged(): Engagement | null {
    const { call } = this.#standing;
    return call?.phase === 'ringing' ? null : call;
  }

  /** Null as well before the lock is ours: until then it is not known whether we may ring. */
  get ring(): Ring | null {
    const { call } = this.#standing;
    return call?.phase === 'ringing' && this.#lock.holds(call.scope) ? call : null;
  }

  /** A call that goes on without us. */
  get available(): ReturnType<typeof availableCall> {
    return availableCall(this.#standing, this.#surroundings());
  }

  /** Everyone whom our call is for and how far they are with it. */
  get answers(): ReturnType<typeof answersTo> {
    return answersTo(this.engaged, this.#surroundings());
  }

  /** What those in a call, or asking for it, say that they send. */
  mediaIn(call: string): ReadonlyMap<PeerId, CallMedia> {
    return new Map(
      [...this.#present].flatMap(([id, { record }]): [PeerId, CallMedia][] =>
        record?.id === call && isLive(record) ? [[id, record.media]] : [],
      ),
    );
  }

  /**
   * A connection is up, and its `hello` names calls. `anew`: of another life, of which nothing is known; what it was told
   * before it had said so counts, and whom we are calling rings again.
   */
  opened(id: PeerId, anew: boolean): void {
    const party = this.#parties.get(id);
    const former = party && !anew ? party : { record: null, rev: -1, said: party?.said ?? null };
    this.#parties.set(id, { ...former, stale: party !== undefined, away: false });
    this.#settle();
  }

  /** It has left. */
  gone(id: PeerId): void {
    if (this.#parties.delete(id)) this.#settle();
  }

  /** Whether it counts as gone for want of a path; what it has said, and was told, is known when there is one again. */
  setAway(id: PeerId, away: boolean): void {
    const party = this.#parties.get(id);
    if (!party || party.away === away) return;
    party.away = away;
    this.#settle();
  }

  take(from: PeerId, { type: _, rev, ...record }: CallFrame): void {
    const party = this.#parties.get(from);
    if (!party || rev <= party.rev) return;
    party.rev = rev;
    party.record = { ...record, scope: membersOf(record.scope, from) };
    this.#settle();
  }

  /**
   * Asks everyone, or those named, to come; or goes into the call that is on. Fulfils when it rings there.
   * @throws RtcChatError `busy`, `peer-unavailable`, `unsupported`
   */
  async start(to: readonly PeerId[] | null, media: CallMedia): Promise<void> {
    const scope: CallScope = to === null ? 'room' : membersOf([...to], this.#options.self);
    const on = this.ring ?? this.available;
    if (on && isSame(on.scope, scope)) return this.join(media);
    const { unable } = this.#options;
    const present = this.#present;
    const asked = to ?? [...present.keys(), ...unable];
    if (!asked.some((id) => present.has(id)) && asked.some((id) => unable.has(id)))
      throw new RtcChatError('unsupported', 'The chat on the other side cannot take calls.');
    if (to?.some((id) => !present.has(id)) || present.size === 0)
      throw new RtcChatError('peer-unavailable', 'Nobody is here who could be called.');
    await this.#engage({
      id: encodeBase64url(crypto.getRandomValues(new Uint8Array(12))),
      scope,
      phase: 'calling',
      media,
    });
  }

  /** Goes into the call that rings, or that is on. */
  async join(media: CallMedia): Promise<void> {
    const { ring } = this;
    const call = ring ?? this.available;
    if (!call) throw new RtcChatError('no-call', 'There is no call to join.');
    await this.#engage({ id: call.id, scope: call.scope, phase: 'in', media });
    if (ring) this.#lock.say('answered');
  }

  decline(): void {
    if (!this.ring) throw new RtcChatError('no-call', 'Nobody is calling.');
    this.#engaging = null;
    this.#lock.say('declined');
    this.#refuse('declined');
  }

  /** Out of the call, or no longer asking for one. */
  hangUp(): void {
    if (this.#engaging) {
      this.#engaging = null;
      this.#settle();
    }
    // Whoever has not heard yet that we were in it asks on.
    if (this.engaged) this.#leave(null);
  }

  setMedia(media: CallMedia): void {
    const { engaged } = this;
    if (!engaged) return;
    this.#standing = { ...this.#standing, call: { ...engaged, media } };
    this.#settle();
  }

  close(): void {
    this.hangUp();
    this.#closed = true;
    this.#deadline.clear();
    this.#lock.release();
  }

  async #engage(call: Omit<Engagement, 'since'>): Promise<void> {
    if (this.engaged || this.#engaging) throw busy();
    // Nobody would give the lock back.
    if (this.#closed) throw left();
    const engaging = (this.#engaging = {});
    const ours = await this.#lock.take(call.scope);
    if (this.#closed) throw left();
    if (engaging !== this.#engaging) throw givenUp();
    this.#engaging = null;
    if (ours)
      this.#standing = { ...this.#standing, call: { ...call, since: this.#options.nowMs() } };
    // Where it is not, what came meanwhile is looked at now.
    this.#settle();
    if (!ours) throw busy();
  }

  #settle(): void {
    if (this.#closed) return;
    const { standing, over } = settle(this.#standing, this.#surroundings());
    this.#standing = standing;
    this.#keepLock();
    for (const [id, party] of this.#parties) this.#tell(id, party, over);
    const { call } = standing;
    if (!call || call.phase === 'in') this.#deadline.clear();
    else
      this.#deadline.set(Math.max(0, call.since + RING_MS - this.#options.nowMs()), () =>
        this.#settle(),
      );
    for (const ended of over) this.#handlers.over(ended);
    this.#handlers.changed();
  }

  #surroundings(): Surroundings {
    const { self, unable, nowMs } = this.#options;
    return { self, unable, others: this.#present, nowMs: nowMs() };
  }

  get #present(): ReadonlyMap<PeerId, Party> {
    return new Map([...this.#parties].filter(([, { away }]) => !away));
  }

  #tell(id: PeerId, party: Party, over: readonly Ended[]): void {
    const { said } = party;
    const record =
      recordFor(this.#standing, id, party.record) ?? (said && takenBack(said, id, over));
    if (!record || (said && !party.stale && isSame(record, said))) return;
    party.said = record;
    party.stale = !this.#handlers.send(id, { type: 'call', ...record, rev: ++this.#rev });
  }

  /** While we are called or in a call, this browser has no other. */
  #keepLock(): void {
    if (this.#engaging) return;
    const { call } = this.#standing;
    if (!call) return this.#lock.release();
    const { scope } = call;
    if (call.phase !== 'ringing' || this.#lock.holds(scope)) return;
    void this.#lock.take(scope).then((ours) => {
      if (ours) return this.#settle();
      // What rings by now may have asked anew, or somebody here who calls.
      if (this.#standing.call === call && !this.#engaging && !this.#closed) this.#miss();
    });
  }

  /** It cannot ring: this browser has another call. */
  #miss(): void {
    const was = this.#standing.call;
    if (!was || this.engaged) return;
    this.#handlers.over({ was, why: 'busy', answers: new Map(), missed: true });
    this.#leave('busy');
  }

  /** Where it rings: what we are in is not ended by what another tab says. */
  #refuse(answer: CallRefusal | null): void {
    if (!this.engaged) this.#leave(answer);
  }

  #leave(answer: CallRefusal | null): void {
    const { call, refused } = this.#standing;
    if (!call) return;
    this.#standing = { call: null, refused: new Map([...refused, [call.id, answer]]) };
    this.#settle();
  }
}

/** What was said holds no longer; with `busy` where it still rang there when the room's call took its place. */
function takenBack(said: CallRecord, id: PeerId, over: readonly Ended[]): CallRecord {
  if (said.phase === 'out') return said;
  const gaveWay = over.some(
    ({ was, why, answers }) =>
      was.id === said.id && why === 'busy' && answers.get(id) === 'ringing',
  );
  return { ...said, phase: 'out', reason: gaveWay ? 'busy' : undefined, media: NOTHING_ON };
}

const busy = (): RtcChatError =>
  new RtcChatError('busy', 'There is a call already, here or in another tab.');
const left = (): RtcChatError => new RtcChatError('closed', 'The room was left.');
/** Hung up, or declined, before it had begun. */
export const givenUp = (): RtcChatError => new RtcChatError('no-call', 'It was given up.');
