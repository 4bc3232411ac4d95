import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { createLocalJWKSet, createRemoteJWKSet, customFetch, errors } from 'jose';
import type { FetchImplementation, JWTVerifyGetKey } from 'jose';

/** A key that is not in the set makes us look again, not more often than this. */
const LOOK_AGAIN_MS = 30_000;
/** Keys that are gone from the set count no longer than this. */
const MAX_AGE_MS = 600_000;
/** While the set cannot be had, the last one counts as long as this: an outage of an hour stops nobody. */
const MAX_AGE_IN_OUTAGE_MS = 3_600_000;
/** After a failure nothing is asked for so long, whoever comes with whatever key. */
const PAUSE_AFTER_FAILURE_MS = 5_000;
const FETCH_TIMEOUT_MS = 5_000;
/** A set has a few keys of a kilobyte at the most. */
const MAX_BYTES = 262_144;

/** The keys cannot be had at the moment: nothing can be said about the token. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
  readonly retryAfterMs = PAUSE_AFTER_FAILURE_MS;
}

/**
 * A JSON Web Key Set (RFC 7517) at an `https:` or `file:` URL, looked up anew as it grows old and when a key is missing, so
 * that keys can be exchanged without a restart. Rejects with `KeysUnavailable` or with jose's own errors about the token.
 */
export function keySet(url: URL): JWTVerifyGetKey & { load(): Promise<void> } {
  let failedAtMs = -Infinity;
  let loadedAtMs = -Infinity;
  const fetchOnce: FetchImplementation = async (_, options) => {
    if (performance.now() - failedAtMs < PAUSE_AFTER_FAILURE_MS) {
      throw new Error('It could not be had a moment ago.');
    }
    try {
      const text = await (url.protocol === 'file:' ? readSet(url) : fetchSet(url, options));
      // What is no set must not take the place of one: jose throws here as it would throw later.
      createLocalJWKSet(JSON.parse(text) as never);
      loadedAtMs = performance.now();
      return new Response(text);
    } catch (error) {
      failedAtMs = performance.now();
      throw error;
    }
  };
  const remote = createRemoteJWKSet(url, {
    timeoutDuration: FETCH_TIMEOUT_MS,
    cooldownDuration: LOOK_AGAIN_MS,
    cacheMaxAge: MAX_AGE_MS,
    [customFetch]: fetchOnce,
  });

  const find: JWTVerifyGetKey = async (header, token) => {
    try {
      return await remote(header, token);
    } catch (error) {
      if (isAboutToken(error)) throw error;
      const last = remote.jwks();
      if (!last || performance.now() - loadedAtMs > MAX_AGE_IN_OUTAGE_MS) {
        throw new KeysUnavailable('The keys cannot be had.', { cause: error });
      }
      return createLocalJWKSet(last)(header, token).catch((cause: unknown) => {
        // It may be a new key, of which we cannot know.
        throw new KeysUnavailable('The keys cannot be had.', { cause });
      });
    }
  };
  return Object.assign(find, { load: () => remote.reload() });
}

function isAboutToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}

async function readSet(url: URL): Promise<string> {
  const text = await readFile(fileURLToPath(url), 'utf8');
  if (text.length > MAX_BYTES) throw new Error('The key set is too large.');
  return text;
}

async function fetchSet(url: URL, options: Parameters<FetchImplementation>[1]): Promise<string> {
  const response = await fetch(url, options);
  try {
    if (response.status !== 200) throw new Error(`The key set was answered ${response.status}.`);
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) throw new Error('The key set is too large.');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  } catch (error) {
    await response.body?.cancel().catch(() => undefined);
    throw error;
  }
}
