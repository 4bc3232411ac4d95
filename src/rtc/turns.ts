/** Lets one thing happen after the other, in the order in which they were asked for. Nothing to close. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Does `work` when everything before it is done, however that ended. */
  take<T>(work: () => T | Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    // Who asked is told; what comes next does not depend on it.
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** Fulfils when everything asked for so far is done. */
  get done(): Promise<unknown> {
    return this.#last;
  }
}
