import type { FrameOf } from '../protocol/frames.ts';
import type { AuthorId } from '../protocol/ids.ts';
import type { Link } from './link.ts';
import type { Log } from './log.ts';

/** Who asks for more before the first is answered is answered so many, and not the others. */
const MAX_WAITING = 4;

/**
 * Answers what one neighbour asks of other people's logs, one answer at a time, and only as fast as its channel takes it:
 * what is written now stands behind 64 KiB of it at the most. A new connection has a new one.
 */
export class Giver {
  readonly #log: Pick<Log, 'answer'>;
  readonly #link: Pick<Link, 'id' | 'writable' | 'send'>;
  readonly #isHere: (author: AuthorId) => boolean;
  readonly #waiting: FrameOf<'want'>[] = [];
  #busy = false;
  #closed = false;
  #wake: () => void = () => {};

  /** `isHere`: whether there is a link to this author. */
  constructor(
    log: Pick<Log, 'answer'>,
    link: Pick<Link, 'id' | 'writable' | 'send'>,
    isHere: (author: AuthorId) => boolean,
  ) {
    this.#log = log;
    this.#link = link;
    this.#isHere = isHere;
  }

  want(ask: FrameOf<'want'>): void {
    if (this.#waiting.length >= MAX_WAITING) return;
    this.#waiting.push(ask);
    if (!this.#busy) void this.#work();
  }

  /** The channel may have room again. */
  pump(): void {
    this.#wake();
  }

  close(): void {
    this.#closed = true;
    this.#wake();
  }

  async #work(): Promise<void> {
    this.#busy = true;
    for (let ask = this.#waiting.shift(); ask; ask = this.#waiting.shift()) {
      const { author } = ask;
      const answer = await this.#log.answer(ask, this.#link.id, this.#isHere(author));
      for (const { key, body, sig } of answer) {
        while (!this.#closed && !this.#link.writable)
          await new Promise<void>((resolve) => (this.#wake = resolve));
        if (this.#closed) return;
        this.#link.send({ type: 'batch', key, body, sig });
      }
      this.#link.send({ type: 'given', author });
    }
    this.#busy = false;
  }
}
