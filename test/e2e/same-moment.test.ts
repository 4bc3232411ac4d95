import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openRoomPage } from './support/lone-room.ts';
import { Cast, pairName, pairs } from './support/pairs.ts';
import { freshRoom, Stage, TEST_TIMEOUT_MS, tidyUp } from './support/stage.ts';

const ROUNDS = 20;
/** Until both pages have been told when to begin. */
const HEADSTART_MS = 150;
/** What nobody waits for: a repaired first contact takes 2 to 4 s, one that is stuck 15 s. */
const STUCK_MS = 10_000;

const cast = new Cast();
let stage: Stage;
before(async () => (stage = await Stage.set()));
after(tidyUp);

for (const pair of pairs) {
  describe(
    `two people with ${pairName(pair)} who join within the same millisecond`,
    { timeout: TEST_TIMEOUT_MS },
    () => {
      it(`are connected, ${ROUNDS} times of ${ROUNDS}`, async (t) => {
        const [first, second] = await cast.of(pair);
        const ada = await openRoomPage(first, stage.pages);
        const bo = await openRoomPage(second, stage.pages);
        const times: number[] = [];
        for (let round = 0; round < ROUNDS; round++) {
          const place = {
            server: stage.broadcaster.url,
            room: freshRoom(),
            history: 'none',
          } as const;
          const atMs = Date.now() + HEADSTART_MS;
          const joined = await Promise.all(
            [ada, bo].map((page, at) =>
              page.evaluate((ms, options) => engine.joinAt(ms, options), atMs, {
                ...place,
                name: at === 0 ? 'Ada' : 'Bo',
              }),
            ),
          );
          for (const { ms, others } of joined) {
            assert.equal(others, 1);
            assert.ok(ms < STUCK_MS, `round ${round} took ${Math.round(ms)} ms`);
            times.push(ms);
          }
          await Promise.all([ada, bo].map((page) => page.evaluate(() => engine.leave())));
        }
        const sorted = times.toSorted((a, b) => a - b).map(Math.round);
        t.diagnostic(
          `${pairName(pair)}: connected after ${sorted[ROUNDS]} ms (median), ${sorted.at(-1)} ms at most`,
        );
        await Promise.all([ada.close(), bo.close()]);
      });
    },
  );
}
