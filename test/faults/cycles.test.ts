import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { CDPSession } from 'puppeteer-core';
import type { Person } from '../e2e/support/person.ts';
import { spyOnConnections } from '../e2e/support/spies.ts';
import { freshRoom, Stage, TEST_TIMEOUT_MS, tidyUp } from '../e2e/support/stage.ts';
import { launchBrowser } from '../support/browsers.ts';

const soak = process.env['RTC_CHAT_SOAK'] === '1';
const CYCLES = soak ? 600 : 12;
/** What a heap differs by from one look to the next with nothing done in between, and some. */
const NOISE_BYTES = 1_500_000;
const LIMIT_MS = (soak ? 15 : 1) * TEST_TIMEOUT_MS;

let stage: Stage;
before(async () => (stage = await Stage.set()));
after(tidyUp);

/** Bytes of a page's heap after what is of no use has been collected. */
async function heapOf(session: CDPSession): Promise<number> {
  // The second one collects what the first one has found out to be finished with.
  for (let time = 0; time < 2; time++) await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = (await session.send('Runtime.getHeapUsage')) as { usedSize: number };
  return usedSize;
}

/** Waits until so many connections live in the page, and no other is kept. */
async function settle(person: Person, session: CDPSession, live: number): Promise<void> {
  await person.until(
    `${live} connections live`,
    (_, count) => globalThis.connectionSpy.live() === count,
    live,
  );
  await heapOf(session);
}

describe('connecting and disconnecting again and again', { timeout: LIMIT_MS }, () => {
  it(`leaves as many connections as people after ${CYCLES} cycles, and no growing heap`, async (t) => {
    const browsers = [await launchBrowser('chromium'), await launchBrowser('chromium')] as const;
    // With room for nobody else: no connection is kept ready for somebody who may come.
    const attributes = { room: freshRoom(), capacity: 2, calls: 'none' };
    const beforeLoad = [spyOnConnections];
    const ada = await stage.arrive(browsers[0], { ...attributes, name: 'Ada' }, { beforeLoad });
    const bo = await stage.arrive(browsers[1], { ...attributes, name: 'Bo' }, { beforeLoad });
    const people = await Promise.all(
      [ada, bo].map(async (person) => ({ person, session: await person.page.createCDPSession() })),
    );
    await Promise.all(people.map(({ person }) => person.connected()));

    let first: readonly number[] | null = null;
    for (let cycle = 1; cycle <= CYCLES; cycle++) {
      await bo.read((chat) => chat.leave());
      await ada.until('nobody else is there', (chat) => chat.peers.length === 0);
      await bo.read((chat) => chat.join());
      await Promise.all(people.map(({ person }) => person.connected()));
      // What is made once is there by now.
      if (cycle !== Math.ceil(CYCLES / 4)) continue;
      for (const { person, session } of people) await settle(person, session, 1);
      first = await Promise.all(people.map(({ session }) => heapOf(session)));
    }
    for (const { person, session } of people) await settle(person, session, 1);
    const last = await Promise.all(people.map(({ session }) => heapOf(session)));
    const growth = last.map((bytes, at) => bytes - (first?.[at] ?? 0));
    const kilobytes = growth.map((bytes) => Math.round(bytes / 1_024));
    t.diagnostic(`${CYCLES} cycles: heaps grew by ${kilobytes.join(' and ')} KiB after a quarter`);
    for (const bytes of growth) assert.ok(bytes < NOISE_BYTES, `${bytes} bytes more`);

    await bo.send('Still here');
    await ada.has('Still here');
  });
});
