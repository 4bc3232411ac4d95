import type { PeerId } from '../protocol/ids.ts';
import type { CallLeg } from './call-leg.ts';
import { Timer } from './timer.ts';

/** Short enough to see a path go bad, long enough to cost nothing. */
const LOOK_EVERY_MS = 2_000;
/** After a picture has begun: as soon as the browser has measured the path, it may be whole. */
const EARLY_MS = [250, 250, 500, 1_000] as const;

/** Reads the statistics of everyone in a call, one reading for all that needs them. Closed by its calls. */
export class QualityWatch {
  readonly #legs: ReadonlyMap<PeerId, CallLeg>;
  readonly #changed: () => void;
  readonly #timer = new Timer();
  #early: readonly number[] = [];
  #running = false;

  constructor(legs: ReadonlyMap<PeerId, CallLeg>, changed: () => void) {
    this.#legs = legs;
    this.#changed = changed;
  }

  /** Begins, where it has not. */
  watch(): void {
    if (!this.#running) this.hasten();
  }

  /** Looks sooner: a picture has begun. */
  hasten(): void {
    this.#running = true;
    this.#early = EARLY_MS;
    this.#next();
  }

  close(): void {
    this.#running = false;
    this.#timer.clear();
  }

  #next(): void {
    const [delayMs = LOOK_EVERY_MS, ...rest] = this.#early;
    this.#early = rest;
    this.#timer.set(delayMs, () => void this.#look());
  }

  async #look(): Promise<void> {
    const looks = await Promise.all([...this.#legs.values()].map((leg) => leg.look()));
    if (!this.#running) return;
    if (looks.includes(true)) this.#changed();
    if (!this.#timer.armed) this.#next();
  }
}
