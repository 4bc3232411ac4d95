import type { Gatherer } from './gatherer.ts';
import { Timer } from './timer.ts';

/** Who does not catch up within this time keeps nobody from talking: until it has, it is not waited for. */
const PATIENCE_MS = 10_000;

/** Keeps us from writing on while others cannot follow, or hold more of our own log than we do. Its waits have an end. */
export class Backpressure {
  readonly #own: Pick<Gatherer, 'lacksOwn' | 'ignoreOwn'>;
  readonly #laggards: () => readonly { awaited: boolean }[];
  #wake: (() => void) | null = null;
  /** Of what is ours and others may hold; all waiting together, or claims would hold us up at each text. */
  #patienceMs = PATIENCE_MS;

  /** `laggards`: those who are awaited, and too far behind. */
  constructor(
    own: Pick<Gatherer, 'lacksOwn' | 'ignoreOwn'>,
    laggards: () => readonly { awaited: boolean }[],
  ) {
    this.#own = own;
    this.#laggards = laggards;
  }

  /** Fulfils when we may; null where that is so now. Asked by one writer at a time. */
  mayWrite(): Promise<void> | null {
    return this.#own.lacksOwn || this.#laggards().length > 0 ? this.#mayWriteThen() : null;
  }

  /** Somebody's link has changed its state, or there is news of what somebody holds. */
  resume(): void {
    this.#wake?.();
    this.#wake = null;
  }

  async #mayWriteThen(): Promise<void> {
    const patience = new Timer();
    // What others hold of ours and we do not comes first; but nobody keeps us from writing by claims.
    if (this.#own.lacksOwn)
      patience.set(this.#patienceMs, () => {
        this.#own.ignoreOwn();
        this.resume();
      });
    const since = performance.now();
    while (this.#own.lacksOwn) await this.#news();
    this.#patienceMs -= performance.now() - since;
    patience.clear();
    while (this.#laggards().length > 0) {
      if (!patience.armed) {
        patience.set(PATIENCE_MS, () => {
          for (const each of this.#laggards()) each.awaited = false;
          this.resume();
        });
      }
      await this.#news();
    }
    patience.clear();
  }

  #news(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }
}
