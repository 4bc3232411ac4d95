import { refuse } from '../protocol/broadcaster-messages.ts';
import type { JoinRequest, Refusal } from '../protocol/broadcaster-messages.ts';
import type { Guesses } from './guesses.ts';
import { KeysUnavailable } from './key-set.ts';
import type { BroadcasterObserver } from './observer.ts';
import type { Settings } from './options.ts';
import type { Session } from './session.ts';
import type { Grant, Tokens } from './tokens.ts';

/** Somebody may enter. */
export interface Permission {
  /** Places in the room, where a token says so. */
  readonly capacity: number | undefined;
  /** Nobody has vouched for them: what they find counts as a guess. */
  readonly unknown: boolean;
}

interface Parts {
  readonly tokens: Tokens;
  readonly guesses: Guesses;
  readonly log: Required<BroadcasterObserver>;
}

/**
 * Who may enter a room: first the token where one is needed, then the hook; both have to agree. No answer depends on whether the
 * room exists. Whoever is refused often is slowed down.
 */
export class Authorization {
  readonly #authorize: Settings['authorize'];
  readonly #parts: Parts;

  constructor(settings: Settings, parts: Parts) {
    this.#authorize = settings.authorize;
    this.#parts = parts;
  }

  async ask(
    { room, name, token }: JoinRequest,
    { socket, caller, address }: Session,
  ): Promise<Permission | Refusal> {
    const { tokens, guesses, log } = this.#parts;
    const { addressKey } = caller;
    const handshake = socket.request;
    let grant: Grant | null = null;
    let refused = false;
    if (tokens.areNeededIn(room)) {
      try {
        const verdict = await tokens.check(token, room, name);
        if (typeof verdict === 'object') grant = verdict;
        else log.tokenRefused(verdict, room, address);
        refused = grant === null;
      } catch (error) {
        if (!(error instanceof KeysUnavailable)) throw error;
        log.keysUnavailable(error);
        return refuse('server-error', 'Tokens cannot be checked just now.', error.retryAfterMs);
      }
    }
    const vouchedFor = grant !== null && this.#authorize === undefined;
    const pauseMs = vouchedFor ? null : await guesses.pauseMs(addressKey);
    if (pauseMs !== null) return refuse('rate-limited', 'Too many wrong tries.', pauseMs);

    if (!refused && this.#authorize) {
      const claims = grant?.payload;
      refused = !(await this.#authorize({ room, name, token, claims, handshake }));
    }
    if (refused) {
      await guesses.note('refused', addressKey);
      return refuse('unauthorized', 'The token was refused.');
    }
    return { capacity: grant?.capacity, unknown: grant === null && this.#authorize === undefined };
  }

  /** Somebody for whom nobody has vouched has entered a room and found nobody. */
  foundNobody(addressKey: string): Promise<void> {
    return this.#parts.guesses.note('nobody-there', addressKey);
  }
}
