import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { browserNames } from '../support/browsers.ts';
import { Cast, mixedPairs, pairName } from './support/pairs.ts';
import { Person } from './support/person.ts';
import { Stage, TEST_TIMEOUT_MS, tidyUp } from './support/stage.ts';

const cast = new Cast();
let stage: Stage;
before(async () => (stage = await Stage.set()));
after(tidyUp);

for (const pair of mixedPairs) {
  describe(
    `the demo page, on the broadcaster's own origin, with ${pairName(pair)}`,
    { timeout: TEST_TIMEOUT_MS },
    () => {
      it('brings a second person in by its link, and they talk', async () => {
        const [first, second] = await cast.of(pair);
        const ada = await Person.arrive(first, `${stage.broadcaster.url}/`);
        await ada.type('Ada', 'Your name');
        await ada.press('Enter');
        await ada.sees('You’re the first one here');

        const link = await ada.page.$eval('::-p-text(Open a second person)', (a) =>
          a instanceof HTMLAnchorElement ? a.href : '',
        );
        assert.equal(new URL(link).origin, stage.broadcaster.url);
        const bo = await Person.arrive(second, link);
        await bo.type('Bo', 'Your name');
        await bo.press('Enter');
        await Promise.all([ada.connected(), bo.connected()]);
        await ada.say('The demo works');
        await bo.has('The demo works');
        await Promise.all([ada.close(), bo.close()]);
      });
    },
  );
}

for (const name of browserNames) {
  describe(`the demo page with ${name}`, { timeout: TEST_TIMEOUT_MS }, () => {
    it('shows two lines that put the same tag into any page', async () => {
      const [first] = await cast.of([name, name === 'chromium' ? 'firefox' : 'chromium']);
      const page = await first.newPage();
      await page.goto(`${stage.broadcaster.url}/`);
      const lines = await page.$eval('#embed', (embed) => embed.textContent ?? '');
      await page.goto(stage.pages.room);
      await page.setContent(`<!doctype html><title>Any page</title>${lines}`);
      const person = new Person(page);
      await person.ready();
      await person.type('Cleo', 'Your name');
      await person.press('Enter');
      await person.sees('You’re the first one here');
      // The next browser comes into the same room: the seat is given back.
      await person.read((chat) => chat.leave());
      await person.close();
    });
  });
}
