import type { FrameInput, FrameOf, Mark } from '../protocol/frames.ts';
import type { AuthorId, PeerId } from '../protocol/ids.ts';
import { MAX_AUTHORS } from '../protocol/limits.ts';
import { logOf } from './entry.ts';
import type { Receipts } from './receipts.ts';

export interface HearsayHandlers {
  send(to: PeerId, frame: FrameInput): void;
  isLinked(id: PeerId): boolean;
  /** Those who are here, linked or not. */
  present(): readonly PeerId[];
  /** Somebody can be reached through another one now, or not any more. */
  changed(id: PeerId): void;
}

/** What a neighbour has said of itself. */
interface Word {
  /** Null until it has said so. */
  links: ReadonlySet<PeerId> | null;
  readonly held: Map<AuthorId, Mark>;
  readonly seen: Map<AuthorId, number>;
}

type Repeated = Partial<Pick<FrameOf<'have'>, 'have'> & Pick<FrameOf<'presence'>, 'seen'>>;

/**
 * Who is linked to whom, as our neighbours say. What one of them holds and has seen of another's messages is passed on to
 * that other one where the two have no link: it moves ticks and nothing else. PROTOCOL.md section 8, "Receipts".
 */
export class Hearsay {
  readonly #receipts: Receipts;
  readonly #handlers: HearsayHandlers;
  readonly #words = new Map<PeerId, Word>();
  /** By whom. */
  #reached: ReadonlyMap<PeerId, PeerId> = new Map();

  constructor(receipts: Receipts, handlers: HearsayHandlers) {
    this.#receipts = receipts;
    this.#handlers = handlers;
  }

  /** Those who are here, without a link to us, and linked to a neighbour of ours. */
  get reached(): readonly PeerId[] {
    return [...this.#reached.keys()];
  }

  /** A neighbour through whom this peer can be reached; null where it cannot, or need not. */
  through(id: PeerId): PeerId | null {
    if (this.#handlers.isLinked(id)) return null;
    for (const [by, { links }] of this.#words) if (links?.has(id)) return by;
    return null;
  }

  /** A new connection. */
  opened(id: PeerId, have: FrameOf<'have'>['have']): void {
    this.#words.set(id, { links: null, held: new Map(), seen: new Map() });
    this.holds(id, have);
  }

  lost(id: PeerId): void {
    this.#words.delete(id);
  }

  /** It says what it holds. */
  holds(id: PeerId, have: FrameOf<'have'>['have']): void {
    const word = this.#words.get(id);
    for (const [author, mark] of Object.entries(have) as [AuthorId, Mark][]) {
      if (word && (word.held.has(author) || word.held.size < MAX_AUTHORS))
        word.held.set(author, mark);
    }
    for (const other of this.#words.keys()) if (logOf(other) in have) this.#passOn(id, other);
  }

  /** It says what it has seen, and whom it is linked to. */
  says(id: PeerId, { seen = {}, links }: FrameOf<'presence'>): void {
    const word = this.#words.get(id);
    if (!word) return;
    for (const [author, seq] of Object.entries(seen) as [AuthorId, number][]) {
      if (word.seen.has(author) || word.seen.size < MAX_AUTHORS) word.seen.set(author, seq);
    }
    if (links) word.links = new Set(links);
    for (const other of this.#words.keys()) {
      if (logOf(other) in seen) this.#passOn(id, other);
      if (links) this.#passOn(other, id);
    }
    if (links) this.review();
  }

  /** It passes on what somebody else holds, or has seen. What that one says itself counts more. */
  repeats(by: PeerId, of: PeerId, self: AuthorId, { have, seen }: Repeated): void {
    if (!this.#words.get(by)?.links?.has(of) || !this.#reached.has(of)) return;
    this.#receipts.acknowledged(of, have?.[self]?.[1] ?? 0);
    this.#receipts.seen(of, seen?.[self] ?? 0);
  }

  /** To be called when links, or those who are here, may be others. */
  review(): void {
    const before = this.#reached;
    const now = new Map<PeerId, PeerId>();
    for (const id of this.#handlers.present()) {
      const by = this.through(id);
      if (by) now.set(id, by);
    }
    this.#reached = now;
    for (const id of new Set([...before.keys(), ...now.keys()])) {
      if (before.get(id) === now.get(id)) continue;
      if (now.has(id)) this.#receipts.linkUp(id);
      else if (!this.#handlers.isLinked(id)) this.#receipts.linkDown(id);
      this.#handlers.changed(id);
    }
  }

  /** Tells `to` what `of` holds and has seen of its messages, if the two are not linked. */
  #passOn(of: PeerId, to: PeerId): void {
    const [from, other] = [this.#words.get(of), this.#words.get(to)];
    if (!from || of === to || !other?.links || other.links.has(of)) return;
    const author = logOf(to);
    const mark = from.held.get(author);
    const seq = from.seen.get(author);
    if (mark) this.#handlers.send(to, { type: 'have', have: { [author]: mark }, of });
    if (seq !== undefined)
      this.#handlers.send(to, { type: 'presence', seen: { [author]: seq }, of });
  }
}
