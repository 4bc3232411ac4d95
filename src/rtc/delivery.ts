import { bodyAfter } from '../protocol/batch.ts';
import { LATE_SIGNATURE, type FrameInput, type FrameOf, type Mark } from '../protocol/frames.ts';
import type { AuthorId, PeerId, PublicKeyText } from '../protocol/ids.ts';
import { MAX_BATCH_ITEMS } from '../protocol/limits.ts';
import { utf8Bytes } from '../protocol/schema.ts';
import type { Ask, Source } from './author-log.ts';
import { Backpressure } from './backpressure.ts';
import { logOf, peerOf } from './entry.ts';
import { Gatherer, HISTORY, type GathererHandlers } from './gatherer.ts';
import { Giver } from './giver.ts';
import { HaveSender } from './have-sender.ts';
import { LateSignatures } from './late-signatures.ts';
import type { Link } from './link.ts';
import type { Log } from './log.ts';
import type { Receipts } from './receipts.ts';
import { Replication } from './replication.ts';
import type { Outcome } from './staging.ts';

export interface DeliveryHandlers {
  /** To everyone we have an open link to. */
  broadcast(frame: FrameInput): void;
  /** A batch of its own broke the protocol. */
  violated(link: Link): void;
  /** It has passed on something that nobody has written. */
  forged(link: Link): void;
  /** From this seq on it holds other entries that our key has signed: our log goes on under another one. */
  forked(id: PeerId, seq: number): void;
  acquaintance: GathererHandlers['acquaintance'];
  nameOf: GathererHandlers['nameOf'];
}

/** So far may the slowest live link lag behind our own log before we write on: far less than the log keeps. */
const MAX_LAG_ENTRIES = 4_096;
/** Of what nobody waits for so much is brought, at least one batch; who comes to more asks for the rest. */
const NEWEST_ENTRIES = 2 * MAX_BATCH_ITEMS;

interface Neighbour {
  readonly link: Link;
  readonly key: PublicKeyText;
  readonly replication: Replication;
  readonly unsigned: LateSignatures;
  /** Where both name `history`. */
  readonly giver: Giver | null;
  /** Told of entries of these that are not ours. */
  readonly forks: Set<AuthorId>;
  /** Asked for what it holds of our own log otherwise than we do. */
  proving: boolean;
  /** What it said of its own log: where that begins. */
  ownLow: number | null;
  /** Some of its own log has been asked of it. */
  askedOwn: boolean;
  /** Told to the receipts as one who can be reached now. */
  reachable: boolean;
  awaited: boolean;
}

/**
 * Brings our log to everyone and takes theirs; PROTOCOL.md section 8. Invariant: a batch is told of by `have` only after
 * it is committed. Closed by its stay.
 */
export class Delivery {
  readonly #log: Log;
  readonly #receipts: Receipts;
  readonly #handlers: DeliveryHandlers;
  readonly #have: HaveSender;
  readonly #gatherer: Gatherer;
  readonly #neighbours = new Map<PeerId, Neighbour>();
  readonly #backpressure: Backpressure;

