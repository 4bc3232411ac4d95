/** What the sound needs with its headers, and a little for the chat on the same path. */
const KEPT_BPS = 60_000;
/** With so much lost the path is full: its queue runs over. */
const FULL_LOSS = 0.1;
const FREE_LOSS = 0.02;
/** So much longer than the quickest: what is sent waits in line before it is carried. */
const QUEUE_MS = 150;
/** A path so long is not the next room's; where the browser does not estimate it, it is begun with this. */
const FAR_MS = 20;
const FAR_BPS = 700_000;
const LESS = 0.8;
const MORE = 1.5;
/** Beyond it nothing is held back any more. */
const AMPLE_BPS = 5_000_000;
/** Who sends less than this share of what was estimated has not tried how much there is. */
const TRIED = 0.6;
/** A try that failed is repeated after twice as many samples as the one before, up to so many. */
const MOST_PATIENCE = 32;
/** On a long path a try costs more: a picture that is too large for it stands still. */
const FAR_PATIENCE = 4;

export interface PathEstimate {
  /** Null where the browser does not estimate. */
  readonly availableBps: number | null;
  readonly roundTripMs: number | null;
}

export interface PathSample {
  readonly bps: number;
  /** The share of it that did not arrive, 0 to 1. */
  readonly loss: number;
  readonly roundTripMs: number | null;
}

/**
 * What a path has for pictures: what the browser estimates, where it says, and less while packets are lost or wait in line. While little is
 * sent, browsers estimate low and leave it at that (they measure by what they send): then more is tried, and less often
 * each time it fails. Sound comes first: its part is taken away beforehand.
 */
export class PathBudget {
  #cap = Infinity;
  #estimate = Infinity;
  /** How many times the estimate is tried. */
  #trial = 1;
  #patience = 1;
  #calm = 0;
  #shortestMs = Infinity;

  /** Infinite where nothing speaks against it. */
  get bps(): number {
    return this.#within(this.#estimate * this.#trial);
  }

  /** Without what is only tried. */
  get provenBps(): number {
    return this.#within(this.#estimate);
  }

  /** What the browser says of the path at this moment. */
  estimated({ availableBps, roundTripMs }: PathEstimate): void {
    this.#estimate = availableBps ?? Infinity;
    const first = this.#shortestMs === Infinity;
    this.#shortestMs = Math.min(this.#shortestMs, roundTripMs ?? Infinity);
    if (!first || roundTripMs === null || roundTripMs < FAR_MS) return;
    this.#patience = FAR_PATIENCE;
    if (availableBps === null) this.#cap = FAR_BPS;
  }

  /** What was sent in the last seconds, and how it arrived. */
  sent({ bps, loss, roundTripMs }: PathSample): void {
    const queued = (roundTripMs ?? 0) > this.#shortestMs + QUEUE_MS;
    if (loss >= FULL_LOSS || queued) this.#cap = Math.min(this.#cap, bps) * LESS;
    else if (loss <= FREE_LOSS) this.#cap *= MORE;
    if (this.#cap > AMPLE_BPS) this.#cap = Infinity;
    const fits = bps < this.#estimate * TRIED && loss <= FREE_LOSS && !queued;
    if (fits && ++this.#calm >= this.#patience) {
      this.#calm = 0;
      if (this.#estimate * this.#trial < AMPLE_BPS) this.#trial *= 2;
    } else if (!fits) {
      if (this.#trial > 1) this.#patience = Math.min(2 * this.#patience, MOST_PATIENCE);
      this.#calm = 0;
      this.#trial = 1;
    }
  }

  #within(bps: number): number {
    return Math.max(0, Math.min(this.#cap, bps) - KEPT_BPS);
  }
}
