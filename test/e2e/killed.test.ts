import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Browser } from 'puppeteer-core';
import { browserNames, launchBrowser } from '../support/browsers.ts';
import { killBrowser } from './support/kill-browser.ts';
import { freshRoom, Stage, TEST_TIMEOUT_MS, tidyUp } from './support/stage.ts';

let stage: Stage;
let other: Browser;
before(async () => {
  stage = await Stage.set();
  other = await launchBrowser('chromium');
});
after(tidyUp);
afterEach(() => stage.clear());

for (const name of browserNames) {
  describe(`a killed ${name} with history="device"`, { timeout: TEST_TIMEOUT_MS }, () => {
    let profile: string;
    let browser: Browser;
    before(() => (profile = mkdtempSync(join(tmpdir(), 'rtc-chat-profile-'))));
    after(async () => {
      // First the browser, which still writes into it.
      await browser.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
    });

    it('comes back as the same person with the whole history, and gets what it has missed', async () => {
      const attributes = { room: freshRoom(), history: 'device' };
      const ada = await stage.arrive(other, { ...attributes, name: 'Ada' });
      browser = await launchBrowser(name, { userDataDir: profile });
      const bo = await stage.arrive(browser, { ...attributes, name: 'Bo' });
      await Promise.all([ada.connected(), bo.connected()]);
      await ada.send('one', 'two');
      await bo.say('three');
      const before = ['one', 'two', 'three'];
      await Promise.all([ada.has(...before), bo.has(...before)]);
      const self = await bo.self();
      // Accepted is kept: it is committed when send() is fulfilled, whether or not it has left.
      await bo.send('four');
      await killBrowser(browser);
      await ada.send('missed', 'as well');

      browser = await launchBrowser(name, { userDataDir: profile });
      const again = await stage.arrive(browser, { ...attributes, name: 'Bo' });
      await Promise.all([ada.connected(), again.connected()]);
      assert.deepEqual(await again.self(), self);
      for (const person of [ada, again]) {
        await person.until('all is there', (chat) => chat.messages.length === 6);
        const texts = await person.texts();
        assert.deepEqual(texts.slice(0, 3), before);
        assert.deepEqual(texts.slice(3).toSorted(), ['as well', 'four', 'missed']);
        assert.ok(texts.indexOf('missed') < texts.indexOf('as well'));
      }
      await again.say('Here I am');
      await ada.until('it goes on', (chat) => chat.messages.at(-1)?.text === 'Here I am');
      assert.equal((await ada.peers()).length, 1);
    });
  });
}
