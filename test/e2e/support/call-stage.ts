import type { Browser } from 'puppeteer-core';
import { spyOnCalls, standInForScreen } from './call-spy.ts';
import { Caller } from './caller.ts';
import { BroadcasterProcess } from './broadcaster-process.ts';
import { type Attributes, PageServer } from './page-server.ts';
import { freshRoom, Stage } from './stage.ts';

/** A stage whose people make calls. */
export class CallStage extends Stage {
  static override async set(): Promise<CallStage> {
    return new CallStage(await BroadcasterProcess.start(), await PageServer.start());
  }

  async caller(
    browser: Browser,
    attributes: Attributes,
    beforeLoad: readonly (() => void)[] = [],
  ): Promise<Caller> {
    const scripts = { beforeLoad: [...beforeLoad, standInForScreen, spyOnCalls] };
    return new Caller((await this.arrive(browser, attributes, scripts)).page);
  }

  /** Somebody in each browser, all in one room and connected; they come at once. */
  async callers(
    browsers: readonly Browser[],
    beforeLoad: readonly (() => void)[] = [],
  ): Promise<readonly Caller[]> {
    const room = freshRoom();
    const all = await Promise.all(
      browsers.map((browser, at) => this.caller(browser, { room, name: NAMES[at]! }, beforeLoad)),
    );
    await Promise.all(all.map((person) => person.connected(all.length - 1)));
    return all;
  }

  /** Ada in the first browser and Bo in the second, connected. */
  async pair(
    [first, second]: readonly [Browser, Browser, ...unknown[]],
    beforeLoad: readonly (() => void)[] = [],
  ): Promise<readonly [ada: Caller, bo: Caller]> {
    const [ada, bo] = await this.callers([first, second], beforeLoad);
    return [ada!, bo!];
  }
}

const NAMES = ['Ada', 'Bo', 'Cleo', 'Dan'];
