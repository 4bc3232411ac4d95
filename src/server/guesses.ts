import { RateLimiterRes } from 'rate-limiter-flexible';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';

import { countInMemory } from './limits.ts';
import type { CounterMaker } from './limits.ts';
import type { Settings } from './options.ts';

/** What whoever looks for rooms does more often than others: is refused, or finds nobody. */
export type Guess = 'refused' | 'nobody-there';

/** The pause after the first guess too many; each further one doubles it. */
const FIRST_PAUSE_S = 1;
const MAX_PAUSE_S = 60;
/** A whole school that comes back after a restart finds its rooms empty; whoever tries names in a row finds more. */
const NEW_ROOMS_PER_JOIN = 5;
const NEW_ROOMS_PER_MS = 600_000;

/**
 * Slows down those who try rooms or tokens until one fits. An address has so many guesses free; from then on one try passes
 * and the others wait, for a pause that doubles with each wrong one, up to a minute. The address is all that such a
 * client cannot change at will, so its neighbours wait too, unless a signed token shows that they do not guess.
 */
export class Guesses {
  readonly #guesses: ReadonlyMap<Guess, RateLimiterAbstract>;
  readonly #pauses: RateLimiterAbstract;

  constructor(settings: Settings, makeCounter: CounterMaker = countInMemory) {
    const { wrongTriesPerAddress: tries, joinsPerAddress: joins } = settings;
    const rooms = settings.newRoomsPerAddress ?? {
      max: joins.max * NEW_ROOMS_PER_JOIN,
      perMs: NEW_ROOMS_PER_MS,
    };
    const counter = (keyPrefix: string, points: number, duration: number) =>
      makeCounter({ keyPrefix, points, duration });
    this.#guesses = new Map<Guess, RateLimiterAbstract>([
      ['refused', counter('wrong-try', tries.max, tries.perMs / 1_000)],
      // Everybody who opens a room is counted here, for long: in a store it would outlive all rooms.
      [
        'nobody-there',
        countInMemory({
          keyPrefix: 'new-room',
          points: rooms.max,
          duration: rooms.perMs / 1_000,
        }),
      ],
    ]);
    this.#pauses = counter('pause', 1, MAX_PAUSE_S);
  }

  /** Milliseconds to wait before the next try from this address; null when it may be made. */
  async pauseMs(addressKey: string): Promise<number | null> {
    const excesses = [...this.#guesses.values()].map(async (guesses) => {
      const counted = await guesses.get(addressKey);
      return (counted?.consumedPoints ?? 0) - guesses.points;
    });
    const excess = Math.max(...(await Promise.all(excesses)));
    if (excess < 0) return null;
    const pauseS = Math.min(MAX_PAUSE_S, FIRST_PAUSE_S * 2 ** excess);
    try {
      // One of many who come at once takes the pause's only point.
      await this.#pauses.consume(addressKey, 1, { customDuration: pauseS });
      return null;
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      return Math.max(1, Math.ceil(refusal.msBeforeNext));
    }
  }

  async note(guess: Guess, addressKey: string): Promise<void> {
    await this.#guesses.get(guess)?.penalty(addressKey);
  }
}
