/**
 * Gives each key a place in a list that it keeps for as long as it is there, so that Lit draws it with the elements that
 * it has: a video that is made anew, or moved, stands still.
 */
export class Slots {
  #keys: readonly (string | undefined)[] = [];

  /** The keys by their places; empty where somebody has just gone, so that nobody inherits elements. */
  of(keys: readonly string[]): readonly (string | undefined)[] {
    const next = this.#keys.map((key) =>
      key !== undefined && keys.includes(key) ? key : undefined,
    );
    for (const key of keys) {
      if (next.includes(key)) continue;
      const free = next.findIndex((at, i) => at === undefined && this.#keys[i] === undefined);
      next[free < 0 ? next.length : free] = key;
    }
    return (this.#keys = next);
  }
}
