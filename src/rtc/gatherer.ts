import { parseBatchBody } from '../protocol/batch.ts';
import type { FrameOf, Mark } from '../protocol/frames.ts';
import type { AuthorId, PeerId } from '../protocol/ids.ts';
import { MAX_ANSWER_BYTES, MAX_AUTHORS, MAX_BATCH_BYTES } from '../protocol/limits.ts';
import { utf8Bytes } from '../protocol/schema.ts';
import type { Ask, Source } from './author-log.ts';
import { logOf } from './entry.ts';
import type { Log } from './log.ts';
import type { Outcome } from './staging.ts';
import { Timer } from './timer.ts';

/** What connects us with an author: an open link, that it is or was here, or nothing at all. */
export type Acquaintance = 'linked' | 'met' | 'unknown';

/** What both sides name in their `hello` where logs of others are asked for and given. */
export const HISTORY = 'history';

export interface GathererHandlers {
  ask(id: PeerId, ask: Ask): void;
  acquaintance(author: AuthorId): Acquaintance;
  nameOf(id: PeerId): string;
  /** A batch that was asked for has come and is held. */
  taken(author: AuthorId, bytes: number): void;
  /** All that can be asked for now has been. */
  looked(): void;
  /** This peer holds other entries of an author than we do. */
  forked(id: PeerId, author: AuthorId): void;
}

/** What an author with a link is about to bring by itself is not asked of others. */
const PATIENCE_MS = 1_000;
/** Who lets us wait for so long between two batches is not waited for. */
const ANSWER_MS = 5_000;
/**
 * Who is filling in what is older itself begins earlier in a moment, until it gives that up: before that nothing is passed
 * over. No event says so: nobody knows whether somebody will bring more. docs/decisions/0012
 */
const GAP_AFTER_MS = ANSWER_MS;
/** Who had nothing for us is asked again after this, or when it says something new. */
const AGAIN_MS = 30_000;

/** What one neighbour holds, and what it has been asked for. */
interface Holder {
  readonly id: PeerId;
  readonly marks: Map<AuthorId, Mark>;
  /** Since when what it holds begins there. */
  readonly begins: Map<AuthorId, number>;
  /** Not to be asked for these until then. */
  readonly barren: Map<AuthorId, number>;
  asked: Asked | null;
}

interface Asked {
  readonly ask: Ask;
  readonly source: Source;
  readonly timer: Timer;
  readonly jobs: Promise<unknown>[];
  /** What was given before it has been looked at; whether any of it was taken. */
  readonly after: Promise<boolean>;
  /** The body that came last. */
  body: string;
  bytes: number;
  taken: boolean;
}

/** Something to be asked for, now or later. */
interface Plan {
  readonly holder: Holder;
  readonly ask: Ask;
  readonly ownLow: number | null;
}

/**
 * Fetches from those present what they hold of other people's logs, and of our own where it was lost: forwards first,
 * then downwards, of each author from one holder at a time and of each holder one answer at a time; PROTOCOL.md section
 * 8. Closed with its delivery.
 */
export class Gatherer {
  readonly #log: Pick<Log, 'self' | 'marks' | 'receive' | 'lacksOlder' | 'mayPassOn' | 'forgot'>;
  readonly #handlers: GathererHandlers;
  readonly #holders = new Map<PeerId, Holder>();
  /** Authors of whom somebody may hold more than we do; since when, and where our log ended then. */
  readonly #open = new Map<AuthorId, { readonly at: number; readonly high: number }>();
  readonly #timer = new Timer();
  #ignoresOwn = false;

  constructor(
    log: Pick<Log, 'self' | 'marks' | 'receive' | 'lacksOlder' | 'mayPassOn' | 'forgot'>,
    handlers: GathererHandlers,
  ) {
    this.#log = log;
    this.#handlers = handlers;
  }

