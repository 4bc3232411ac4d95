import type { Browser } from 'puppeteer-core';
import type { Attributes } from '../../e2e/support/page-server.ts';
import { freshRoom, type Stage } from '../../e2e/support/stage.ts';
import { Judge } from './judge.ts';
import { Writer } from './witness.ts';

/** Two who write to each other before a judge's eyes, each in a browser of their own. */
export class Meeting {
  readonly judge = new Judge();
  readonly ada = new Writer('Ada', this.judge);
  readonly bo = new Writer('Bo', this.judge);
  readonly room = freshRoom();
  readonly #stage: Stage;
  readonly #beforeLoad: readonly (() => void)[];

  /** Both are there and connected. `beforeLoad` run in their pages before the pages' own scripts. */
  static async of(
    stage: Stage,
    [first, second]: readonly [Browser, Browser],
    beforeLoad: readonly (() => void)[] = [],
  ): Promise<Meeting> {
    const meeting = new Meeting(stage, beforeLoad);
    await meeting.arrive(meeting.ada, first);
    await meeting.arrive(meeting.bo, second);
    await meeting.connected();
    return meeting;
  }

  /** Nobody is there yet. */
  constructor(stage: Stage, beforeLoad: readonly (() => void)[] = []) {
    this.#stage = stage;
    this.#beforeLoad = beforeLoad;
  }

  async arrive(writer: Writer, browser: Browser): Promise<void> {
    const attributes: Attributes = { room: this.room, name: writer.name, history: 'session' };
    const beforeLoad = this.#beforeLoad;
    const person = await this.#stage.arrive(browser, attributes, { beforeLoad });
    await person.until('the room is entered', (chat) => chat.self !== null);
    await writer.sitDown(person);
  }

  async connected(): Promise<void> {
    await Promise.all([this.ada.person.connected(), this.bo.person.connected()]);
  }
}
