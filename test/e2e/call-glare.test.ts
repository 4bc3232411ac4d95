import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { CallStage } from './support/call-stage.ts';
import type { Caller } from './support/caller.ts';
import { Cast, type Pair, pairName, pairs } from './support/pairs.ts';
import { freshRoom, TEST_TIMEOUT_MS, tidyUp } from './support/stage.ts';

const soak = process.env['RTC_CHAT_SOAK'] === '1';
/** Between the two clicks. */
const MAX_APART_MS = 50;
/** Until both pages have been told when to click. */
const HEADSTART_MS = 100;
const LOST_ANSWERS = 0.1;
const SEED = 20;

const roundsOf = ([first, second]: Pair): number => {
  if (soak) return 200;
  return first === 'chromium' && second === 'chromium' ? 20 : 5;
};

const cast = new Cast();
let stage: CallStage;
before(async () => (stage = await CallStage.set()));
afterEach(() => stage.clear());
after(tidyUp);

/** From 0 to 1, the same in each run. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Both click; fulfils with the milliseconds until they are in one call and reach each other. */
async function callAtOnce(both: readonly Caller[], apartMs: number): Promise<number> {
  const atMs = Date.now() + HEADSTART_MS;
  await Promise.all(
    both.map((person, at) => person.clickAt('Start video call', atMs + at * apartMs)),
  );
  const clickedMs = performance.now();
  await Promise.all(both.map((person) => person.inState('active')));
  await Promise.all(both.map((person) => person.isReached()));
  const ids = await Promise.all(both.map((person) => person.page.evaluate(() => callSpy.callId())));
  assert.equal(ids[0], ids[1]);
  return performance.now() - clickedMs;
}

for (const pair of pairs) {
  const rounds = roundsOf(pair);
  describe(
    `two people with ${pairName(pair)} who call each other at once`,
    { timeout: TEST_TIMEOUT_MS * (soak ? 10 : 1) },
    () => {
      for (const lossy of [false, true]) {
        const title = lossy ? ', while one answer in ten is lost' : '';
        it(`are in one call, ${rounds} times of ${rounds}${title}`, async (t) => {
          const both = await stage.pair(await cast.of(pair));
          const chance = chances(SEED);
          const times: number[] = [];
          let lost = 0;
          for (let round = 0; round < rounds; round++) {
            // Another room: another connection, whose lines have yet to be agreed upon.
            if (round > 0) {
              const room = freshRoom();
              await Promise.all(both.map((person) => person.move(room)));
            }
            // The first one of all, so that a short run has one as well.
            if (lossy && (round === 0 || chance() < LOST_ANSWERS)) {
              lost++;
              for (const { page } of both) await page.evaluate(() => callSpy.dropAnswer());
            }
            times.push(await callAtOnce(both, chance() * MAX_APART_MS));
            await both[round % 2]!.clickAt('Hang up', 0);
            await Promise.all(both.map((person) => person.inState('idle')));
          }
          const dropped = await Promise.all(
            both.map(({ page }) => page.evaluate(() => callSpy.dropped)),
          );
          assert.ok(
            dropped[0]! + dropped[1]! >= lost,
            `${dropped.join(', ')} of ${lost} answers were lost`,
          );
          const sorted = times.toSorted((a, b) => a - b).map(Math.round);
          t.diagnostic(
            `${pairName(pair)}: sound comes both ways after ${sorted[rounds >> 1]} ms (median), ${sorted.at(-1)} ms at most, ${lost} answers lost`,
          );
        });
      }
    },
  );
}
