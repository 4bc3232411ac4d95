import type { FrameInput, FrameOf } from '../protocol/frames.ts';
import type { AuthorId, PeerId } from '../protocol/ids.ts';
import { MAX_AUTHORS } from '../protocol/limits.ts';
import { Timer } from './timer.ts';

export interface PresenceHandlers {
  /** To everyone we have a live link to. */
  broadcast(frame: FrameInput): void;
  /** Somebody has begun or ended to write. */
  typingChanged(id: PeerId): void;
}

/** A person who writes says so again after this, and is forgotten after that; PROTOCOL.md section 6. */
const TYPING_REPEAT_MS = 3_000;
const TYPING_EXPIRES_MS = 6_000;
/** Without another `setTyping(true)` for so long we have stopped writing. */
const TYPING_IDLE_MS = 5_000;
/** Who begins more often than a person can is not followed. */
const BEGIN_EVERY_MS = 250;
/** What comes on the screen in one go is told in one go. */
const SEEN_DELAY_MS = 100;

/** What is said and not kept: who is writing, what has been seen, who is linked to whom. Closed by its stay. */
export class Presence {
  readonly #handlers: PresenceHandlers;
  readonly #typing = new Map<PeerId, Timer>();
  readonly #begunAt = new Map<PeerId, number>();
  readonly #idle = new Timer();
  readonly #seenTimer = new Timer();
  readonly #seen = new Map<AuthorId, number>();
  readonly #unsaid = new Set<AuthorId>();
  #saidTypingAt = -Infinity;

  constructor(handlers: PresenceHandlers) {
    this.#handlers = handlers;
  }

  /** We write, or have stopped. */
  setTyping(typing: boolean): void {
    const said = this.#idle.armed;
    if (!typing) {
      this.#idle.clear();
      if (said) this.#handlers.broadcast({ type: 'presence', typing: false });
      return;
    }
    this.#idle.set(TYPING_IDLE_MS, () =>
      this.#handlers.broadcast({ type: 'presence', typing: false }),
    );
    const now = performance.now();
    if (said && now - this.#saidTypingAt < TYPING_REPEAT_MS) return;
    this.#saidTypingAt = now;
    this.#handlers.broadcast({ type: 'presence', typing: true });
  }

  /** Everything of this author up to this seq has been on a visible screen. */
  markSeen(author: AuthorId, seq: number): void {
    if (seq <= (this.#seen.get(author) ?? 0)) return;
    // Deleted first, so that the longest silent is the first.
    this.#seen.delete(author);
    this.#seen.set(author, seq);
    this.#unsaid.add(author);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > MAX_AUTHORS && oldest !== undefined) this.#seen.delete(oldest);
    if (this.#seenTimer.armed) return;
    this.#seenTimer.set(SEEN_DELAY_MS, () => {
      const authors = [...this.#unsaid];
      this.#unsaid.clear();
      this.#handlers.broadcast({ type: 'presence', seen: this.#marks(authors) });
    });
  }

  /** What a new connection has to be told. */
  greeting(links: readonly PeerId[]): FrameInput {
    return {
      type: 'presence',
      links: [...links],
      ...(this.#seen.size > 0 ? { seen: this.#marks(this.#seen.keys()) } : {}),
    };
  }

  take(from: PeerId, { typing }: FrameOf<'presence'>): void {
    if (typing === true) {
      const known = this.#typing.get(from);
      const now = performance.now();
      if (!known && now - (this.#begunAt.get(from) ?? -Infinity) < BEGIN_EVERY_MS) return;
      const timer = known ?? new Timer();
      timer.set(TYPING_EXPIRES_MS, () => this.forget(from));
      if (known) return;
      this.#typing.set(from, timer);
      this.#begunAt.set(from, now);
      this.#handlers.typingChanged(from);
    } else if (typing === false) {
      this.forget(from);
    }
  }

  isTyping(id: PeerId): boolean {
    return this.#typing.has(id);
  }

  /** Somebody has stopped writing, or cannot be heard any more, or what was being written has come. */
  forget(id: PeerId): void {
    this.#typing.get(id)?.clear();
    if (this.#typing.delete(id)) this.#handlers.typingChanged(id);
  }

  /** It is no longer here. */
  left(id: PeerId): void {
    this.forget(id);
    this.#begunAt.delete(id);
  }

  close(): void {
    this.#idle.clear();
    this.#seenTimer.clear();
    for (const timer of this.#typing.values()) timer.clear();
    this.#typing.clear();
  }

  #marks(authors: Iterable<AuthorId>): Record<AuthorId, number> {
    const marks: Record<AuthorId, number> = {};
    for (const author of authors) marks[author] = this.#seen.get(author) ?? 0;
    return marks;
  }
}
