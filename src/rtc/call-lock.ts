import type { CallScope } from './call-record.ts';

/** What a person has said to a ring in one tab counts for the others that ring for the same call: yes, or no. */
export type Word = 'answered' | 'declined';

/** Held for the moment in which somebody looks which call this browser is in. */
const MUTEX = 'rtc-chat call';

interface Hold {
  readonly name: string;
  readonly channel: BroadcastChannel;
  granted: boolean;
  end(): void;
}

/**
 * One call at a time in a browser. Several of its elements and tabs may be in that one: the lock is shared, and named by
 * room and scope, because two calls of one scope become one (docs/decisions/0010). Given back by its desk.
 */
export class CallLock {
  readonly #place: string;
  readonly #told: (word: Word) => void;
  #hold: Hold | null = null;
  #asked: Promise<boolean> = Promise.resolve(false);
  /** The one before, until others can have it: it would be in the way of the next. */
  #former: Promise<unknown> = Promise.resolve();

  /** `place` tells this room from all others; `told` gets what was said to a ring in another tab. */
  constructor(place: string, told: (word: Word) => void) {
    this.#place = place;
    this.#told = told;
  }

  /** Whether a call of this scope may be had here. */
  holds(scope: CallScope): boolean {
    return this.#hold?.granted === true && this.#hold.name === this.#nameOf(scope);
  }

  /** In the place of what was held. Whether it is ours: not where this browser has another call, nor after a release. */
  async take(scope: CallScope): Promise<boolean> {
    const name = this.#nameOf(scope);
    if (this.#hold?.name !== name) {
      this.release();
      this.#asked = this.#ask(name);
    }
    const hold = this.#hold;
    const granted = await this.#asked;
    return granted && this.#hold === hold;
  }

  /** Tells the other tabs that ring what the person has said here. */
  say(word: Word): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel, not a window: it has none
    this.#hold?.channel.postMessage(word);
  }

  /** May be called at any time. */
  release(): void {
    const hold = this.#hold;
    this.#hold = null;
    hold?.end();
  }

  #nameOf(scope: CallScope): string {
    return `${MUTEX} ${JSON.stringify([this.#place, scope])}`;
  }

  async #ask(name: string): Promise<boolean> {
    const former = this.#former;
    let end!: () => void;
    const over = new Promise<void>((resolve) => (end = resolve));
    const channel = new BroadcastChannel(name);
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data === 'answered' || data === 'declined') this.#told(data);
    };
    const hold: Hold = {
      name,
      channel,
      granted: false,
      end: () => {
        channel.close();
        end();
      },
    };
    this.#hold = hold;
    const lock = former.then(() => holdWith(name, over));
    this.#former = lock.then((held) => held?.ended);
    hold.granted = (await lock) !== null;
    if (!hold.granted && this.#hold === hold) this.release();
    return hold.granted;
  }
}

/** The lock until `over`, or null where the browser has another call. */
async function holdWith(
  name: string,
  over: Promise<void>,
): Promise<{ readonly ended: Promise<unknown> } | null> {
  try {
    return await navigator.locks.request(MUTEX, async () => {
      const { held = [] } = await navigator.locks.query();
      const isOther = ({ name: other }: LockInfo): boolean =>
        other?.startsWith(`${MUTEX} `) === true && other !== name;
      return held.some(isOther)
        ? null
        : await new Promise((resolve, reject) => {
            const ended = navigator.locks.request(name, { mode: 'shared' }, () => {
              resolve({ ended });
              return over;
            });
            ended.catch(reject);
          });
    });
  } catch {
    // The browser refuses locks altogether: then each tab is for itself, and nobody is kept from calling.
    return { ended: over };
  }
}