  constructor(log: Log, receipts: Receipts, handlers: DeliveryHandlers) {
    this.#log = log;
    this.#receipts = receipts;
    this.#handlers = handlers;
    this.#have = new HaveSender(log.marks, (have) => handlers.broadcast({ type: 'have', have }));
    this.#gatherer = new Gatherer(log, {
      ask: (id, ask) => this.#ask(id, ask),
      acquaintance: (author) => handlers.acquaintance(author),
      nameOf: (id) => handlers.nameOf(id),
      taken: (author, bytes) => this.#have.changed([author], bytes),
      forked: (id, author) => this.#forked(id, author),
      looked: () => this.#backpressure.resume(),
    });
    this.#backpressure = new Backpressure(this.#gatherer, () =>
      [...this.#neighbours.values()].filter(
        (neighbour) => neighbour.reachable && neighbour.awaited && this.#lags(neighbour),
      ),
    );
  }

  /** A proven connection: what the other side lacks of ours goes out. */
  opened(link: Link, hello: FrameOf<'hello'>): void {
    const { id } = link;
    const theirs: Mark | undefined = hello.have[this.#log.self];
    const late = hello.features.includes(LATE_SIGNATURE);
    this.#receipts.linkUp(id);
    const replication = new Replication(this.#log, link, this.#startFor(hello), late);
    this.#end(this.#neighbours.get(id));
    const gives = hello.features.includes(HISTORY);
    this.#neighbours.set(id, {
      link,
      key: hello.key,
      replication,
      unsigned: new LateSignatures(() => this.#handlers.violated(link)),
      giver: gives
        ? new Giver(this.#log, link, (author) => this.#neighbours.has(peerOf(author)))
        : null,
      forks: new Set(),
      proving: false,
      ownLow: hello.have[logOf(id)]?.[0] ?? null,
      askedOwn: false,
      reachable: true,
      awaited: true,
    });
    if (theirs) {
      this.#weighHead(id, theirs);
      this.#tick(id);
    }
    replication.pump();
    if (gives) this.#gatherer.opened(id, hello.have);
    else this.#gatherer.lost(id);
  }

  /** Its link is in another state; whether that is news of who can be reached. */
  linkChanged(link: Link): boolean {
    if (!link.open) return this.lost(link.id);
    const neighbour = this.#neighbours.get(link.id);
    const reachable = link.state === 'connected';
    if (!neighbour || neighbour.reachable === reachable) return false;
    neighbour.reachable = reachable;
    if (reachable) this.#receipts.linkUp(link.id);
    else this.#receipts.linkDown(link.id);
    this.#backpressure.resume();
    return true;
  }

  /** No connection to this peer at present; whether there was one. */
  lost(id: PeerId): boolean {
    const neighbour = this.#neighbours.get(id);
    if (!neighbour) return false;
    this.#end(neighbour);
    this.#neighbours.delete(id);
    this.#gatherer.lost(id);
    this.#receipts.linkDown(id);
    this.#backpressure.resume();
    return true;
  }

  /** What a link brings of the log of its peer, and what it holds, asks for and gives of others. */
  take(
    link: Link,
    frame: FrameOf<'batch' | 'unsigned' | 'signature' | 'have' | 'want' | 'given' | 'fork'>,
  ): void | Promise<void> {
    switch (frame.type) {
      case 'batch':
        return this.takeBatch(link, frame);
      case 'unsigned':
        return this.takeUnsigned(link, frame);
      case 'signature':
        return this.takeSignature(link, frame);
      case 'have':
        return this.takeHave(link, frame);
      case 'want':
        return this.#neighbours.get(link.id)?.giver?.want(frame);
      case 'given':
        return this.#gatherer.takeGiven(link.id, frame);
      case 'fork':
        if (frame.author === this.#log.self) this.#prove(link.id, frame.seq);
        return;
    }
  }

  takeHave(link: Link, { have }: FrameOf<'have'>): void {
    const neighbour = this.#neighbours.get(link.id);
    if (!neighbour) return;
    const ours: Mark | undefined = have[this.#log.self];
    neighbour.ownLow = have[logOf(link.id)]?.[0] ?? neighbour.ownLow;
    this.#gatherer.takeHave(link.id, have);
    if (!ours) return;
    this.#weighHead(link.id, ours);
    neighbour.replication.acknowledge(ours[1]);
    this.#tick(link.id);
    neighbour.awaited ||= !this.#lags(neighbour);
    this.#backpressure.resume();
  }

  takeBatch(link: Link, frame: FrameOf<'batch'>): void | Promise<void> {
    const neighbour = this.#neighbours.get(link.id);
    if (!neighbour) return;
    const { key, body, sig } = frame;
    const isOwn = neighbour.key === key;
    if (neighbour.proving && !isOwn) void this.#weigh(neighbour, frame);
    // What others have written travels only when it is asked for.
    if (!isOwn || this.#gatherer.isAsking(link.id, logOf(link.id))) {
      const { ownLow } = neighbour;
      const taking = this.#gatherer.takeBatch(link.id, frame, isOwn ? ownLow : undefined);
      if (taking) return taking.then((outcome) => this.#judged(neighbour, isOwn, outcome));
      if (!isOwn) return;
    }
    // Signatures that are owed come first, but before an answer, which may come late.
    if (neighbour.unsigned.awaited && !neighbour.askedOwn) return this.#handlers.violated(link);
    return this.#receive(neighbour, body, sig);
  }

  /** A batch ahead of its signature: the link proves who speaks, so that it can be shown. */
  takeUnsigned(link: Link, frame: FrameOf<'unsigned'>): void {
    const neighbour = this.#neighbours.get(link.id);
    if (!neighbour) return;
    if (!neighbour.unsigned.hold(frame) || !this.#log.preview(frame, sourceOf(neighbour)))
      this.#handlers.violated(link);
  }

  async takeSignature(link: Link, { of }: FrameOf<'signature'>): Promise<void> {
    const neighbour = this.#neighbours.get(link.id);
    if (!neighbour) return;
    await Promise.all(
      of.map(async ([prev, sig, last]) => {
        const ahead = neighbour.unsigned.release(last);
        if (ahead.length === 0) this.#handlers.violated(link);
        else await this.#receive(neighbour, bodyAfter(prev, ...ahead), sig);
      }),
    );
  }

  async #receive(neighbour: Neighbour, body: string, sig: string): Promise<void> {
    const source = sourceOf(neighbour);
    const { id } = source;
    const isKnown = this.#log.marks.has(logOf(id));
    const result = await this.#log.receive({ key: neighbour.key, body, sig }, source);
    this.#judged(neighbour, true, result);
    if (!isKnown) this.#gatherer.begun(logOf(id));
    // What could not be shown because this was missing.
    if (this.#neighbours.get(id) === neighbour)
      for (const frame of neighbour.unsigned.frames) this.#log.preview(frame, source);
    if (result === 'fork') this.#forked(id, logOf(id));
    // Of a repetition as well: what we said when it came first may have been said to a connection that was dead.
    if (result === 'taken' || result === 'repeated')
      this.#have.changed([logOf(id)], utf8Bytes(body));
  }

  /** Whether everybody present takes what we write ahead of its signature, and can be given it now. */
  get late(): boolean {
    for (const { replication } of this.#neighbours.values()) if (!replication.late) return false;
    return true;
  }

  /** Own entries are committed, or shown and being signed: they may leave. */
  pump(): void {
    for (const { replication } of this.#neighbours.values()) replication.pump();
  }

  drained(link: Link): void {
    const neighbour = this.#neighbours.get(link.id);
    // What is ours goes first: it is what is being said.
    neighbour?.replication.pump();
    neighbour?.giver?.pump();
  }

  /** Older entries are gone. Others must know where our log begins now before a batch comes that begins there. */
  trimmed(authors: Iterable<AuthorId>): void {
    this.#have.changed(authors, Infinity);
  }

  /**
   * Fulfils when nobody who is listening lags too far behind what we have written; null where that is so. Asked by one
   * writer at a time.
   */
  mayWrite(): Promise<void> | null {
    return this.#backpressure.mayWrite();
  }

  /**
   * After this seq of our log it is brought to them. To a newcomer what is being said now comes before what was said long
   * ago; but what still waits for somebody comes whole, for it counts as delivered with the newest.
   */
  #startFor({ have, features }: FrameOf<'hello'>): number {
    const held = have[this.#log.self]?.[1] ?? 0;
    // Who claims more than there is would else get nothing of what is still to be written.
    if (held > 0 || !features.includes(HISTORY)) return Math.min(held, this.#high);
    return Math.min(this.#receipts.settled, Math.max(0, this.#high - NEWEST_ENTRIES));
  }

  #ask(id: PeerId, ask: Ask): void {
    const neighbour = this.#neighbours.get(id);
    if (!neighbour) return;
    neighbour.askedOwn ||= ask.author === logOf(id);
    neighbour.link.send({ type: 'want', ...ask });
  }

  #end(neighbour: Neighbour | undefined): void {
    neighbour?.unsigned.close();
    neighbour?.giver?.close();
  }

  #judged(neighbour: Neighbour, isOwn: boolean, outcome: Outcome): void {
    const { link } = neighbour;
    if (outcome !== 'invalid' || this.#neighbours.get(link.id) !== neighbour) return;
    if (isOwn) this.#handlers.violated(link);
    else this.#handlers.forged(link);
  }

  /** It holds other entries of this author than we do: it is told once what ours are. */
  #forked(id: PeerId, author: AuthorId): void {
    // What was asked for of our own log has our signature, and does not follow ours.
    if (author === this.#log.self) return this.#prove(id, this.#high);
    const neighbour = this.#neighbours.get(id);
    const mark = this.#log.marks.get(author);
    if (!neighbour?.giver || !mark || neighbour.forks.has(author)) return;
    neighbour.forks.add(author);
    neighbour.link.send({ type: 'fork', author, seq: mark[1], head: mark[2] });
  }

  close(): void {
    this.#have.close();
    this.#gatherer.close();
    for (const neighbour of this.#neighbours.values()) this.#end(neighbour);
    this.#neighbours.clear();
    this.#backpressure.resume();
  }

  #weighHead(id: PeerId, [, high, head]: Mark): void {
    if (high === this.#high && head !== this.#head) this.#prove(id, high);
  }

  /** Who says that it holds something else in the place of ours has what it holds not from us. */
  #tick(id: PeerId): void {
    const neighbour = this.#neighbours.get(id);
    if (neighbour && !neighbour.proving)
      this.#receipts.acknowledged(id, neighbour.replication.acknowledged);
  }

  /** It claims to hold another entry of ours there: it is believed when it shows our signature. */
  #prove(id: PeerId, seq: number): void {
    const neighbour = this.#neighbours.get(id);
    if (!neighbour?.giver || neighbour.proving) return;
    neighbour.proving = true;
    neighbour.link.send({ type: 'want', author: this.#log.self, from: seq, to: seq });
  }

  /** What it shows of our own log: another one begins there, or earlier still. */
  async #weigh(neighbour: Neighbour, batch: FrameOf<'batch'>): Promise<void> {
    const { id } = neighbour.link;
    const fork = await this.#log.contradicts(batch);
    if (!fork || this.#neighbours.get(id) !== neighbour) return;
    neighbour.proving = false;
    if (fork.first) this.#handlers.forked(id, fork.seq);
    else this.#prove(id, fork.seq - 1);
  }

  get #high(): number {
    return this.#log.marks.get(this.#log.self)?.[1] ?? 0;
  }

  get #head(): string {
    return this.#log.marks.get(this.#log.self)?.[2] ?? '';
  }

  #lags({ replication }: Neighbour): boolean {
    return this.#high - replication.acknowledged > MAX_LAG_ENTRIES;
  }
}

/** What it says of its own log. */
function sourceOf({ link: { id }, ownLow }: Neighbour): Source {
  return { id, ownLow };
}
