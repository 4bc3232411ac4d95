import { after, afterEach, before, describe, it } from 'node:test';
import type { Browser } from 'puppeteer-core';
import { Stage, TEST_TIMEOUT_MS, tidyUp } from '../e2e/support/stage.ts';
import { browserNames, launchBrowser } from '../support/browsers.ts';
import { Meeting } from './support/meeting.ts';
import { assertSound } from './support/witness.ts';

const soak = process.env['RTC_CHAT_SOAK'] === '1';
/** Longer than ICE goes on without consent (RFC 7675). */
const LONG_MS = 40_000;
const LIMIT_MS = (soak ? 2 : 1) * TEST_TIMEOUT_MS;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

let stage: Stage;
before(async () => (stage = await Stage.set()));
after(tidyUp);

for (const name of browserNames) {
  describe(`a page in ${name} that is away for a while`, { timeout: 4 * LIMIT_MS }, () => {
    let browsers: readonly [Browser, Browser];
    before(async () => {
      browsers = [await launchBrowser(name), await launchBrowser('chromium')];
    });
    afterEach(() => stage.clear());

    it('sleeps with its browser and wakes: nothing is lost, and Bo was told', async (t) => {
      const { judge, ada, bo } = await Meeting.of(stage, browsers);
      await ada.write();
      const { pid } = browsers[0].process() ?? {};
      if (pid === undefined) throw new Error('This browser has no process of ours.');
      // puppeteer gives each browser a process group of its own.
      process.kill(-pid, 'SIGSTOP');
      try {
        await bo.write();
        await bo.person.sees('We can’t reach Ada just now.');
        if (soak) await pause(LONG_MS);
        await bo.write();
      } finally {
        process.kill(-pid, 'SIGCONT');
      }
      const ms = await ada.reads('Bo 2');
      await ada.write();
      const shown = await assertSound(judge, [ada, bo]);
      t.diagnostic(`${name} slept: ${shown} shown as sent; the first ${ms} ms after it woke`);
    });

    it('is left for another page and come back to: the same person, the same conversation', async (t) => {
      const meeting = await Meeting.of(stage, browsers);
      const { judge, ada, bo } = meeting;
      const { person } = ada;
      await person.page.evaluate(() => {
        addEventListener('pageshow', ({ persisted }) => Object.assign(globalThis, { persisted }));
      });
      await ada.write();
      ada.standUp();
      await person.page.goto(stage.pages.room);
      await bo.write();
      await person.page.goBack();
      await person.ready();
      await person.until('the room is entered', (chat) => chat.self !== null);
      await ada.sitDown(person);
      const ms = await ada.reads('Bo 1');
      await meeting.connected();
      await ada.write();
      await bo.write();
      const shown = await assertSound(judge, [ada, bo]);
      const persisted = await person.page.evaluate(() => 'persisted' in globalThis);
      t.diagnostic(
        `${name} went back: ${persisted ? 'the page as it was' : 'the page anew'}; ${shown} shown as sent; the first after ${ms} ms`,
      );
    });
  });
}
