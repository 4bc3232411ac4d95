import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Browser } from 'puppeteer-core';
import { closeMeddlers, FALSE_FINGERPRINT, Meddler } from './support/meddler.ts';
import { Cast, pairName, pairs } from './support/pairs.ts';
import type { Person } from './support/person.ts';
import { spyOnConnections } from './support/spies.ts';
import { freshRoom, Stage, TEST_TIMEOUT_MS, tidyUp } from './support/stage.ts';

/** One of each kind: the first offer, and what is said again after 2 and 4 s. */
const FORGERIES = 3;

const cast = new Cast();
let stage: Stage;
let meddler: Meddler;
before(async () => {
  stage = await Stage.set();
  meddler = await Meddler.start();
});
after(async () => {
  await tidyUp();
  await closeMeddlers();
});

const made = (person: Person): Promise<number> => person.page.evaluate(() => connectionSpy.made);

/** No description with the false certificate has been given to the browser's WebRTC. */
async function assertUntouched(person: Person): Promise<void> {
  const remote = await person.page.evaluate(() => connectionSpy.remote);
  assert.ok(!remote.some((sdp) => sdp.includes(FALSE_FINGERPRINT)));
}

for (const pair of pairs) {
  describe(
    `a broadcaster that swaps certificates, and people with ${pairName(pair)}`,
    { timeout: TEST_TIMEOUT_MS },
    () => {
      let browsers: readonly [Browser, Browser, Browser];
      before(async () => (browsers = await cast.withThird(pair)));
      afterEach(async () => {
        meddler.meddling = false;
        await stage.clear();
      });

      it('makes no link, disturbs none that is there, and is overcome when it stops', async () => {
        const room = freshRoom();
        const come = (browser: Browser, name: string): Promise<Person> =>
          stage.arrive(
            browser,
            { server: meddler.url, room, name },
            { beforeLoad: [spyOnConnections] },
          );
        meddler.meddling = true;
        const refused = meddler.changes(FORGERIES);
        const ada = await come(browsers[0], 'Ada');
        const bo = await come(browsers[1], 'Bo');
        await Promise.all([ada.send('Kept until the way is clear'), refused]);
        for (const person of [ada, bo]) {
          await assertUntouched(person);
          assert.ok((await person.peers()).every(({ link }) => link !== 'connected'));
        }
        assert.deepEqual(await bo.texts(), []);

        meddler.meddling = false;
        await Promise.all([ada.connected(), bo.connected()]);
        await bo.has('Kept until the way is clear');

        meddler.meddling = true;
        const kept = meddler.changes(FORGERIES);
        const cleo = await come(browsers[2], 'Cleo');
        await kept;
        assert.ok((await cleo.peers()).every(({ link }) => link !== 'connected'));
        const before = await Promise.all([made(ada), made(bo)]);
        const [adaId, boId] = [(await ada.self())?.id ?? '', (await bo.self())?.id ?? ''];
        assert.ok((await meddler.replay(adaId, boId)) > 0);
        assert.ok((await meddler.replay(boId, adaId)) > 0);
        await ada.say('Do you still hear me?');
        await bo.has('Kept until the way is clear', 'Do you still hear me?');
        await bo.say('I do');
        await ada.has('Kept until the way is clear', 'Do you still hear me?', 'I do');

        meddler.meddling = false;
        await Promise.all([ada, bo, cleo].map((person) => person.connected(2)));
        for (const person of [ada, bo, cleo]) await assertUntouched(person);
        for (const person of [ada, bo]) {
          const states = (await person.heard()).map(({ status }) => status);
          assert.ok(!states.includes('reconnecting'));
        }
        // Whatever was made since belongs to Cleo: at most one attempt and its successor on each side.
        const since = await Promise.all([made(ada), made(bo)]);
        assert.ok(
          since.every((count, at) => count - before[at]! <= 3),
          `${before.join()} ${since.join()}`,
        );
      });
    },
  );
}

describe(
  'a broadcaster that redirects, reorders, withholds and invents leaves',
  { timeout: TEST_TIMEOUT_MS },
  () => {
    afterEach(async () => {
      meddler.mischief = {};
      await stage.clear();
    });

    it('neither keeps people apart nor parts them', async (t) => {
      const browsers = await cast.withThird(['chromium', 'firefox']);
      const room = freshRoom();
      meddler.mischief = {
        redirects: true,
        reorders: true,
        // Between two of them nothing passes, ever: the third one passes on what they say.
        withholds: (...way) => (way.includes('Bo') ? 2 : Infinity),
      };
      const people: Person[] = [];
      for (const [at, name] of ['Ada', 'Bo', 'Cleo'].entries()) {
        const attributes = { server: meddler.url, room, name };
        people.push(
          await stage.arrive(browsers[at]!, attributes, { beforeLoad: [spyOnConnections] }),
        );
      }
      const [ada, bo, cleo] = people as [Person, Person, Person];
      await Promise.all([ada.connected(1), bo.connected(2), cleo.connected(1)]);
      const { withheld, redirected, reordered } = meddler.done;
      t.diagnostic(`${withheld} withheld, ${redirected} redirected, ${reordered} reordered`);
      assert.ok(Math.min(withheld, redirected, reordered) > 0);

      // Connections that are kept ready are made at any time; one that is for somebody has a remote description.
      const described = (): Promise<number> => bo.page.evaluate(() => connectionSpy.remote.length);
      const descriptions = await described();
      assert.equal(meddler.inventLeaves(room), 12);
      await bo.until('nobody else is listed', ({ peers }) => peers.every(({ listed }) => !listed));
      const said: string[] = [];
      for (const [at, person] of people.entries()) {
        said.push(`Text ${at}`);
        await person.say(`Text ${at}`);
        await Promise.all(people.map((each) => each.has(...said)));
      }
      assert.deepEqual(
        (await bo.peers()).map(({ link }) => link),
        ['connected', 'connected'],
      );
      assert.equal(await described(), descriptions);
      const gone = (await bo.heard()).filter(
        ({ type, status }) => type === 'peer-leave' || status === 'reconnecting',
      );
      assert.deepEqual(gone, []);
    });
  },
);
