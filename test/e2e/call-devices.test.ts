import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Browser } from 'puppeteer-core';
import {
  browserNames,
  type BrowserName,
  type BrowserOptions,
  launchBrowser,
} from '../support/browsers.ts';
import { CallStage } from './support/call-stage.ts';
import { TEST_TIMEOUT_MS, tidyUp } from './support/stage.ts';

/** A machine without a camera; Firefox's fake devices come and go together. */
const withoutCamera: Readonly<Record<BrowserName, BrowserOptions>> = {
  chromium: { args: ['--use-fake-device-for-media-stream=device-count=0'] },
  firefox: { preferences: { 'media.navigator.streams.fake': false } },
};

/** Somebody who has said no, once and for all. */
const denied: Readonly<Record<BrowserName, BrowserOptions>> = {
  chromium: { args: ['--use-fake-ui-for-media-stream=deny'] },
  firefox: {
    preferences: {
      'media.navigator.permission.disabled': false,
      'permissions.default.camera': 2,
      'permissions.default.microphone': 2,
    },
  },
};

let stage: CallStage;
const others = new Map<BrowserName, Browser>();
before(async () => {
  stage = await CallStage.set();
  for (const name of browserNames) others.set(name, await launchBrowser(name));
});
after(tidyUp);
afterEach(() => stage.clear());

for (const name of browserNames) {
  // The other one has the other browser.
  const other = (): Browser => others.get(name === 'chromium' ? 'firefox' : 'chromium')!;

  describe(`somebody with ${name}`, { timeout: TEST_TIMEOUT_MS }, () => {
    it('sees and hears although there is no camera, called and calling', async () => {
      const browser = await launchBrowser(name, withoutCamera[name]);
      const [ada, bo] = await stage.pair([other(), browser]);
      await ada.click('Start video call');
      await bo.click('Accept');
      await Promise.all([bo.seesPicture(), bo.hears(), bo.sees('There is no')]);
      await ada.seesNoPicture('camera');
      await ada.until('no picture is announced', () => callSpy.others().every((it) => !it.video));
      await ada.click('Hang up');
      await Promise.all([ada.inState('idle'), bo.inState('idle')]);

      await bo.click('Start video call');
      await ada.click('Accept');
      await Promise.all([bo.seesPicture(), bo.hears()]);
      assert.ok(!(await bo.devicesInUse()).includes('video'));
      await browser.close();
    });

    it('sees and hears although camera and microphone are denied, and can go without both ways', async () => {
      const browser = await launchBrowser(name, denied[name]);
      const [ada, bo] = await stage.pair([other(), browser]);
      await ada.click('Start video call');
      await bo.click('Accept');
      await Promise.all([bo.seesPicture(), bo.hears()]);
      assert.deepEqual(await bo.devicesInUse(), []);
      await bo.sees('blocked');
      await bo.click('Go on without');
      await ada.until('nothing is announced', () =>
        callSpy.others().every((it) => !it.video && !it.audio),
      );
      // Nor does the other one want to be seen any more: the call goes on with nothing.
      await ada.click('Turn camera off');
      await bo.seesNoPicture('camera');
      await bo.inState('active');
      await ada.click('Turn camera on');
      await bo.seesPicture();
      await browser.close();
    });

    it('is heard while another program has the camera, and seen when it has let go of it', async () => {
      const [ada, bo] = await stage.pair([other(), others.get(name)!]);
      await bo.refuse('video', 'NotReadableError');
      await ada.click('Start video call');
      await bo.click('Accept');
      await Promise.all([bo.seesPicture(), bo.hears(), ada.hears()]);
      await ada.seesNoPicture('camera');
      await bo.sees('Your camera is in use elsewhere');
      await bo.refuse('video', null);
      await bo.click('Try again');
      await ada.seesPicture();
    });

    it('goes on with another camera when one is pulled out, and without when there is no other', async () => {
      const [ada, bo] = await stage.pair([other(), others.get(name)!]);
      await ada.click('Start video call');
      await bo.click('Accept');
      await ada.seesPicture();
      const before = await ada.negotiations();
      await bo.page.evaluate(() => callSpy.pullOut('video'));
      await ada.until('another camera is open', () => callSpy.others().every((it) => it.video));
      await ada.seesPicture();

      await bo.refuse('video', 'NotFoundError');
      await bo.page.evaluate(() => callSpy.pullOut('video'));
      await ada.seesNoPicture('camera');
      await Promise.all([ada.hears(), bo.seesPicture()]);
      await bo.page.evaluate(() => callSpy.pullOut('audio'));
      await ada.hears();
      assert.equal(await ada.negotiations(), before);
      assert.deepEqual(await bo.devicesInUse(), ['audio']);
    });
  });
}
