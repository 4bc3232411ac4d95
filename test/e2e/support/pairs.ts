import { type Browser } from 'puppeteer-core';
import { type BrowserName, launchBrowser } from '../../support/browsers.ts';

/** Which browser the first person has, and which the second. */
export type Pair = readonly [first: BrowserName, second: BrowserName];

export const pairs: readonly Pair[] = [
  ['chromium', 'chromium'],
  ['firefox', 'firefox'],
  ['chromium', 'firefox'],
];

/** Both roles of the mixed pair. */
export const mixedPairs: readonly Pair[] = [
  ['chromium', 'firefox'],
  ['firefox', 'chromium'],
];

/** Every pair, with both roles of the mixed one: for what the two do differently. */
export const orderedPairs: readonly Pair[] = [...pairs, ['firefox', 'chromium']];

export const pairName = ([first, second]: Pair): string => `${first} and ${second}`;

/** A browser process for each of three people; each process has a profile of its own and is started once. */
export class Cast {
  readonly #browsers = new Map<string, Promise<Browser>>();
  readonly #args: readonly string[];

  /** `chromiumArgs` are added to Chromium's. */
  constructor(chromiumArgs: readonly string[] = []) {
    this.#args = chromiumArgs;
  }

  /** A process for each person of the pair. */
  async of([first, second]: Pair): Promise<readonly [first: Browser, second: Browser]> {
    return Promise.all([this.#browser(first, 0), this.#browser(second, first === second ? 1 : 0)]);
  }

  /** The same, and a process for a third person. */
  async withThird(pair: Pair): Promise<readonly [Browser, Browser, third: Browser]> {
    const third = pair[0] === 'chromium' ? 'firefox' : 'chromium';
    const [two, one] = await Promise.all([
      this.of(pair),
      this.#browser(third, third === pair[1] ? 1 : 0),
    ]);
    return [...two, one];
  }

  #browser(name: BrowserName, number: number): Promise<Browser> {
    const key = `${name} ${number}`;
    const started =
      this.#browsers.get(key) ??
      launchBrowser(name, name === 'chromium' ? { args: this.#args } : {});
    this.#browsers.set(key, started);
    return started;
  }
}
