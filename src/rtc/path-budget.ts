/** What the sound needs with its headers, and a little for the chat on the same path. */
const KEPT_BPS = 60_000;
/** With so much lost the path is full: its queue runs over. */
const FULL_LOSS = 0.1;
const FREE_LOSS = 0.02;
const LESS = 0.8;
const MORE = 1.5;
/** Beyond it nothing is held back any more. */
const AMPLE_BPS = 5_000_000;

/**
 * What a path has for pictures: what the browser estimates, where it says, and less while packets are lost. Sound comes
 * first: its part is taken away beforehand.
 */
export class PathBudget {
  #cap = Infinity;
  #estimate = Infinity;

  /** Infinite where nothing speaks against it. */
  get bps(): number {
    return Math.max(0, Math.min(this.#cap, this.#estimate) - KEPT_BPS);
  }

  estimated(availableBps: number | null): void {
    this.#estimate = availableBps ?? Infinity;
  }

  /** What was sent in the last seconds, and the share of it that did not arrive. */
  sent({ bps, loss }: { readonly bps: number; readonly loss: number }): void {
    if (loss >= FULL_LOSS) this.#cap = Math.min(this.#cap, bps) * LESS;
    else if (loss <= FREE_LOSS) this.#cap *= MORE;
    if (this.#cap > AMPLE_BPS) this.#cap = Infinity;
  }
}
