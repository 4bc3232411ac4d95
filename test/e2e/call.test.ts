import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Browser, HTTPRequest, Page } from 'puppeteer-core';
import { CallStage } from './support/call-stage.ts';
import { Cast, pairName, pairs } from './support/pairs.ts';
import { freshRoom, TEST_TIMEOUT_MS, tidyUp } from './support/stage.ts';

const cast = new Cast();
let stage: CallStage;
before(async () => (stage = await CallStage.set()));
after(tidyUp);

type Order = <T>(two: readonly [T, T]) => readonly [T, T];
const asTheyAre: Order = (two) => two;
const swapped: Order = ([first, second]) => [second, first];

for (const pair of pairs) {
  describe(`people with ${pairName(pair)} who talk by text`, { timeout: TEST_TIMEOUT_MS }, () => {
    let browsers: readonly [Browser, Browser];
    before(async () => (browsers = await cast.of(pair)));
    afterEach(() => stage.clear());

    it('see and hear each other at a click, show a screen beside the camera, hang up and call again', async () => {
      const [ada, bo] = await stage.pair(browsers);
      const both = [ada, bo];
      await ada.say('Shall we talk?');
      await bo.has('Shall we talk?');
      const before = await Promise.all(both.map((person) => person.negotiations()));

      await ada.click('Start video call');
      await bo.inState('ringing');
      await bo.sees('Ada is calling');
      assert.deepEqual(await bo.devicesInUse(), [], 'nobody is filmed before they have accepted');
      await bo.click('Accept');
      await Promise.all(both.map((person) => person.inState('active')));
      await Promise.all(both.flatMap((person) => [person.seesPicture(), person.hears()]));
      for (const person of both) assert.deepEqual(await person.devicesInUse(), ['audio', 'video']);

      await ada.click('Mute microphone');
      await bo.hearsSilence();
      await ada.hears();
      await ada.click('Turn camera off');
      await bo.seesNoPicture('camera');
      assert.ok(!(await ada.devicesInUse()).includes('video'), 'the light of the camera is out');
      await ada.seesPicture();
      await ada.click('Turn camera on');
      await ada.click('Unmute microphone');
      await Promise.all([bo.seesPicture(), bo.hears()]);

      await bo.click('Share screen');
      await Promise.all([
        ada.seesPicture('screen'),
        ada.hears(1, 'screenSound'),
        ada.seesPicture('camera'),
      ]);
      await ada.send('I see it');
      await bo.until('it is there', (chat) => chat.messages.at(-1)?.text === 'I see it');
      await bo.click('Stop sharing');
      await ada.seesNoPicture('screen');
      await ada.seesPicture('camera');
      const during = await Promise.all(both.map((person) => person.negotiations()));
      assert.deepEqual(
        during.map((count, at) => count - before[at]!),
        [1, 1],
        'one negotiation for the upgrade and none after it',
      );

      await ada.click('Hang up');
      await Promise.all(both.map((person) => person.inState('idle')));
      for (const person of both) assert.deepEqual(await person.devicesInUse(), []);
      await bo.say('That was good');
      await ada.has('Shall we talk?', 'I see it', 'That was good');

      await bo.click('Start voice call');
      await ada.inState('ringing');
      await ada.click('Accept');
      await Promise.all(both.map((person) => person.hears()));
      for (const person of both) {
        await person.seesNoPicture('camera');
        assert.deepEqual(await person.devicesInUse(), ['audio']);
      }
      await bo.click('Hang up');
      await Promise.all(both.map((person) => person.inState('idle')));
      assert.deepEqual(await Promise.all(both.map((person) => person.negotiations())), during);
      // Neither has seen anything between, such as a call that could be joined.
      const called = ['ringing', 'active', 'idle'];
      const calling = ['calling', 'active', 'idle'];
      assert.deepEqual(await ada.callStates(), [...calling, ...called]);
      assert.deepEqual(await bo.callStates(), [...called, ...calling]);
    });

    it('decline, cancel, and are called again at once', async () => {
      const [ada, bo] = await stage.pair(browsers);
      const both = [ada, bo];
      await ada.click('Start video call');
      await bo.click('Decline');
      await ada.sees('Bo declined');
      await Promise.all(both.map((person) => person.inState('idle')));
      await ada.click('Start video call');
      await bo.inState('ringing');
      await ada.click('Cancel call');
      await Promise.all(both.map((person) => person.inState('idle')));
      await bo.sees('Missed video call');
      await ada.click('Start video call');
      await bo.click('Accept without camera');
      await Promise.all([bo.seesPicture(), ada.hears()]);
      assert.deepEqual(await bo.devicesInUse(), ['audio']);
      await ada.seesNoPicture('camera');
      await ada.click('Hang up');
    });

    if (pair[0] !== pair[1])
      for (const order of [asTheyAre, swapped])
        it(`are told when ${order(pair)[0]} cannot fetch what makes calls, and call when it can`, async () => {
          const [first, second] = order(browsers);
          const room = freshRoom();
          // It is fetched when there is somebody to call.
          const ada = await stage.caller(first, { room, name: 'Ada' });
          const giveBack = await withoutCalls(ada.page);
          const bo = await stage.caller(second, { room, name: 'Bo' });
          await Promise.all([ada.connected(), bo.connected()]);
          await ada.click('Start video call');
          await ada.sees('A part of the chat is missing');
          await giveBack();
          // Firefox asks for a module once in the life of a page: there only what the words say besides helps.
          if (order(pair)[0] === 'chromium') {
            await ada.click('Try again');
            await ada.until(
              'nothing is missing',
              (chat) => !chat.shadowRoot?.textContent?.includes('A part of the chat is missing'),
            );
          } else {
            await ada.reload();
            await Promise.all([ada.connected(), bo.connected()]);
          }
          await ada.click('Start video call');
          await bo.click('Accept');
          await Promise.all([ada.seesPicture(), bo.seesPicture()]);
        });

    // Without a window Firefox has neither.
    if (pair[1] === 'chromium')
      it('have a window of its own for the picture and the whole screen, until it ends', async () => {
        const [ada, bo] = await stage.pair(browsers);
        await ada.click('Start video call');
        await bo.click('Accept');
        await ada.seesPicture();
        const choose = async (name: string): Promise<void> => {
          await ada.click('Layout');
          await ada.click(name, 'menuitem');
        };
        await choose('Picture in picture');
        await ada.until('it is apart', () => document.pictureInPictureElement !== null);
        await choose('Picture back in the page');
        await ada.until('it is back', () => document.pictureInPictureElement === null);
        await ada.seesPicture();
        const isFull = (chat: Element): boolean => chat.matches(':fullscreen');
        await choose('Full screen');
        await ada.until('it fills the screen', isFull);
        await ada.seesPicture();
        await choose('Leave full screen');
        await ada.until('it does not', (chat) => !chat.matches(':fullscreen'));
        await choose('Full screen');
        await ada.until('it fills the screen again', isFull);
        await bo.click('Hang up');
        await ada.until('nothing of it is left', () => document.fullscreenElement === null);
      });
  });
}

/** From now on this page cannot fetch the part that makes calls. Gives the way back. */
async function withoutCalls(page: Page): Promise<() => Promise<void>> {
  await page.setRequestInterception(true);
  const refuse = (request: HTTPRequest): void => {
    void (request.url().includes('/rtc-chat-calls') ? request.abort() : request.continue());
  };
  page.on('request', refuse);
  return async () => {
    page.off('request', refuse);
    await page.setRequestInterception(false);
  };
}
