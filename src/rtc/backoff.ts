/** Growing, jittered pauses between attempts: so that those who lost something together do not come back together. */
export class Backoff {
  readonly #firstMs: number;
  readonly #maxMs: number;
  #attempts = 0;

  constructor(bounds: { readonly firstMs: number; readonly maxMs: number }) {
    this.#firstMs = bounds.firstMs;
    this.#maxMs = bounds.maxMs;
  }

  /** How many pauses have been taken since the last success. */
  get attempts(): number {
    return this.#attempts;
  }

  /** The next pause: doubled each time, up to the maximum, of which the last half is random. */
  nextMs(): number {
    const fullMs = Math.min(this.#maxMs, this.#firstMs * 2 ** Math.min(this.#attempts++, 20));
    return fullMs / 2 + (Math.random() * fullMs) / 2;
  }

  reset(): void {
    this.#attempts = 0;
  }
}
