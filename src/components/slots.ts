/**
 * Gives each key a place in a list that it keeps for as long as it is there, so that Lit draws it with the elements that
 * it has: a video that is made anew, or moved, stands still.
 */
export class Slots {
  #keys: readonly (string | undefined)[] = [];

  /** Those who are there by their places; undefined where somebody has just gone, so that nobody inherits elements. */
  of<One>(all: ReadonlyMap<string, One>): readonly (One | undefined)[] {
    const next = this.#keys.map((key) => (all.has(key!) ? key : undefined));
    for (const key of all.keys()) {
      if (next.includes(key)) continue;
      const free = next.findIndex((at, i) => at === undefined && this.#keys[i] === undefined);
      next[free < 0 ? next.length : free] = key;
    }
    this.#keys = next;
    return next.map((key) => all.get(key!));
  }
}
