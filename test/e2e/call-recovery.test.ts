import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Browser } from 'puppeteer-core';
import { browserNames, launchBrowser } from '../support/browsers.ts';
import { CallStage } from './support/call-stage.ts';
import type { Caller } from './support/caller.ts';
import { killBrowser } from './support/kill-browser.ts';
import { Cast, mixedPairs, type Pair, pairName, pairs } from './support/pairs.ts';
import { TEST_TIMEOUT_MS, tidyUp } from './support/stage.ts';

const cast = new Cast();
let stage: CallStage;
/** Until somebody is given up for lost takes some seconds: it goes on beside the other tests. */
let killed: Promise<number>;
let killedAlone: Promise<readonly number[]>;
before(async () => {
  stage = await CallStage.set();
  killed = killOneOfTwo();
  killedAlone = killWithoutBroadcaster();
  // Said by the tests that await them.
  for (const each of [killed, killedAlone]) each.catch(() => undefined);
});
after(tidyUp);

/** Half of it is the grace of the broadcaster, which then says who has gone. */
const LOST_WITHIN_MS = 20_000;
/** Nobody says it: the path is waited for, 15 s from the moment that it was seen to be gone, looked at every 3 s. */
const LOST_ALONE_WITHIN_MS = 30_000;
const soak = process.env['RTC_CHAT_SOAK'] === '1';

for (const pair of soak ? [...pairs, ...mixedPairs.slice(1)] : mixedPairs.slice(0, 1)) {
  describe(`a call of people with ${pairName(pair)}`, { timeout: TEST_TIMEOUT_MS }, () => {
    let browsers: readonly [Browser, Browser];
    before(async () => (browsers = await cast.of(pair)));
    afterEach(() => stage.clear());

    const inCall = async (): Promise<readonly [Caller, Caller]> => {
      const [ada, bo] = await stage.pair(browsers);
      await ada.click('Start video call');
      await bo.click('Accept');
      await seen(ada, bo);
      return [ada, bo];
    };

    it('goes on without the broadcaster, from the ring to the next call', async () => {
      const [ada, bo] = await stage.pair(browsers);
      await Promise.all([ada.hasCallPart(), bo.hasCallPart()]);
      await stage.broadcaster.kill();
      await bo.click('Start video call');
      await ada.click('Accept');
      await seen(ada, bo);
      await ada.click('Share screen');
      await bo.seesPicture('screen');
      await bo.click('Hang up');
      await Promise.all([ada.inState('idle'), bo.inState('idle')]);
      await ada.click('Start video call');
      await bo.click('Accept');
      await seen(ada, bo);
      await ada.say('Nobody is needed for this');
      await bo.has('Nobody is needed for this');
      await stage.broadcaster.start();
    });

    it('has its picture back by itself after an ICE restart and after a new connection', async () => {
      const [ada, bo] = await inCall();
      await ada.click('Share screen');
      await bo.seesPicture('screen');
      const before = await ada.negotiations();
      await ada.page.evaluate(() => callSpy.current().restartIce());
      await ada.until('it is negotiated', (_, count) => callSpy.negotiations > count, before);
      await seen(ada, bo);

      for (const person of [ada, bo]) {
        await person.page.evaluate(() => callSpy.current().close());
        await seen(ada, bo);
        await bo.seesPicture('screen');
      }
      await Promise.all([ada.inState('active'), bo.inState('active')]);
      await ada.say('There you are');
      await bo.until('it is there', (chat) => chat.messages.at(-1)?.text === 'There you are');
    });

    it('ends at the other side at once when one reloads or leaves the page, and can be had again', async () => {
      const [ada, bo] = await inCall();
      await bo.reload();
      await ada.inState('idle');
      await Promise.all([ada.connected(), bo.connected()]);
      await bo.click('Start video call');
      await ada.click('Accept');
      await seen(ada, bo);
      await bo.page.goto('about:blank');
      await ada.inState('idle');
      assert.deepEqual(await ada.devicesInUse(), []);
    });
  });
}

describe('a call of two of whom one browser is killed', { timeout: TEST_TIMEOUT_MS }, () => {
  it('says that the other one is lost, and ends within 20 s; nothing is taken from a device any more', async (t) => {
    const ms = await killed;
    t.diagnostic(`over after ${Math.round(ms)} ms`);
    assert.ok(ms <= LOST_WITHIN_MS, `${ms} ms`);
  });

  it('says that the call is over, in Chromium and in Firefox, where the broadcaster was killed before', async (t) => {
    for (const [at, ms] of (await killedAlone).entries()) {
      t.diagnostic(`over in ${browserNames[at]} after ${Math.round(ms)} ms`);
      assert.ok(ms <= LOST_ALONE_WITHIN_MS, `${ms} ms`);
    }
  });
});

/** Fulfils with the milliseconds until the call is over at the other side. */
async function killOneOfTwo(): Promise<number> {
  // With a broadcaster that nobody else kills.
  const pair = await pairOn(await CallStage.set(), ['firefox', 'chromium']);
  const [ada, bo] = pair.people;
  await ada.click('Start video call');
  await bo.click('Accept');
  await seen(ada, bo);
  return lose(pair, 'Video call ended');
}

/** The same for each browser as the one that stays, with a broadcaster that is killed when both are in a call. */
async function killWithoutBroadcaster(): Promise<readonly number[]> {
  const lone = await CallStage.set();
  const all = await Promise.all(
    browserNames.map((name) => pairOn(lone, [name, name === 'firefox' ? 'chromium' : 'firefox'])),
  );
  await Promise.all(
    all.map(async ({ people: [ada, bo] }) => {
      await ada.click('Start voice call');
      await bo.click('Accept');
      await Promise.all([ada.hears(), bo.hears()]);
    }),
  );
  await lone.broadcaster.kill();
  return Promise.all(all.map((pair) => lose(pair, 'Voice call ended')));
}

interface PairOn {
  readonly people: readonly [stays: Caller, dies: Caller];
  readonly killed: Browser;
}

/** Two people, each in a browser that no other test has. */
async function pairOn(on: CallStage, [first, second]: Pair): Promise<PairOn> {
  const browsers = await Promise.all([launchBrowser(first), launchBrowser(second)]);
  return { people: await on.pair(browsers), killed: browsers[1] };
}

/** Kills the other one's browser; fulfils with the milliseconds until that is known. */
async function lose({ people: [ada], killed: browser }: PairOn, words: string): Promise<number> {
  await killBrowser(browser);
  const killedMs = performance.now();
  await ada.sees('Reconnecting…');
  await ada.inState('active');
  await ada.inState('idle');
  const ms = performance.now() - killedMs;
  await ada.sees(words);
  assert.deepEqual(await ada.devicesInUse(), []);
  return ms;
}

async function seen(...people: readonly Caller[]): Promise<void> {
  await Promise.all(people.flatMap((person) => [person.seesPicture(), person.hears()]));
}
