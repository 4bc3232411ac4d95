import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Browser } from 'puppeteer-core';
import { CallStage } from './support/call-stage.ts';
import { Cast } from './support/pairs.ts';
import { TEST_TIMEOUT_MS, tidyUp } from './support/stage.ts';

describe('two people with Chromium and two with Firefox', { timeout: TEST_TIMEOUT_MS }, () => {
  const cast = new Cast();
  let stage: CallStage;
  let browsers: readonly Browser[];
  before(async () => {
    stage = await CallStage.set();
    browsers = [
      ...(await cast.of(['chromium', 'chromium'])),
      ...(await cast.of(['firefox', 'firefox'])),
    ];
  });
  after(tidyUp);
  afterEach(() => stage.clear());

  it('have private calls of which nobody else learns; who is in one is busy for others', async () => {
    const [ada, bo, cleo, dan] = await stage.callers(browsers);
    await ada!.call('Cleo');
    await cleo!.inState('ringing');
    await cleo!.sees('Ada is calling');
    await cleo!.click('Accept');
    await Promise.all([ada!, cleo!].map((person) => person.hears()));
    for (const person of [bo!, dan!])
      assert.equal(await person.page.evaluate(() => callSpy.call), null);

    await bo!.call('Ada');
    await bo!.sees('Ada is in another call');
    await ada!.inState('active');
    await bo!.call('Dan');
    await dan!.click('Accept');
    await Promise.all([bo!, dan!].map((person) => person.hears()));
    // Two calls beside each other in one room.
    await Promise.all([ada!, cleo!].map((person) => person.hears()));
    await ada!.click('Hang up');
    await cleo!.inState('idle');
    await Promise.all([bo!, dan!].map((person) => person.inState('active')));
  });

  it('call everyone: each comes and goes by itself, one is late, the last one ends it', async () => {
    const [ada, bo, cleo, dan] = await stage.callers(browsers);
    await ada!.click('Start video call');
    await Promise.all([bo!, cleo!, dan!].map((person) => person.inState('ringing')));
    await bo!.click('Accept');
    await cleo!.click('Accept');
    await dan!.click('Decline');
    await Promise.all(
      [ada!, bo!, cleo!].flatMap((person) => [person.seesPicture('camera', 2), person.hears(2)]),
    );
    await dan!.sees('Call in progress');
    await dan!.click('Join call');
    const all = [ada!, bo!, cleo!, dan!];
    await Promise.all(all.map((person) => person.hears(3)));
    await dan!.click('Turn camera on');
    await Promise.all(all.map((person) => person.seesPicture('camera', 3)));

    await ada!.click('Hang up');
    await Promise.all([bo!, cleo!, dan!].map((person) => person.inCallWith(2)));
    await ada!.inState('available');
    assert.deepEqual(await ada!.devicesInUse(), []);
    await Promise.all([bo!, cleo!, dan!].map((person) => person.seesPicture('camera', 2)));

    await bo!.click('Hang up');
    await Promise.all([cleo!, dan!].map((person) => person.inCallWith(1)));
    await Promise.all([cleo!, dan!].map((person) => person.seesPicture('camera', 1)));
    await cleo!.click('Hang up');
    await Promise.all([ada!, bo!, cleo!, dan!].map((person) => person.inState('idle')));
    assert.deepEqual(await dan!.devicesInUse(), []);
  });
});
