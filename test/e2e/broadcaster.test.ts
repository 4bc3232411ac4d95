import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Browser } from 'puppeteer-core';
import { Cast, pairName, pairs } from './support/pairs.ts';
import { Stage, TEST_TIMEOUT_MS, tidyUp } from './support/stage.ts';

const cast = new Cast();
let stage: Stage;
before(async () => (stage = await Stage.set()));
after(tidyUp);

for (const pair of pairs) {
  describe(
    `a killed broadcaster, and people with ${pairName(pair)}`,
    { timeout: TEST_TIMEOUT_MS },
    () => {
      let browsers: readonly [Browser, Browser, Browser];
      before(async () => (browsers = await cast.withThird(pair)));
      afterEach(() => stage.clear());

      it('goes unnoticed by who is talking; when it is back everyone has their seat and new people come in', async () => {
        const { broadcaster } = stage;
        const [ada, bo, room] = await stage.two(browsers);
        await ada.say('Before');
        await bo.has('Before');

        const killed = broadcaster.kill();
        await Promise.all([ada.send('a1', 'a2', 'a3'), bo.send('b1', 'b2', 'b3'), killed]);
        await ada.say('a4');
        await bo.say('b4');
        const all = ['Before', 'a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'b3', 'b4'];
        for (const person of [ada, bo]) {
          await person.until('all is there', (chat, n) => chat.messages.length === n, all.length);
          const texts = await person.texts();
          assert.deepEqual(texts.toSorted(), all.toSorted());
          for (const own of ['a', 'b']) {
            const written = texts.filter((text) => text.startsWith(own));
            assert.deepEqual(written, written.toSorted(), 'out of its author’s order');
          }
        }
        assert.deepEqual(await ada.texts(), await bo.texts());
        await ada.sees('New people can’t join just now.');
        await ada.until('all has been seen', (chat) =>
          chat.messages.every(({ own, state }) => !own || state === 'seen'),
        );

        await broadcaster.start();
        const cleo = await stage.arrive(browsers[2], { room, name: 'Cleo' });
        await Promise.all([ada, bo, cleo].map((person) => person.connected(2)));
        await cleo.say('I am new');
        for (const person of [ada, bo]) {
          await person.until('the new one is heard', (chat) =>
            chat.messages.some(({ text }) => text === 'I am new'),
          );
          const unrest = (await person.heard()).filter(({ type }) => type === 'peer-leave');
          assert.deepEqual(unrest, []);
          const states = (await person.heard()).filter(({ type }) => type === 'status');
          assert.deepEqual(states.at(-1)?.status, 'connected');
          assert.ok(!states.some(({ status }) => status === 'reconnecting'));
        }
        assert.equal((await broadcaster.health()).sockets, 3);
      });
    },
  );
}
