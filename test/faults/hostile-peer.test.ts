import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'puppeteer-core';
import { BroadcasterProcess } from '../e2e/support/broadcaster-process.ts';
import { PageServer } from '../e2e/support/page-server.ts';
import { spyOnConnections } from '../e2e/support/spies.ts';
import { freshRoom, Stage, TEST_TIMEOUT_MS, tidyUp } from '../e2e/support/stage.ts';
import { browserNames, launchBrowser, type BrowserName } from '../support/browsers.ts';
import { attacks, FORGED, UNSIGNED } from './support/attacks.ts';
import { Honest, watchPage } from './support/honest.ts';

const soak = process.env['RTC_CHAT_SOAK'] === '1';
const seed = Number(process.env['RTC_CHAT_SEED'] ?? Date.now() % 2 ** 31);
/** To each of the two. */
const FRAMES = soak ? 50_000 : 500;
const FRAMES_AT_ONCE = 1_000;
/** What is kept of 10,000 entries, of 960 authors, and what the test itself notes down. */
const HEAP_BOUND_BYTES = 64 * 1_048_576;
/** What a room keeps, and by how much it is passed before anything is done. */
const MAX_KEPT = 10_500;
/** To the other one, to the hostile one that is there or has just gone, and the one that is kept ready. */
const MAX_CONNECTIONS = 12;
const LIMIT_MS = (soak ? 30 : 2) * TEST_TIMEOUT_MS;
/** More people than anybody is: nobody is to be protected by the broadcaster here. */
const FLAGS = ['--joins-per-address', '100000/1s', '--connections-per-address', '100000/1s'];
/** Attacks run side by side, and one of them comes in many forms. */
FLAGS.push('--capacity', '32');

const names: Readonly<Record<BrowserName, string>> = { chromium: 'Ada', firefox: 'Bo' };

describe('a hostile peer, beside two people who talk', { timeout: LIMIT_MS }, () => {
  let ada: Honest;
  let bo: Honest;
  let mallory: Page;

  before(async () => {
    const stage = new Stage(
      await BroadcasterProcess.start('127.0.0.1', FLAGS),
      await PageServer.start(),
    );
    const room = freshRoom();
    const people: Honest[] = [];
    for (const name of browserNames) {
      const browser = await launchBrowser(name);
      const attributes = { room, name: names[name], history: 'none' };
      const beforeLoad = [watchPage, spyOnConnections];
      const person = await stage.arrive(browser, attributes, { beforeLoad });
      const session = name === 'chromium' ? await person.page.createCDPSession() : null;
      people.push(new Honest(names[name], person, session));
    }
    [ada, bo] = people as [Honest, Honest];
    await Promise.all(people.map(({ person }) => person.connected()));
    mallory = await (await launchBrowser('chromium')).newPage();
    await mallory.goto(stage.pages.hostile);
    await mallory.waitForFunction(() => 'hostile' in globalThis);
    await mallory.evaluate(
      (place, both) => hostile.come(place, both),
      { server: stage.broadcaster.url, room, full: soak },
      Object.values(names),
    );
    await Promise.all(people.map((each) => each.talk()));
  });
  after(tidyUp);

  const both = (): readonly [Honest, Honest] => [ada, bo];

  /** Nobody is held up, nothing forged was told of, and the page has noticed nothing. */
  async function allIsWell(): Promise<void> {
    await Promise.all([ada.hears('Bo', 1), bo.hears('Ada', 1)]);
    for (const each of both()) {
      assert.deepEqual(await each.wasTold(FORGED), [], `${each.name} is told of what is forged`);
      assert.deepEqual(await each.shows(FORGED), [], `${each.name} sees what is forged`);
      assert.deepEqual(await each.faults(), []);
    }
  }

  // Several at a time, as long as there is a place for everyone.
  describe('in every way there is', { concurrency: 3 }, () => {
    for (const what of Object.keys(attacks)) {
      it(what, async () => {
        await Promise.all(
          both().map(({ name }) => mallory.evaluate((...a) => hostile.attack(...a), what, name)),
        );
        await allIsWell();
      });
    }
  });

  it(`sends ${FRAMES} fuzzed frames to each`, async (t) => {
    t.diagnostic(`RTC_CHAT_SEED=${seed}`);
    const heapBefore = await ada.heapBytes();
    await Promise.all(
      both().map(async ({ name }) => {
        let [frames, connections] = [0, 0];
        const reasons = new Map<string, number>();
        // In parts: what a page is asked for is to be answered within minutes.
        for (let part = 0; frames < FRAMES; part++) {
          const fuzzed = await mallory.evaluate(
            (...a) => hostile.fuzz(...a),
            name,
            seed + part,
            Math.min(FRAMES, FRAMES_AT_ONCE),
          );
          frames += fuzzed.frames;
          connections += fuzzed.connections;
          for (const [reason, count] of Object.entries(fuzzed.reasons))
            reasons.set(reason, count + (reasons.get(reason) ?? 0));
          await allIsWell();
        }
        const why = Array.from(reasons, ([reason, count]) => `${count} ${reason}`);
        t.diagnostic(
          `${name}: ${frames} frames over ${connections} connections; ${why.join(', ')}`,
        );
      }),
    );
    t.diagnostic(`heap of ${ada.name}: ${heapBefore} and then ${await ada.heapBytes()} bytes`);
  });

  it('and is nowhere in the end: each has heard the other, once and in order', async (t) => {
    const [byAda, byBo] = [await ada.stop(), await bo.stop()];
    await Promise.all([ada.hasHeard('Bo', byBo), bo.hasHeard('Ada', byAda)]);
    t.diagnostic(`${byAda} and ${byBo} texts`);
    for (const each of both()) {
      const { name, person } = each;
      assert.deepEqual(await each.shows(UNSIGNED), [], `${name} sees what was never signed`);
      const warnings = await each.warnings();
      assert.ok(warnings.some((words) => /Mallory \d+ .*passed on a forged message/.test(words)));
      await person.until('nobody else is there', (chat) => chat.peers.length === 1);
      await person.until(
        'connections have gone',
        (_, most) => connectionSpy.live() <= most,
        MAX_CONNECTIONS,
      );
      assert.ok((await person.texts()).length <= MAX_KEPT);
      if (soak) await each.seesAtTheTop('Older messages are no longer kept.');
    }
    const heap = await ada.heapBytes();
    t.diagnostic(`heap of ${ada.name}: ${heap} bytes in the end`);
    assert.ok((heap ?? 0) < HEAP_BOUND_BYTES, `${heap} bytes`);
  });
});
