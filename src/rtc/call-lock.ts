import type { HeldLock } from './held-lock.ts';

/** One call or ring at a time in a browser: the lock of whoever has it, asked for once and given back whole. */
export class CallLock {
  readonly #ask: () => Promise<HeldLock | null>;
  #request: Promise<HeldLock | null> | null = null;
  #held = false;

  /** `ask` gives null where another tab or element has a call. */
  constructor(ask: () => Promise<HeldLock | null>) {
    this.#ask = ask;
  }

  get held(): boolean {
    return this.#held;
  }

  /** Whether it is ours now: not where somebody else has it, or where it was released meanwhile. */
  async take(): Promise<boolean> {
    const request = (this.#request ??= this.#ask());
    const lock = await request;
    if (this.#request !== request) return false;
    this.#held = lock !== null;
    if (!lock) this.#request = null;
    return this.#held;
  }

  /** May be called at any time. */
  release(): void {
    const request = this.#request;
    this.#request = null;
    this.#held = false;
    void request?.then((lock) => lock?.release());
  }
}
