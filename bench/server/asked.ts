import { Child } from '../run/child.ts';
import { type Deferred, deferred } from '../deferred.ts';

const START_LIMIT_MS = 60_000;
/** Nothing that is measured takes so long; what does is broken, and said so. */
const ANSWER_LIMIT_MS = 120_000;

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** A child that is asked one thing after the other. Stopped by whoever started it. */
export class Asked<Ready> {
  readonly ready: Ready;
  readonly #child: Child<Ready>;
  readonly #waiting = new Map<number, Deferred<unknown>>();
  #count = 0;

  static async start<Ready>(script: string, ...args: readonly string[]): Promise<Asked<Ready>> {
    const url = new URL(script, import.meta.url);
    return new Asked(await Child.start<Ready>(url, args, { timeLimitMs: START_LIMIT_MS }));
  }

  private constructor(child: Child<Ready>) {
    this.#child = child;
    this.ready = child.ready;
    child.onMessage((message) => {
      const { id, result, error } = message as Answer;
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(result);
      else waiting?.reject(new Error(error));
    });
    child.onExit(() => {
      for (const { reject } of this.#waiting.values()) reject(new Error('The process has ended.'));
    });
  }

  async ask(message: Readonly<Record<string, unknown>>): Promise<unknown> {
    const id = this.#count++;
    const answer = deferred<unknown>();
    this.#waiting.set(id, answer);
    const timer = setTimeout(() => answer.reject(new Error('No answer came.')), ANSWER_LIMIT_MS);
    this.#child.send({ ...message, id });
    try {
      return await answer.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  stop(): Promise<void> {
    return this.#child.stop();
  }
}
