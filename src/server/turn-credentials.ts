import { createHmac, randomBytes } from 'node:crypto';

import type { IceServer } from '../protocol/broadcaster-messages.ts';

/** A TURN server that shares a secret with us. */
export interface TurnServerSettings {
  readonly urls: readonly string[];
  readonly secret: string;
  /** How long a credential can be used, in milliseconds. What was allocated with it goes on. */
  readonly ttlMs: number;
}

/** 72 bits: nobody's is another's. */
const PSEUDONYM_LENGTH = 12;

/**
 * Credentials after "A REST API for Access to TURN Services" (draft-uberti-behave-turn-rest): the username says until when
 * it holds, and for whom; the password is its HMAC. Nothing is stored, and coturn need not be asked.
 */
export class TurnCredentials {
  readonly ttlMs: number;
  readonly #urls: string[];
  readonly #secret: string;
  readonly #salt = randomBytes(16);

  constructor({ urls, secret, ttlMs }: TurnServerSettings) {
    this.#urls = [...urls];
    this.#secret = secret;
    this.ttlMs = ttlMs;
  }

  /** A server with credentials from now on. `nowMs`: the time of day. */
  mint(peer: string, nowMs: number = Date.now()): IceServer {
    // Rounded up: not refused before we said so.
    const expires = Math.ceil((nowMs + this.ttlMs) / 1_000);
    const username = `${expires}:${this.#pseudonymOf(peer)}`;
    // SHA-1 is what coturn computes; HMAC does not need collision resistance.
    const credential = createHmac('sha1', this.#secret).update(username).digest('base64');
    return { urls: [...this.#urls], username, credential };
  }

  /**
   * One peer is one user, so that coturn's `user-quota` counts it once; whom it is coturn cannot tell, and after a restart
   * of ours it is another one.
   */
  #pseudonymOf(peer: string): string {
    const digest = createHmac('sha256', this.#salt).update(peer).digest('base64url');
    return digest.slice(0, PSEUDONYM_LENGTH);
  }
}
