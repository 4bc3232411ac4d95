import { readdirSync, readFileSync } from 'node:fs';
import type { BrowserName } from '../../test/support/browsers.ts';
import type { CompanyPage } from '../page/company.ts';
import type { GrowthPage } from '../page/growth.ts';
import type { LatePage } from '../page/late.ts';
import type { PageBench } from '../page/page.ts';
import { Child } from './child.ts';
import { type Deferred, deferred } from '../deferred.ts';

export interface Order {
  readonly id: number;
  readonly method: 'open' | 'reload' | 'call' | 'type' | 'press' | 'focus' | 'heapBytes';
  readonly args: readonly unknown[];
}

export interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

export interface PersonReady {
  readonly browserPid: number;
  /** Name and version of the browser. */
  readonly version: string;
}

/** The functions of a page as they are called from outside it. */
type Remote<T> = {
  [Name in keyof T]: T[Name] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : never;
};

const START_LIMIT_MS = 60_000;
/** Nothing that is measured takes so long; what does is broken, and said so. */
const CALL_LIMIT_MS = 45_000;
/** A kernel's tick, in which /proc counts: 100 a second on every Linux. */
const TICK_MS = 10;

/** One person, seen from the driver. Stopped by whoever started it. */
export class Person {
  readonly browser: BrowserName;
  readonly #child: Child<PersonReady>;
  readonly #waiting = new Map<number, Deferred<unknown>>();
  #orders = 0;
  #limitMs = CALL_LIMIT_MS;

  static async start(
    browser: BrowserName,
    pages: string,
    inside: readonly string[] = [],
  ): Promise<Person> {
    const script = new URL('person-process.ts', import.meta.url);
    const child = await Child.start<PersonReady>(script, [browser, pages], {
      inside,
      timeLimitMs: START_LIMIT_MS,
    });
    return new Person(browser, child);
  }

  private constructor(browser: BrowserName, child: Child<PersonReady>) {
    this.browser = browser;
    this.#child = child;
    child.onMessage((message) => {
      const { id, result, error } = message as Reply;
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(result);
      else waiting?.reject(new Error(error));
    });
    child.onExit(() => {
      for (const { reject } of this.#waiting.values()) reject(new Error('The browser has ended.'));
    });
  }

  /** The page of an adapter. */
  readonly bench = this.#remote<PageBench>();
  /** The page `growth`. */
  readonly growth = this.#remote<GrowthPage>();
  /** The page `late`. */
  readonly late = this.#remote<LatePage>();
  /** The page `company`. */
  readonly company = this.#remote<CompanyPage>();

  /** Runs `work` with another limit for each call. */
  async patiently<T>(limitMs: number, work: () => Promise<T>): Promise<T> {
    this.#limitMs = limitMs;
    try {
      return await work();
    } finally {
      this.#limitMs = CALL_LIMIT_MS;
    }
  }

  /** A fresh page in a tab of its own; the one before is closed. */
  async open(page: string): Promise<void> {
    await this.#order('open', page);
  }

  async reload(): Promise<void> {
    await this.#order('reload');
  }

  async type(text: string): Promise<void> {
    await this.#order('type', text);
  }

  async press(): Promise<void> {
    await this.#order('press');
  }

  /** Puts the cursor into the element's composer. */
  async focusComposer(): Promise<void> {
    await this.#order('focus');
  }

  /** What the page's JavaScript holds; null where the browser does not say. */
  async heapBytes(): Promise<number | null> {
    return (await this.#order('heapBytes')) as number | null;
  }

  get version(): string {
    return this.#child.ready.version;
  }

  /** CPU time that the browser's processes have used so far. */
  cpuMs(): number {
    return processTree(this.#child.ready.browserPid).reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  }

  stop(): Promise<void> {
    return this.#child.stop();
  }

  #remote<T>(): Remote<T> {
    return new Proxy({} as Remote<T>, {
      get:
        (_target, name) =>
        (...args: readonly unknown[]) =>
          this.#order('call', name, args),
    });
  }

  async #order(method: Order['method'], ...args: readonly unknown[]): Promise<unknown> {
    const id = this.#orders++;
    const answer = deferred<unknown>();
    this.#waiting.set(id, answer);
    const what = method === 'call' ? String(args[0]) : method;
    const timer = setTimeout(() => {
      this.#waiting.delete(id);
      answer.reject(new Error(`${this.browser} did not finish "${what}" in ${this.#limitMs} ms.`));
    }, this.#limitMs);
    this.#child.send({ id, method, args });
    try {
      return await answer.promise;
    } finally {
      clearTimeout(timer);
    }
  }
}

interface ProcessTimes {
  readonly pid: number;
  readonly parent: number;
  readonly cpuMs: number;
}

/** A process and all that descend from it, from /proc. */
function processTree(root: number): readonly ProcessTimes[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => timesOf(Number(name)) ?? []);
  const found = all.filter(({ pid }) => pid === root);
  for (const { pid } of found) found.push(...all.filter(({ parent }) => parent === pid));
  return found;
}

function timesOf(pid: number): ProcessTimes | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may have spaces in it; what follows are state, parent and numbers.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { pid, parent: Number(fields[1]), cpuMs: ticks * TICK_MS };
  } catch {
    // It ended while we looked.
    return null;
  }
}
