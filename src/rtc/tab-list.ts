import * as v from 'valibot';

import { parseJson } from '../protocol/schema.ts';

const list = v.array(v.string());

/**
 * A few texts kept under one key: in sessionStorage what this tab used last, so that a reloaded page knows what is its
 * own. A duplicated tab has a copy. Where the browser refuses storage it is empty and stays so.
 */
export class TabList {
  readonly #key: string;
  readonly #storage: () => Storage;

  constructor(key: string, storage: () => Storage = () => sessionStorage) {
    this.#key = key;
    this.#storage = storage;
  }

  get items(): readonly string[] {
    try {
      return parseJson(list, this.#storage().getItem(this.#key) ?? '[]') ?? [];
    } catch {
      // Storage is switched off: nothing is remembered.
      return [];
    }
  }

  /** Adds at the end, in the place of another where one is named; the oldest go when there are more than `MAX_ITEMS`. */
  add(item: string, insteadOf?: string): void {
    const items = this.items.map((each) => (each === insteadOf ? item : each));
    if (!items.includes(item)) items.push(item);
    this.#write(items.slice(-MAX_ITEMS));
  }

  remove(item: string): void {
    this.#write(this.items.filter((each) => each !== item));
  }

  #write(items: readonly string[]): void {
    try {
      this.#storage().setItem(this.#key, JSON.stringify(items));
    } catch {
      // Switched off or full: the next page starts anew, which is what it would do without a list.
    }
  }
}

/** More elements of one room on one page than anybody has. */
const MAX_ITEMS = 64;
