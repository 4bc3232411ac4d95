import { after, afterEach, before, describe, it } from 'node:test';
import type { Browser } from 'puppeteer-core';
import { BroadcasterProcess } from './support/broadcaster-process.ts';
import { CallStage } from './support/call-stage.ts';
import { Network, whyNoNetwork } from './support/network.ts';
import { PageServer } from './support/page-server.ts';
import { TEST_TIMEOUT_MS, tidyUp } from './support/stage.ts';

const soak = process.env['RTC_CHAT_SOAK'] === '1';
/** Seconds: the first is mended by an ICE restart, of the second Firefox closes the connection. */
const lengths = [10, 40];
/** Without a soak, `call-recovery.test.ts` does both to a connection, and `cut.test.ts` cuts that of a text. */
const skip = soak ? (whyNoNetwork() ?? false) : 'It takes a soak.';

describe(
  'a call whose network is cut, Chromium and Firefox',
  { timeout: 2 * TEST_TIMEOUT_MS, skip },
  () => {
    let network: Network;
    let stage: CallStage;
    let browsers: readonly [Browser, Browser];
    before(async () => {
      network = new Network();
      stage = new CallStage(
        await BroadcasterProcess.start(network.address),
        await PageServer.start(network.address),
      );
      const { origin } = stage.pages;
      browsers = [
        await network.connect('chromium', origin),
        await network.connect('firefox', origin),
      ];
    });
    afterEach(() => stage.clear());
    after(async () => {
      await tidyUp();
      await network.close();
    });

    for (const seconds of lengths) {
      it(`is back with picture and sound by itself when packets have vanished for ${seconds} s`, async (t) => {
        const both = await stage.pair(browsers);
        const [ada, bo] = both;
        await ada.click('Start video call');
        await bo.click('Accept');
        await Promise.all(both.flatMap((person) => [person.seesPicture(), person.hears()]));
        await bo.click('Share screen');
        await ada.seesPicture('screen');
        network.setIsolated('on');
        // The length of the cut is what is tested: the one time that is waited for.
        await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
        network.setIsolated('off');
        const healedMs = performance.now();
        await Promise.all([
          ada.seesPicture('screen'),
          ...both.flatMap((person) => [person.seesPicture(), person.hears()]),
        ]);
        t.diagnostic(
          `seen and heard ${Math.round(performance.now() - healedMs)} ms after it healed`,
        );
        await Promise.all(both.map((person) => person.inState('active')));
        await bo.click('Hang up');
        await Promise.all(both.map((person) => person.inState('idle')));
      });
    }
  },
);