  /** Somebody says that it holds more of our own log than there is here, and has not yet been asked in vain. */
  get lacksOwn(): boolean {
    const { self } = this.#log;
    if (this.#ignoresOwn) return false;
    return [...this.#holders.values()].some(
      (holder) => this.#mayAsk(holder, self) && this.#isAhead(holder, self),
    );
  }

  /** What is said of our own log is not waited for any more. */
  ignoreOwn(): void {
    this.#ignoresOwn = true;
  }

  /** A connection to somebody who gives, with all that it holds. */
  opened(id: PeerId, have: FrameOf<'have'>['have']): void {
    this.lost(id);
    this.#holders.set(id, {
      id,
      marks: new Map(),
      begins: new Map(),
      barren: new Map(),
      asked: null,
    });
    this.takeHave(id, have);
  }

  lost(id: PeerId): void {
    const holder = this.#holders.get(id);
    if (!holder) return;
    holder.asked?.timer.clear();
    this.#holders.delete(id);
    this.look();
  }

  takeHave(id: PeerId, have: FrameOf<'have'>['have']): void {
    const holder = this.#holders.get(id);
    if (!holder) return;
    for (const [name, mark] of Object.entries(have)) {
      const author = name as AuthorId;
      if (!holder.marks.has(author) && holder.marks.size >= MAX_AUTHORS) continue;
      if (mark && mark[0] !== holder.marks.get(author)?.[0])
        holder.begins.set(author, performance.now());
      if (mark) holder.marks.set(author, mark);
      if (holder.barren.get(author) !== Infinity) holder.barren.delete(author);
      this.#note(author);
    }
    this.look();
  }

  /** Something is held of this author now: there may be what is older. */
  begun(author: AuthorId): void {
    this.#note(author);
    this.look();
  }

  /** Whether this peer has been asked for this log. */
  isAsking(id: PeerId, author: AuthorId): boolean {
    return this.#holders.get(id)?.asked?.ask.author === author;
  }

  /** Null where nothing was asked for. `ownLow`: where its own log begins, if it is a batch of that. */
  takeBatch(
    id: PeerId,
    { key, body, sig }: FrameOf<'batch'>,
    ownLow?: number | null,
  ): Promise<Outcome> | null {
    const asked = this.#holders.get(id)?.asked;
    if (!asked) return null;
    asked.body = body;
    asked.bytes += body.length;
    // More than an answer can be: it keeps to no rule.
    if (asked.bytes > MAX_ANSWER_BYTES + MAX_BATCH_BYTES) return null;
    this.#await(id, asked);
    const { author } = asked.ask;
    const source = ownLow === undefined ? asked.source : { ...asked.source, ownLow };
    const job = this.#log.receive({ key, body, sig }, source).then((outcome) => {
      if (outcome === 'taken') asked.taken = true;
      if (outcome === 'taken' || outcome === 'repeated')
        this.#handlers.taken(author, utf8Bytes(body));
      if (outcome === 'fork') this.#handlers.forked(id, author);
      if (outcome === 'invalid') this.#holders.get(id)?.barren.set(author, Infinity);
      return outcome;
    });
    asked.jobs.push(job);
    return job;
  }

  /**
   * Its answer is complete. The next one is asked for when all of it has been taken; what is older still, when all of the
   * one before it has been: it comes while this one is looked at.
   */
  async takeGiven(id: PeerId, { author }: FrameOf<'given'>): Promise<void> {
    const holder = this.#holders.get(id);
    const asked = holder?.asked;
    if (!holder || asked?.ask.author !== author) return;
    asked.timer.clear();
    const goesOn = await asked.after;
    const taken = Promise.all(asked.jobs).then(() => asked.taken);
    const ask = goesOn && holder.asked === asked && this.#older(holder, asked);
    if (ask) return this.#ask({ holder, ask, ownLow: null }, taken);
    await taken;
    if (holder.asked === asked) this.#finish(holder, asked);
  }

  /** What follows under an answer that has come downwards; null where something else may come before it. */
  #older(holder: Holder, { ask, body }: Asked): Ask | null {
    const { author, from, to, down } = ask;
    const first = down ? parseBatchBody(body)?.first : undefined;
    if (first === undefined || first <= from || first > to) return null;
    const others = [...this.#holders.values()].some((each) => this.#isAhead(each, author));
    if (others || !this.#mayAsk(holder, author) || !this.#log.lacksOlder(author)) return null;
    return { ...ask, to: first - 1 };
  }

  /** Asks for whatever can be asked for now. To be called when it may be something else than before. */
  look(): void {
    const now = performance.now();
    let next = Infinity;
    for (const author of this.#open.keys()) {
      const newerAt = this.#newerAt(author);
      const plan = this.#plan(author, newerAt > now);
      const isOlder = typeof plan === 'object' && plan.ask.down && this.#log.marks.has(author);
      const dueAt = typeof plan === 'number' ? plan : isOlder ? now : newerAt;
      if (dueAt === Infinity) this.#open.delete(author);
      else if (dueAt > now) next = Math.min(next, dueAt);
      else if (typeof plan === 'object') this.#ask(plan);
    }
    if (next < Infinity) this.#timer.set(next - now, () => this.look());
    else this.#timer.clear();
    this.#handlers.looked();
  }

  close(): void {
    this.#timer.clear();
    for (const { asked } of this.#holders.values()) asked?.timer.clear();
    this.#holders.clear();
  }

  #note(author: AuthorId): void {
    const high = this.#log.marks.get(author)?.[1] ?? 0;
    if (!this.#open.has(author)) this.#open.set(author, { at: performance.now(), high });
  }

  /**
   * `later`: those who could give it are busy. A number: when somebody can be asked again, Infinity for nobody. Where what
   * is newer may come by itself, `awaiting` it, what is older is asked for first.
   */
  #plan(author: AuthorId, awaiting: boolean): Plan | 'later' | number {
    const all = [...this.#holders.values()];
    if (all.some(({ asked }) => asked?.ask.author === author)) return 'later';
    const ours = this.#log.marks.get(author);
    const isOlder = ({ marks }: Holder): boolean =>
      this.#log.lacksOlder(author) && isBelow(marks.get(author), ours);
    const isNewer = (holder: Holder): boolean =>
      logOf(holder.id) !== author && this.#isAhead(holder, author);
    const kinds = awaiting ? [isOlder, isNewer] : [isNewer, isOlder];
    const askable = all.filter((holder) => this.#mayAsk(holder, author));
    const kind = kinds.find((each) => askable.some(each));
    if (!kind)
      return Math.min(
        ...all
          .filter((holder) => isNewer(holder) || isOlder(holder))
          .map(({ barren }) => barren.get(author) ?? Infinity),
      );
    const wanted = askable.filter(kind);
    const next = kind === isOlder ? 0 : (ours?.[1] ?? 0) + 1;
    const startOf = ({ marks }: Holder): number => Math.max(marks.get(author)?.[0] ?? 1, next);
    const free = wanted.filter(({ asked }) => !asked);
    const [best] = free.toSorted((a, b) => startOf(a) - startOf(b));
    if (!best) return 'later';
    const [low, high] = best.marks.get(author) as Mark;
    // All of it, or what is older than what we have: the newest first.
    if (!ours || kind === isOlder) {
      const ask = { author, from: low, to: ours ? ours[0] - 1 : high, down: true };
      return { holder: best, ask, ownLow: null };
    }
    const from = startOf(best);
    const isLeast = from > next && wanted.every((holder) => startOf(holder) >= from);
    const dueAt = (best.begins.get(author) ?? 0) + GAP_AFTER_MS;
    if (isLeast && dueAt > performance.now()) return dueAt;
    return { holder: best, ask: { author, from, to: high }, ownLow: isLeast ? from : null };
  }

  /** What comes by itself is given time to come: as long as it comes, and a second more. */
  #newerAt(author: AuthorId): number {
    const ours = this.#log.marks.get(author);
    const acquaintance = this.#handlers.acquaintance(author);
    const since = this.#open.get(author);
    const comes = acquaintance === 'linked' || (acquaintance === 'met' && !ours);
    if (!since || author === this.#log.self || !comes) return 0;
    const high = ours?.[1] ?? 0;
    if (since.high === high) return since.at + PATIENCE_MS;
    const at = performance.now();
    this.#open.set(author, { at, high });
    return at + PATIENCE_MS;
  }

  #mayAsk({ id, barren }: Holder, author: AuthorId): boolean {
    const until = barren.get(author) ?? 0;
    if (until > performance.now()) return false;
    if (author === this.#log.self) return true;
    if (!this.#log.marks.has(author) && this.#log.forgot(author)) return false;
    return this.#handlers.acquaintance(author) !== 'unknown' || this.#log.mayPassOn(id, author);
  }

  #isAhead({ marks }: Holder, author: AuthorId): boolean {
    const theirs = marks.get(author);
    if (!theirs || theirs[0] > theirs[1]) return false;
    return theirs[1] > (this.#log.marks.get(author)?.[1] ?? 0);
  }

  #ask({ holder, ask, ownLow }: Plan, after = Promise.resolve(true)): void {
    const { author } = ask;
    const { id } = holder;
    const isAlone = this.#handlers.acquaintance(author) === 'unknown' && author !== this.#log.self;
    const source: Source = {
      id,
      ownLow,
      asked: ask,
      alone: isAlone ? this.#handlers.nameOf(id) : undefined,
    };
    const asked: Asked = {
      ask,
      source,
      timer: new Timer(),
      jobs: [],
      after,
      body: '',
      bytes: 0,
      taken: false,
    };
    holder.asked = asked;
    this.#await(id, asked);
    this.#handlers.ask(id, ask);
  }

  #await(id: PeerId, asked: Asked): void {
    asked.timer.set(ANSWER_MS, () => {
      const holder = this.#holders.get(id);
      if (holder?.asked !== asked) return;
      asked.taken = false;
      this.#finish(holder, asked);
    });
  }

  #finish(holder: Holder, { ask: { author }, taken }: Asked): void {
    holder.asked = null;
    if (!taken && holder.barren.get(author) !== Infinity)
      holder.barren.set(author, performance.now() + AGAIN_MS);
    this.#note(author);
    this.look();
  }
}

function isBelow(theirs: Mark | undefined, ours: Mark | undefined): boolean {
  return (
    theirs !== undefined && ours !== undefined && theirs[0] < ours[0] && theirs[1] >= ours[0] - 1
  );
}
