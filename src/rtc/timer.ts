/** What `setTimeout` can wait; beyond, it rings at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** One alarm that can be set again and dies with its owner: setting it replaces what was set. */
export class Timer {
  #handle: ReturnType<typeof setTimeout> | undefined;

  get armed(): boolean {
    return this.#handle !== undefined;
  }

  set(delayMs: number, ring: () => void): void {
    clearTimeout(this.#handle);
    this.#handle = setTimeout(
      () => {
        this.#handle = undefined;
        ring();
      },
      Math.min(delayMs, MAX_DELAY_MS),
    );
  }

  clear(): void {
    clearTimeout(this.#handle);
    this.#handle = undefined;
  }
}
