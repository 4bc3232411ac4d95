import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { BroadcasterState, ChatRoom } from '../../src/rtc/chat-room.ts';
import { fleetFor } from '../server/support/fleet.ts';
import { whyWithout } from '../support/programs.ts';
import { RedisServer } from '../support/redis.ts';
import { Front } from './support/front.ts';
import { PageServer } from './support/page-server.ts';
import { Cast } from './support/pairs.ts';
import { Person } from './support/person.ts';
import { freshRoom, TEST_TIMEOUT_MS, tidyUp } from './support/stage.ts';

/** What the page's room has said of its broadcaster, in order. */
interface Watched {
  broadcasterStates: BroadcasterState[];
}

/** Before the page's own scripts: whoever extends the element can take the room that it makes, and so does this. */
function watchBroadcaster(): void {
  const states: BroadcasterState[] = [];
  (globalThis as unknown as Watched).broadcasterStates = states;
  const define = customElements.define.bind(customElements);
  customElements.define = (name, element, options) => {
    const made = element.prototype as { createRoom?: (options: unknown) => ChatRoom };
    const create = made.createRoom;
    if (create)
      made.createRoom = function (options) {
        const room = create.call(this, options);
        room.addEventListener('status', () => {
          if (room.broadcaster !== states.at(-1)) states.push(room.broadcaster);
        });
        return room;
      };
    define(name, element, options);
  };
}

describe(
  'three processes that share a Redis, behind a balancer',
  { timeout: TEST_TIMEOUT_MS, skip: whyWithout('redis-server') ?? false },
  () => {
    let redis: RedisServer;
    let pages: PageServer;
    before(async () => {
      [redis, pages] = await Promise.all([RedisServer.start(), PageServer.start()]);
    });
    after(async () => {
      await tidyUp();
      await redis.end();
    });

    it('one is killed: its people take their seats at another while everybody talks, and a newcomer meets all', async (t) => {
      const [[firefox, chromium, third], { processes, urls }] = await Promise.all([
        new Cast().withThird(['firefox', 'chromium']),
        fleetFor(t, redis, 3),
      ]);
      const front = await Front.start(...urls);
      t.after(() => front.close());
      const room = freshRoom();
      // The script comes from elsewhere, so that those who pass the balancer are those who join.
      const url = (name: string): string => pages.chat(urls[2]!, { server: front.url, room, name });
      const ada = await Person.arrive(firefox, url('Ada'), [watchBroadcaster]);
      await ada.until('she is in', (chat) => chat.self);
      const bo = await Person.arrive(chromium, url('Bo'));
      await Promise.all([ada.connected(), bo.connected()]);
      const census = (count: number) => ({ ok: true, rooms: 1, peers: count, sockets: count });
      for (const broadcaster of processes.slice(0, 2))
        assert.deepEqual(await broadcaster.health(), census(1));
      await ada.send('before');
      const self = await ada.self();

      let back = false;
      const returned = ada.page
        .waitForFunction(() =>
          /offline,.*online$/.test((globalThis as unknown as Watched).broadcasterStates.join()),
        )
        .then(() => (back = true));
      const killed = processes[0]!.kill();
      let sent = 0;
      // As long as she is away, and once after.
      for (let last = false; !last;) {
        last = back;
        sent += 1;
        await Promise.all([ada.send(`a${sent}`), bo.send(`b${sent}`)]);
      }
      await Promise.all([killed, returned]);
      assert.deepEqual(await processes[2]!.health(), census(1));
      assert.deepEqual(await ada.self(), self);

      // The balancer's turn is that of the dead one.
      const cleo = await Person.arrive(third, url('Cleo'));
      await Promise.all([ada, bo, cleo].map((person) => person.connected(2)));
      assert.deepEqual(await processes[1]!.health(), census(2));
      await cleo.send('I am new');
      for (const person of [ada, bo]) {
        await person.until('all is there', (chat, n) => chat.messages.length === n, 2 * sent + 2);
        const texts = await person.texts();
        for (const letter of ['a', 'b']) {
          const numbers = Array.from({ length: sent }, (_, at) => `${letter}${at + 1}`);
          assert.deepEqual(
            texts.filter((text) => new RegExp(`^${letter}\\d`).test(text)),
            numbers,
          );
        }
        assert.equal(await person.read((chat) => chat.status), 'connected');
        const unrest = (await person.heard()).filter(
          ({ type, status }) => type === 'peer-leave' || status === 'reconnecting',
        );
        assert.deepEqual(unrest, []);
      }
    });
  },
);
