import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { Guesses } from '../../src/server/guesses.ts';
import { resolveOptions } from '../../src/server/options.ts';
import { countInRedis } from '../../src/server/redis-limits.ts';
import { RedisLink } from '../../src/server/redis-link.ts';
import { whyWithout } from '../support/programs.ts';
import { RedisServer } from '../support/redis.ts';

const skip = whyWithout('redis-server') ?? false;
const SETTINGS = resolveOptions({ wrongTriesPerAddress: { max: 2, perMs: 600_000 } });
/** So many that the pause is as long as it gets. */
const GUESSES = 10;

async function guessesFor(t: TestContext, url: string): Promise<Guesses> {
  let link: RedisLink | undefined;
  await new Promise<void>((resolve) => {
    link = new RedisLink(url, { up: () => resolve(), down: () => {} });
  });
  t.after(() => link?.close());
  return new Guesses(SETTINGS, countInRedis(link!));
}

test('who has guessed at one process waits at the others', { skip }, async (t) => {
  const redis = await RedisServer.start();
  t.after(() => redis.end());
  const url = redis.freshUrl();
  const [one, other] = [await guessesFor(t, url), await guessesFor(t, url)];
  for (let at = 0; at < GUESSES; at++) await one.note('refused', 'a');
  assert.equal(await other.pauseMs('a'), null, 'one try passes');
  const pauseMs = await one.pauseMs('a');
  assert.ok(pauseMs !== null && pauseMs > 30_000 && pauseMs <= 60_000, String(pauseMs));
  assert.notEqual(await other.pauseMs('a'), null);
  assert.equal(await other.pauseMs('b'), null);
});

test('whoever guesses while Redis is away is counted by each process', { skip }, async (t) => {
  const redis = await RedisServer.start();
  t.after(() => redis.end());
  const guesses = await guessesFor(t, redis.freshUrl());
  await redis.kill();
  for (let at = 0; at < GUESSES; at++) await guesses.note('refused', 'a');
  assert.equal(await guesses.pauseMs('a'), null, 'one try passes');
  assert.notEqual(await guesses.pauseMs('a'), null);
});
