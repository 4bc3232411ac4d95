import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Browser } from 'puppeteer-core';
import { BroadcasterProcess } from './support/broadcaster-process.ts';
import { Network, whyNoNetwork } from './support/network.ts';
import { PageServer } from './support/page-server.ts';
import type { Person } from './support/person.ts';
import { freshRoom, Stage, TEST_TIMEOUT_MS, tidyUp } from './support/stage.ts';

const without = whyNoNetwork();
const soak = process.env['RTC_CHAT_SOAK'] === '1';

/**
 * Two ways for a network to be gone: one is noticed; the other is not, and the broadcaster stays in reach. A soak makes cuts
 * of both lengths (seconds) in both ways.
 */
const cuts = {
  'every cable is pulled': {
    cut: (network: Network) => network.setCables('down'),
    heal: (network: Network) => network.setCables('up'),
    lengths: [5],
  },
  'packets between browsers vanish': {
    cut: (network: Network) => network.setIsolated('on'),
    heal: (network: Network) => network.setIsolated('off'),
    lengths: [40],
  },
} as const;

const pause = (seconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, seconds * 1_000));

describe(
  'a network that is cut, with two Chromium and two Firefox in one room',
  { timeout: 4 * TEST_TIMEOUT_MS, skip: without ?? false },
  () => {
    let network: Network;
    let stage: Stage;
    let browsers: readonly Browser[];
    before(async () => {
      network = new Network();
      stage = new Stage(
        await BroadcasterProcess.start(network.address),
        await PageServer.start(network.address),
      );
      const { origin } = stage.pages;
      browsers = [
        await network.connect('chromium', origin),
        await network.connect('chromium', origin),
        await network.connect('firefox', origin),
        await network.connect('firefox', origin),
      ];
    });
    afterEach(() => stage.clear());
    after(async () => {
      await tidyUp();
      await network.close();
    });

    for (const [way, { cut, heal, lengths }] of Object.entries(cuts)) {
      for (const seconds of soak ? [5, 40] : lengths) {
        it(`heals by itself when for ${seconds} s ${way}: what all have written arrives once and in order`, async (t) => {
          const room = freshRoom();
          const people: Person[] = [];
          for (const [at, browser] of browsers.entries())
            people.push(await stage.arrive(browser, { room, name: `Person ${at}` }));
          const others = people.length - 1;
          await Promise.all(people.map((person) => person.connected(others)));
          await people[0]!.say('Before');
          await Promise.all(people.map((person) => person.has('Before')));

          cut(network);
          for (const [at, person] of people.entries()) await person.send(`${at} a`, `${at} b`);
          // The length of the cut is what is tested: the one time that is waited for.
          await pause(seconds / 2);
          for (const [at, person] of people.entries()) await person.send(`${at} c`);
          await pause(seconds / 2);
          heal(network);
          const healedMs = performance.now();

          await Promise.all(people.map((person) => person.connected(others)));
          const mendedMs = performance.now() - healedMs;
          await Promise.all(people.map((person, at) => person.send(`${at} d`)));
          const count = 1 + people.length * 4;
          for (const person of people) {
            await person.until('all is there', (chat, n) => chat.messages.length >= n, count);
            const texts = await person.texts();
            assert.equal(texts.length, count);
            for (const at of people.keys()) {
              const written = texts.filter((text) => text.startsWith(`${at} `));
              assert.deepEqual(
                written,
                ['a', 'b', 'c', 'd'].map((letter) => `${at} ${letter}`),
              );
            }
            assert.equal((await person.peers()).length, others);
          }
          const orders = await Promise.all(people.map((person) => person.texts()));
          for (const order of orders) assert.deepEqual(order, orders[0]);
          t.diagnostic(
            `${seconds} s, ${way}: all connected ${Math.round(mendedMs)} ms after it healed`,
          );
        });
      }
    }
  },
);
