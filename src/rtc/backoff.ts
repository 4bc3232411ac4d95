/** Growing, jittered pauses between attempts: so that those who lost something together do not come back together. */
export class Backoff {
  readonly #firstMs: number;
  readonly #maxMs: number;
  #attempts = 0;
  #triedAt = Infinity;

  constructor(bounds: { readonly firstMs: number; readonly maxMs: number }) {
    this.#firstMs = bounds.firstMs;
    this.#maxMs = bounds.maxMs;
  }

  /**
   * The next pause: doubled each time, up to the maximum, of which the last half is random. What the attempt after the
   * pause before took counts: who has waited for nothing does not wait again.
   */
  nextMs(): number {
    const pauseMs = (attempt: number): number =>
      (Math.min(this.#maxMs, this.#firstMs * 2 ** Math.min(attempt, 20)) * (1 + Math.random())) / 2;
    const now = performance.now();
    const tookMs = Math.max(0, now - this.#triedAt);
    const nextMs = Math.max(pauseMs(0), pauseMs(this.#attempts++) - tookMs);
    this.#triedAt = now + nextMs;
    return nextMs;
  }

  reset(): void {
    this.#attempts = 0;
  }
}
