import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { History } from '../../src/rtc/room.ts';
import { openRoomPage } from './support/lone-room.ts';
import { Cast, type Pair, pairName, pairs } from './support/pairs.ts';
import { freshRoom, Stage, TEST_TIMEOUT_MS, tidyUp } from './support/stage.ts';

const BYTES = 100;
/** In memory, and kept for the tab. */
const counts = { none: 300_000, session: 10_000 };

const cast = new Cast();
let stage: Stage;
before(async () => (stage = await Stage.set()));
after(tidyUp);

/** Sends from the first person to the second; returns messages a second. */
async function flow(pair: Pair, history: History, count: number): Promise<number> {
  const [first, second] = await cast.of(pair);
  const ada = await openRoomPage(first, stage.pages);
  const bo = await openRoomPage(second, stage.pages);
  const place = { server: stage.broadcaster.url, room: freshRoom(), history };
  await ada.evaluate((options) => engine.join(options), { ...place, name: 'Ada' });
  await bo.evaluate((options) => engine.join(options), { ...place, name: 'Bo' });
  await Promise.all([ada, bo].map((page) => page.evaluate(() => engine.connected())));
  const received = bo.evaluate((n) => engine.receive(n), count);
  const sent = ada.evaluate((n, bytes) => engine.flood(n, bytes), count, BYTES);
  const [result] = await Promise.all([received, sent]);
  assert.deepEqual([result.count, result.outOfOrderAt], [count, null]);
  await Promise.all([ada, bo].map((page) => page.evaluate(() => engine.leave())));
  await Promise.all([ada.close(), bo.close()]);
  return Math.round(count / (result.ms / 1_000));
}

for (const pair of pairs) {
  describe(`many messages between ${pairName(pair)}`, { timeout: TEST_TIMEOUT_MS }, () => {
    for (const [history, count] of Object.entries(counts) as [History, number][]) {
      it(`all arrive in order: ${count} of ${BYTES} bytes, history="${history}"`, async (t) => {
        const rate = await flow(pair, history, count);
        t.diagnostic(`${pairName(pair)}, history="${history}": ${rate} messages a second`);
      });
    }
  });
}
