import { randomUUID } from 'node:crypto';
import type { Browser } from 'puppeteer-core';
import { closeBrowsers } from '../../support/browsers.ts';
import { BroadcasterProcess, killBroadcasters } from './broadcaster-process.ts';
import { type Attributes, closePageServers, PageServer } from './page-server.ts';
import { Person } from './person.ts';

/** A test that hangs fails after this; nothing waits for so long when it is well. */
export const TEST_TIMEOUT_MS = 120_000;

/** A room that no other test has. */
export const freshRoom = (): string => `room ${randomUUID().slice(0, 8)}`;

/** Ends whatever a test file has started, however its tests ended. */
export async function tidyUp(): Promise<void> {
  await closeBrowsers();
  await Promise.all([killBroadcasters(), closePageServers()]);
}

/** A broadcaster, and pages on another origin. */
export class Stage {
  readonly broadcaster: BroadcasterProcess;
  readonly pages: PageServer;
  readonly #people: Person[] = [];

  static async set(): Promise<Stage> {
    return new Stage(await BroadcasterProcess.start(), await PageServer.start());
  }

  constructor(broadcaster: BroadcasterProcess, pages: PageServer) {
    this.broadcaster = broadcaster;
    this.pages = pages;
  }

  /** Somebody opens the page in this browser. `beforeLoad` run in the page before its own scripts. */
  async arrive(
    browser: Browser,
    attributes: Attributes,
    { beforeLoad = [] }: { readonly beforeLoad?: readonly (() => void)[] } = {},
  ): Promise<Person> {
    const url = this.pages.chat(this.broadcaster.url, attributes);
    const person = await Person.arrive(browser, url, beforeLoad);
    this.#people.push(person);
    return person;
  }

  /** Ada in the first browser and Bo in the second, connected. */
  async two(
    [first, second]: readonly [Browser, Browser, ...unknown[]],
    attributes: Attributes = {},
  ): Promise<readonly [ada: Person, bo: Person, room: string]> {
    const room = freshRoom();
    const ada = await this.arrive(first, { room, ...attributes, name: 'Ada' });
    const bo = await this.arrive(second, { room, ...attributes, name: 'Bo' });
    await Promise.all([ada.connected(), bo.connected()]);
    return [ada, bo, room];
  }

  /** Closes the pages of everyone who has come since the last time. */
  async clear(): Promise<void> {
    await Promise.all(
      this.#people.splice(0).map((person) => person.close().catch(() => undefined)),
    );
  }
}
