import { errors, jwtVerify } from 'jose';
import type { JWTPayload, JWTVerifyGetKey, JWTVerifyOptions } from 'jose';
import * as v from 'valibot';

import type { PersonName, RoomName } from '../protocol/ids.ts';
import { MAX_CAPACITY, MIN_CAPACITY } from '../protocol/limits.ts';
import {
  MAX_NAME_NUMBER,
  normalizePersonName,
  normalizeRoomName,
  numberPersonName,
} from '../protocol/names.ts';
import { integer, listOf, parse, text } from '../protocol/schema.ts';
import { keySet } from './key-set.ts';
import type { TokenFault } from './observer.ts';
import type { Settings } from './options.ts';
import { matchesRoom, roomPattern } from './room-pattern.ts';

/** With a shared secret; RFC 7518 section 3.2. */
const SECRET_ALGORITHM = 'HS256';
/** With keys of which we know the public half only. */
const KEY_ALGORITHMS = [
  'EdDSA',
  'Ed25519',
  'ES256',
  'ES384',
  'ES512',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
  'RS384',
  'RS512',
];
/** Clocks of servers differ by seconds. */
const CLOCK_TOLERANCE_S = 30;

/** What a token may say about a room, beside the registered claims of RFC 7519. */
const claims = v.object({
  /** The one room that it opens. */
  room: v.optional(text((input) => normalizeRoomName(input) !== null)),
  /** Patterns of the rooms that it opens. */
  rooms: v.optional(
    listOf(
      text((input) => roomPattern(input) !== null),
      64,
    ),
  ),
  /** The name under which one has to enter. */
  name: v.optional(text((input) => normalizePersonName(input) !== null)),
  /** Places in the room, for the first who enters. */
  capacity: v.optional(integer(MIN_CAPACITY, MAX_CAPACITY)),
});

/** A token that lets in. */
export interface Grant {
  readonly payload: JWTPayload;
  /** Overrides what the join asks for. */
  readonly capacity: number | undefined;
}

/** Checks the tokens (JWT, RFC 7519) of those rooms that need one. */
export class Tokens {
  readonly #settings: Settings;
  readonly #options: JWTVerifyOptions;
  readonly #key: JWTVerifyGetKey | null;
  readonly #set: ReturnType<typeof keySet> | null;

  constructor(settings: Settings) {
    this.#settings = settings;
    const { authSecret, authJwks, authIssuer, authAudience } = settings;
    this.#set = authJwks ? keySet(authJwks) : null;
    this.#key = keyBy(authSecret, this.#set);
    this.#options = {
      algorithms: [...(authSecret ? [SECRET_ALGORITHM] : []), ...(authJwks ? KEY_ALGORITHMS : [])],
      requiredClaims: ['exp'],
      clockTolerance: CLOCK_TOLERANCE_S,
      ...(authIssuer !== undefined && { issuer: authIssuer }),
      ...(authAudience !== undefined && { audience: authAudience }),
    };
  }

  /** Rejects where the key set cannot be had. What is missing at the start is looked up with the first token again. */
  async load(): Promise<void> {
    await this.#set?.load();
  }

  areNeededIn(room: RoomName): boolean {
    const { tokenRooms } = this.#settings;
    return this.#key !== null && (tokenRooms?.some((it) => matchesRoom(it, room)) ?? true);
  }

  /**
   * @throws {KeysUnavailable} when nothing can be said for the moment.
   */
  async check(
    token: string | undefined,
    room: RoomName,
    name: PersonName,
  ): Promise<Grant | TokenFault> {
    if (token === undefined) return 'missing';
    let payload: JWTPayload;
    try {
      payload = await this.#verify(token);
    } catch (error) {
      if (error instanceof errors.JWTExpired) return 'expired';
      if (error instanceof errors.JWTClaimValidationFailed) return 'claims';
      if (error instanceof errors.JOSEError) return 'invalid';
      throw error;
    }
    const said = parse(claims, payload);
    if (said === null) return 'claims';
    const inRoom =
      (said.room !== undefined && normalizeRoomName(said.room) === room) ||
      (said.rooms ?? []).some((pattern) => matchesRoom(roomPattern(pattern)!, room));
    if (!inRoom) return 'room';
    if (said.name !== undefined) {
      const granted = normalizePersonName(said.name)!;
      if (name !== granted && !isNumbered(name, granted)) return 'name';
    }
    return { payload, capacity: said.capacity };
  }

  async #verify(token: string): Promise<JWTPayload> {
    if (!this.#key) throw new Error('There is nothing to check a token with.');
    try {
      return (await jwtVerify(token, this.#key, this.#options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      // A token that names none of several keys: any of them may have signed it.
      for await (const key of error) {
        try {
          return (await jwtVerify(token, key, this.#options)).payload;
        } catch (cause) {
          if (!(cause instanceof errors.JWSSignatureVerificationFailed)) throw cause;
        }
      }
      throw new errors.JWSSignatureVerificationFailed();
    }
  }
}

function keyBy(
  secret: Uint8Array | undefined,
  set: JWTVerifyGetKey | null,
): JWTVerifyGetKey | null {
  if (!secret && !set) return null;
  return async (header, token) => {
    if (header.alg === SECRET_ALGORITHM && secret) return secret;
    if (header.alg !== SECRET_ALGORITHM && set) return set(header, token);
    throw new errors.JOSEAlgNotAllowed('There is no key for this algorithm.');
  };
}

/** Whether a name is another one's for a further tab of the same person: "Ada 2". */
function isNumbered(name: PersonName, granted: PersonName): boolean {
  const number = Number(/ (\d{1,3})$/.exec(name)?.[1]);
  return number >= 2 && number <= MAX_NAME_NUMBER && numberPersonName(granted, number) === name;
}
