import type { Mark } from '../protocol/frames.ts';
import type { AuthorId } from '../protocol/ids.ts';
import { Timer } from './timer.ts';

/** At most this late after a commit. */
const HAVE_DELAY_MS = 200;
/** Taken since the last one, and it is sent at once: a quarter of the sender's credit, so that it never runs dry. */
const HAVE_AT_ONCE_BYTES = 262_144;

/** Tells the others what we hold, not for each batch but often enough; PROTOCOL.md section 8. */
export class HaveSender {
  readonly #send: (have: Record<AuthorId, Mark>) => void;
  readonly #marks: ReadonlyMap<AuthorId, Mark>;
  readonly #timer = new Timer();
  readonly #changed = new Set<AuthorId>();
  #bytes = 0;
  #sentAt = -Infinity;

  constructor(marks: ReadonlyMap<AuthorId, Mark>, send: (have: Record<AuthorId, Mark>) => void) {
    this.#marks = marks;
    this.#send = send;
  }

  /** These marks are to be told; `bytes` of bodies came with that, Infinity where nothing may be said before it. */
  changed(authors: Iterable<AuthorId>, bytes: number): void {
    for (const author of authors) this.#changed.add(author);
    this.#bytes += bytes;
    const waitMs = this.#sentAt + HAVE_DELAY_MS - performance.now();
    if (waitMs <= 0 || this.#bytes >= HAVE_AT_ONCE_BYTES) this.#flush();
    else if (!this.#timer.armed) this.#timer.set(waitMs, () => this.#flush());
  }

  close(): void {
    this.#timer.clear();
  }

  #flush(): void {
    this.#timer.clear();
    this.#sentAt = performance.now();
    this.#bytes = 0;
    const have: Record<AuthorId, Mark> = {};
    for (const author of this.#changed) {
      const mark = this.#marks.get(author);
      if (mark) have[author] = mark;
    }
    this.#changed.clear();
    if (Object.keys(have).length > 0) this.#send(have);
  }
}
