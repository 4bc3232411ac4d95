import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { BroadcasterProcess } from './support/broadcaster-process.ts';
import { Front } from './support/front.ts';
import { PageServer } from './support/page-server.ts';
import { Cast } from './support/pairs.ts';
import { Person } from './support/person.ts';
import { freshRoom, TEST_TIMEOUT_MS, tidyUp } from './support/stage.ts';

const DRAIN_MS = 2_000;

describe('a broadcaster that is replaced by another', { timeout: TEST_TIMEOUT_MS }, () => {
  let old: BroadcasterProcess;
  let fresh: BroadcasterProcess;
  let front: Front;
  let pages: PageServer;
  before(async () => {
    const flags = ['--drain', String(DRAIN_MS)];
    [old, fresh, pages] = await Promise.all([
      BroadcasterProcess.start('127.0.0.1', flags),
      BroadcasterProcess.start('127.0.0.1', flags),
      PageServer.start(),
    ]);
    front = await Front.start(old.url);
  });
  after(async () => {
    front.close();
    await tidyUp();
  });

  it('goes unnoticed by those who talk, who take their seats at the new one', async () => {
    const browsers = await new Cast().withThird(['chromium', 'firefox']);
    const room = freshRoom();
    const url = (name: string): string => pages.chat(front.url, { room, name });
    const ada = await Person.arrive(browsers[0], url('Ada'));
    const bo = await Person.arrive(browsers[1], url('Bo'));
    await Promise.all([ada.connected(), bo.connected()]);
    await ada.send('before');

    front.turnTo(fresh.url);
    const stopped = old.stop();
    let sent = 0;
    let exitCode: number | null | undefined;
    // As long as it drains, and once after.
    do {
      sent += 1;
      await Promise.all([ada.send(`a${sent}`), bo.send(`b${sent}`)]);
      exitCode = await Promise.race([stopped, Promise.resolve(undefined)]);
    } while (exitCode === undefined);
    assert.equal(exitCode, 0);
    await ada.send('after');

    for (const person of [ada, bo]) {
      await person.until('all is there', (chat, n) => chat.messages.length === n, 2 * sent + 2);
      assert.equal(await person.read((chat) => chat.status), 'connected');
      const heard = await person.heard();
      const unrest = heard.filter(
        ({ type, status }) => type === 'peer-leave' || status === 'reconnecting',
      );
      assert.deepEqual(unrest, []);
    }
    const cleo = await Person.arrive(browsers[2], url('Cleo'));
    await Promise.all([ada, bo, cleo].map((person) => person.connected(2)));
    assert.deepEqual(await fresh.health(), { ok: true, rooms: 1, peers: 3, sockets: 3 });
  });
});
