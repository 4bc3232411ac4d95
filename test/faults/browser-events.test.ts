import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Browser } from 'puppeteer-core';
import { BroadcasterProcess } from '../e2e/support/broadcaster-process.ts';
import { PageServer } from '../e2e/support/page-server.ts';
import type { Person } from '../e2e/support/person.ts';
import { Stage, TEST_TIMEOUT_MS, tidyUp } from '../e2e/support/stage.ts';
import { browserNames, launchBrowser } from '../support/browsers.ts';
import { Meeting } from './support/meeting.ts';
import { spyOnPage } from './support/page-spy.ts';
import { assertSound } from './support/witness.ts';

const soak = process.env['RTC_CHAT_SOAK'] === '1';
/** After so many vain attempts the next pause is 2 s long at least. */
const VAIN = 3;

let stage: Stage;
let other: Browser;
before(async () => {
  // Whoever is no longer there gives the seat back at once, so that others need not wait for that.
  const broadcaster = await BroadcasterProcess.start('127.0.0.1', ['--grace-ms', '0']);
  stage = new Stage(broadcaster, await PageServer.start());
  other = await launchBrowser('chromium');
});
after(tidyUp);
afterEach(() => stage.clear());

/**
 * To a page of somebody else and, once the broadcaster has only those who stay, `meanwhile`; then back. Whether the page
 * is still the same.
 */
async function leaveAndReturn(
  person: Person,
  stay: number,
  meanwhile: () => Promise<unknown>,
): Promise<boolean> {
  const { page } = person;
  await page.goto('about:blank');
  while ((await stage.broadcaster.health()).sockets > stay);
  await meanwhile();
  // Nobody waits for what the driver makes of it: of a page that was kept, Firefox's does not hear.
  page.goBack().catch(() => undefined);
  await person.ready();
  return page.evaluate(() => pageSpy.told.includes('pageshow of a page that was kept'));
}

for (const name of browserNames) {
  describe(`a page in ${name}`, { timeout: 2 * TEST_TIMEOUT_MS }, () => {
    let browser: Browser;
    before(async () => (browser = await launchBrowser(name)));

    it('talks on while it is offline, says so quietly, and dials at once when it is online', async () => {
      const meeting = await Meeting.of(stage, [browser, other], [spyOnPage]);
      const { ada, bo } = meeting;
      const { page } = ada.person;
      await page.setOfflineMode(true);
      await page.waitForFunction((times) => pageSpy.vain() >= times, {}, VAIN);
      assert.ok(await page.evaluate(() => pageSpy.told.includes('offline')));
      await ada.person.sees('New people can’t join just now.');
      await Promise.all([ada.write(), bo.write()]);
      await Promise.all([ada.reads('Bo 1'), bo.reads('Ada 1')]);

      // Told after all that listen in the page: what is dialled then was not waited for.
      await page.evaluate(() =>
        addEventListener('online', () => (pageSpy.dialledOnline = pageSpy.dialling())),
      );
      await page.setOfflineMode(false);
      await ada.person.until(
        'the hint is gone',
        (chat) => !chat.shadowRoot?.querySelector('[part~=notice]'),
      );
      assert.equal(await page.evaluate(() => pageSpy.dialledOnline), true);
      const cleo = await stage.arrive(other, { room: meeting.room, name: 'Cleo' });
      await cleo.connected(2);
      // Her page is before his.
      await bo.person.look();
      await Promise.all([ada.person.connected(2), bo.person.connected(2)]);
      await Promise.all([ada.write(), bo.write()]);
      await assertSound(meeting.judge, [ada, bo]);
      for (const { person } of [ada, bo]) {
        const unrest = (await person.heard()).filter(
          ({ type, status }) => ['peer-leave', 'error'].includes(type) || status === 'reconnecting',
        );
        assert.deepEqual(unrest, []);
      }
    });

    it('is left while nobody else is there: who comes finds nobody, and all of it is there when it is come back to', async (t) => {
      const meeting = new Meeting(stage, [spyOnPage]);
      const { ada, bo, judge } = meeting;
      await meeting.arrive(ada, browser);
      await ada.write();
      const { person } = ada;
      ada.standUp();
      const kept = await leaveAndReturn(person, 0, async () => {
        await meeting.arrive(bo, other);
        assert.deepEqual(await bo.person.peers(), []);
        await bo.write();
      });
      await person.until('the room is entered', (chat) => chat.self !== null);
      if (kept) {
        // The broadcaster was told by the page, before that stood still.
        const told = await person.page.evaluate(() => pageSpy.told);
        assert.deepEqual(told.slice(0, 2), ['pageshow', 'hung up']);
      }
      await ada.sitDown(person);
      await meeting.connected();
      await Promise.all([ada.write(), bo.write()]);
      const shown = await assertSound(judge, [ada, bo]);
      t.diagnostic(`${name}: ${kept ? 'the page as it was' : 'anew'}; ${shown} shown as sent`);
    });

    it('is left after its room was: what it shows is true when it is come back to, and so is what it does', async (t) => {
      const meeting = await Meeting.of(stage, [browser, other], [spyOnPage]);
      const { ada, bo, judge } = meeting;
      const { person } = ada;
      await ada.write();
      await bo.reads('Ada 1');
      await person.read((chat) => chat.leave());
      ada.standUp();
      const kept = await leaveAndReturn(person, 1, () => bo.write());
      if (kept) {
        await person.sees(`You left “${meeting.room}”`);
        await person.click('Join again');
      }
      await person.until('the room is entered', (chat) => chat.self && chat.status !== 'closed');
      await ada.sitDown(person);
      await meeting.connected();
      await ada.write();
      const shown = await assertSound(judge, [ada, bo]);
      t.diagnostic(`${name}: ${kept ? 'the page as it was' : 'anew'}; ${shown} shown as sent`);
    });
  });
}

// There is no way to have Firefox freeze a page.
describe('a page in chromium that is frozen', { timeout: TEST_TIMEOUT_MS }, () => {
  it('gives what it was writing, and has what was written meanwhile, as soon as it goes on', async () => {
    const browser = await launchBrowser('chromium');
    const meeting = await Meeting.of(stage, [browser, other], [spyOnPage]);
    const { ada, bo, judge } = meeting;
    const { person } = ada;
    await person.type('Half a thought');
    // In front of it.
    await browser.newPage();
    const session = await person.page.createCDPSession();
    const told = (): Promise<readonly string[]> => person.page.evaluate(() => pageSpy.told);

    const underWay = [ada.write(), ada.write(), ada.write()];
    await session.send('Page.setWebLifecycleState', { state: 'frozen' });
    while (!(await told()).includes('freeze'));
    await bo.write();
    await bo.write();
    assert.ok(!(await person.texts()).includes('Bo 1'), 'The page is not frozen.');
    if (soak) {
      // The other side gives the connection up.
      await bo.person.sees('We can’t reach Ada just now.');
      await bo.write();
    }
    await session.send('Page.setWebLifecycleState', { state: 'active' });
    // Nobody looks at it yet.
    await bo.reads('Ada 3');
    await Promise.all(underWay);
    assert.ok((await told()).includes('resume'));
    await person.look();
    await meeting.connected();
    await Promise.all([ada.write(), bo.write()]);
    await assertSound(judge, [ada, bo]);
    const draft = await person.read((chat) => chat.shadowRoot?.querySelector('textarea')?.value);
    assert.equal(draft, 'Half a thought');
  });
});
