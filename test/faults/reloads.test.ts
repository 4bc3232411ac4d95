import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Browser } from 'puppeteer-core';
import { killBrowser } from '../e2e/support/kill-browser.ts';
import { freshRoom, Stage, TEST_TIMEOUT_MS, tidyUp } from '../e2e/support/stage.ts';
import { type BrowserName, launchBrowser } from '../support/browsers.ts';
import { Dice } from './simulator/dice.ts';
import { spyOnDataLoss } from './support/data-loss.ts';
import { Judge } from './support/judge.ts';
import { assertSound, Writer } from './support/witness.ts';

const soak = process.env['RTC_CHAT_SOAK'] === '1';
const seed = Number(process.env['RTC_CHAT_SEED'] ?? 1);

/** How often what happens, and how much is written meanwhile. */
const plans = soak
  ? {
      reload: { times: 200, messages: 2_000, browsers: ['chromium', 'firefox'] },
      SIGKILL: { times: 50, messages: 2_000, browsers: ['chromium', 'firefox'] },
    }
  : {
      reload: { times: 8, messages: 80, browsers: ['chromium'] },
      SIGKILL: { times: 2, messages: 40, browsers: ['chromium'] },
    };
const LIMIT_MS = (soak ? 30 : 1) * TEST_TIMEOUT_MS;

let stage: Stage;
let other: Browser;
before(async () => {
  stage = await Stage.set();
  other = await launchBrowser('chromium');
});
after(tidyUp);
afterEach(() => stage.clear());

for (const [what, { times, messages, browsers }] of Object.entries(plans)) {
  for (const name of browsers as readonly BrowserName[]) {
    describe(`${times} times ${what} of a ${name} while two write`, { timeout: LIMIT_MS }, () => {
      let profile: string;
      let browser: Browser;
      before(async () => {
        profile = mkdtempSync(join(tmpdir(), 'rtc-chat-profile-'));
        browser = await launchBrowser(name, { userDataDir: profile });
      });
      after(async () => {
        // First the browser, which still writes into it.
        await browser.close();
        rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
      });

      it('brings everything that was shown as sent to both, once and in order', async (t) => {
        const dice = new Dice(seed);
        const judge = new Judge();
        const room = freshRoom();
        const [ada, bo] = [new Writer('Ada', judge), new Writer('Bo', judge)];
        const sit = async (writer: Writer, at: Browser): Promise<void> => {
          const attributes = { room, name: writer.name, history: 'device' };
          const person = await stage.arrive(at, attributes, { beforeLoad: [spyOnDataLoss] });
          await person.until('the room is entered', (chat) => chat.self !== null);
          await writer.sitDown(person);
        };
        await Promise.all([sit(ada, other), sit(bo, browser)]);
        await bo.person.connected();

        for (let time = 1; time <= times; time++) {
          // So many are on their way when it happens, some of them into the store.
          const due = Math.round((messages * time) / times) - ada.count - bo.count;
          const before = dice.whole(0, due);
          const write = async (count: number): Promise<void> => {
            for (let left = count; left > 0; left--) await dice.pick([ada, bo]).write();
          };
          await write(before);
          const underWay = [bo.write(), bo.write(), ada.write()];
          const { person } = bo;
          bo.standUp();
          if (what === 'reload') {
            await person.reload();
            await person.until('the room is entered', (chat) => chat.self !== null);
            await bo.sitDown(person);
          } else {
            await killBrowser(browser);
            const waiting = write(Math.max(0, due - before - 3));
            browser = await launchBrowser(name, { userDataDir: profile });
            await sit(bo, browser);
            await waiting;
          }
          await Promise.all(underWay);
          await write(Math.round((messages * time) / times) - ada.count - bo.count);
        }

        await Promise.all([ada.person.connected(), bo.person.connected()]);
        const shown = await assertSound(judge, [ada, bo]);
        t.diagnostic(`seed ${seed}: ${shown} of ${ada.count + bo.count} were shown as sent`);
        for (const why of bo.losses) t.diagnostic(`the browser threw its database away: ${why}`);
      });
    });
  }
}
