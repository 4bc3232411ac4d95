import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Browser } from 'puppeteer-core';
import { Cast, orderedPairs, pairName } from './support/pairs.ts';
import { freshRoom, Stage, TEST_TIMEOUT_MS, tidyUp } from './support/stage.ts';

const cast = new Cast();
let stage: Stage;
before(async () => (stage = await Stage.set()));
after(tidyUp);

for (const pair of orderedPairs) {
  describe(`people with ${pairName(pair)}`, { timeout: TEST_TIMEOUT_MS }, () => {
    let browsers: readonly [Browser, Browser, Browser];
    before(async () => (browsers = await cast.withThird(pair)));
    afterEach(() => stage.clear());

    it('talk both ways, see who is typing and how far a message has come', async () => {
      const [ada, bo] = await stage.two(browsers);
      await ada.say('Hello Bo');
      await bo.has('Hello Bo');
      await bo.type('Hello');
      await ada.sees('Bo is typing');
      await bo.type(' Ada');
      await bo.press('Enter');
      await ada.has('Hello Bo', 'Hello Ada');
      await ada.sees('Seen');
      await bo.sees('Seen');

      // Who does not look has it, but has not seen it.
      const elsewhere = await browsers[1].newPage();
      await elsewhere.bringToFront();
      await ada.say('Are you there?');
      await ada.sees('Delivered');
      assert.deepEqual(await ada.states(), ['seen', 'delivered', 'delivered']);
      await elsewhere.close();
      await bo.look();
      await ada.until('it is seen', (chat) => chat.messages.at(-1)?.state === 'seen');

      const told = (await bo.heard()).filter(({ type }) => type === 'message');
      const expected = ['Hello Bo', 'Hello Ada', 'Are you there?'];
      assert.deepEqual(
        told.map(({ text }) => text),
        expected,
      );
    });

    it('are refused from a room of two as third, and admitted when one has left', async () => {
      const [ada, bo, room] = await stage.two(browsers, { capacity: 2 });
      const cleo = await stage.arrive(browsers[2], { room, capacity: 2, name: 'Cleo' });
      await cleo.sees('This room is full');
      await cleo.sees(`All 2 places in “${room}” are taken.`);
      await ada.say('Nobody else hears this');
      await bo.has('Nobody else hears this');
      assert.deepEqual(await cleo.texts(), []);

      await bo.read((chat) => chat.leave());
      await cleo.click('Try again');
      await Promise.all([cleo.connected(), ada.connected()]);
      await ada.say('Welcome, Cleo');
      await cleo.until('the word is there', (chat) =>
        chat.messages.some(({ text }) => text === 'Welcome, Cleo'),
      );
    });

    it('learn at the field that a name is taken, and come in under another one', async () => {
      const room = freshRoom();
      const ada = await stage.arrive(browsers[0], { room, name: 'Ada' });
      await ada.sees('You’re the first one here');
      const other = await stage.arrive(browsers[1], { room, name: 'ADA' });
      await other.sees('Someone here is already called ADA.');
      await other.type(' L', 'Your name');
      await other.press('Enter');
      await Promise.all([ada.connected(), other.connected()]);
      const [known] = await ada.peers();
      assert.equal(known?.name, (await other.self())?.name);
      assert.notEqual(known?.name.toLowerCase(), 'ada');
      // Nothing is clicked in between: who has come in by the form can write at once.
      await other.page.keyboard.type('I am in');
      await other.press('Enter');
      await ada.has('I am in');
    });

    it('are the same person after a reload, miss nothing and leave no ghost', async () => {
      const [ada, bo] = await stage.two(browsers);
      const self = await bo.self();
      await ada.say('Before');
      await bo.say('the reload');
      await ada.has('Before', 'the reload');
      await Promise.all([bo.reload(), ada.send('while', 'you', 'were', 'away')]);
      await Promise.all([ada.connected(), bo.connected()]);
      assert.deepEqual(await bo.self(), self);
      const all = ['Before', 'the reload', 'while', 'you', 'were', 'away'];
      await Promise.all([ada.has(...all), bo.has(...all)]);
      await bo.say('I am back');
      await Promise.all([ada.has(...all, 'I am back'), bo.has(...all, 'I am back')]);
      assert.deepEqual(
        (await ada.peers()).map(({ id, name }) => ({ id, name })),
        [self],
      );
      assert.equal((await bo.peers()).length, 1);
      const news = (await ada.heard()).filter(({ type }) => type.startsWith('peer-'));
      assert.deepEqual(
        news.map(({ type, peer }) => [type, peer]),
        [['peer-join', 'Bo']],
      );
    });
  });
}
