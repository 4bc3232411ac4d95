import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, CDPSession, Page } from 'puppeteer-core';
import { Cast, mixedPairs, pairName } from './support/pairs.ts';
import type { Person } from './support/person.ts';
import { spyOnConnections, spyOnTraces } from './support/spies.ts';
import { freshRoom, Stage, TEST_TIMEOUT_MS, tidyUp } from './support/stage.ts';

const JOINS = 100;
/** What a page allocates once comes in the first of them. */
const WARM_UP = 10;
/** A leak of one log, link or element a join would be several times this. */
const MAX_GROWTH_PER_JOIN_BYTES = 8_192;
/** The last closed connections are collected some time after they have been closed. */
const MAX_NOT_COLLECTED = 10;

const cast = new Cast();
let stage: Stage;
before(async () => (stage = await Stage.set()));
after(tidyUp);

/** Bytes in use after everything has been collected that can be; only Chromium tells. */
async function heapBytes(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize;
}

/** The page's owner puts the tag in and takes it out, `times` times; somebody else is in the room. */
async function joinAndLeave(page: Page, times: number): Promise<void> {
  await page.evaluate(async (count) => {
    const [before] = document.querySelectorAll('rtc-chat');
    if (!before) throw new Error('no rtc-chat');
    let chat = before;
    for (let i = 0; i < count; i++) {
      const next = chat.cloneNode() as typeof chat;
      const [old, connected] = [chat, new AbortController()];
      await old.leave();
      await new Promise<void>((resolve) => {
        next.addEventListener(
          'rtc-chat-status',
          ({ status }) => {
            if (status === 'connected') resolve();
          },
          { signal: connected.signal },
        );
        old.replaceWith(next);
      });
      connected.abort();
      chat = next;
    }
  }, times);
}

interface Traces {
  readonly live: number;
  readonly sockets: number;
  readonly locks: readonly string[];
  readonly listeners: Readonly<Record<string, number>>;
}

const tracesOf = (page: Page): Promise<Traces> =>
  page.evaluate(async () => {
    const { held = [], pending = [] } = await navigator.locks.query();
    return {
      live: connectionSpy.live(),
      sockets: traceSpy.sockets(),
      locks: [...held, ...pending].map(({ name }) => name ?? ''),
      listeners: traceSpy.listeners(),
    };
  });

/** What runs calls comes when the page is idle after a link, and listens to the page's end, as who dials does. */
async function callPartIsThere(page: Page): Promise<void> {
  await page.waitForFunction(() => traceSpy.listeners()['pagehide'] === 2);
}

// Each browser joins and leaves, and stays.
for (const pair of mixedPairs) {
  describe(
    `${JOINS} joins and leaves of ${pair[0]} with ${pair[1]} in the room`,
    { timeout: TEST_TIMEOUT_MS },
    () => {
      it('leave no connection, socket, lock or listener behind', async (t) => {
        const [first, second] = await cast.of(pair);
        const room = freshRoom();
        const arrive = (browser: Browser, name: string): Promise<Person> =>
          stage.arrive(browser, { room, name }, { beforeLoad: [spyOnConnections, spyOnTraces] });
        const ada = await arrive(first, 'Ada');
        const bo = await arrive(second, 'Bo');
        await Promise.all([ada.connected(), bo.connected()]);
        await joinAndLeave(ada.page, WARM_UP);
        await callPartIsThere(ada.page);
        const [once, session] = [
          await tracesOf(ada.page),
          pair[0] === 'chromium' ? await ada.page.createCDPSession() : null,
        ];
        const heapBefore = session ? await heapBytes(session) : 0;
        const startMs = performance.now();
        await joinAndLeave(ada.page, JOINS);
        const msPerJoin = (performance.now() - startMs) / JOINS;

        await bo.connected();
        await callPartIsThere(ada.page);
        const again = await tracesOf(ada.page);
        // A connection that is kept ready beside the one in use, or not yet again, is no trace.
        assert.ok(again.live <= once.live + 1, `${again.live} connections, ${once.live} before`);
        assert.deepEqual({ ...again, live: 0 }, { ...once, live: 0 });
        const other = await tracesOf(bo.page);
        assert.ok(other.live <= 2 && other.sockets === 1, JSON.stringify(other));
        let growth = '';
        if (session) {
          const grown = (await heapBytes(session)) - heapBefore;
          growth = `, heap ${Math.round(grown / JOINS)} bytes a join`;
          assert.ok(
            grown < JOINS * MAX_GROWTH_PER_JOIN_BYTES,
            `the heap has grown by ${grown} bytes`,
          );
          const kept = await ada.page.evaluate(() => connectionSpy.kept());
          assert.ok(kept <= MAX_NOT_COLLECTED, `${kept} connections have not been collected`);
          await session.detach();
        }

        // And when it is over nothing is left at all.
        for (const person of [ada, bo]) {
          await person.page.evaluate(async () => {
            const chat = document.querySelector('rtc-chat');
            await chat?.leave();
            chat?.remove();
          });
        }
        for (const person of [ada, bo]) {
          // The broadcaster's answer closes the socket.
          await person.page.waitForFunction(
            async () =>
              traceSpy.sockets() === 0 && (await navigator.locks.query()).held?.length === 0,
          );
          const left = await tracesOf(person.page);
          assert.deepEqual([left.live, left.sockets, left.locks], [0, 0, []]);
        }
        const { sockets, rooms } = await stage.broadcaster.health();
        assert.deepEqual([sockets, rooms], [0, 0]);
        t.diagnostic(`${pairName(pair)}: ${Math.round(msPerJoin)} ms a join and leave${growth}`);
        await stage.clear();
      });
    },
  );
}
