import assert from 'node:assert/strict';
import type { CDPSession } from 'puppeteer-core';
import type { RtcChatElement } from '../../../src/components/rtc-chat-element.ts';
import type { Message } from '../../../src/rtc/room.ts';
import type { Person } from '../../e2e/support/person.ts';

/** What `watchPage` records in the page. */
interface PageWatch {
  /** Exceptions that nobody has caught. */
  readonly faults: string[];
  readonly warnings: string[];
  /** How many texts have been written here. */
  written: number;
  writing: boolean;
  /** Texts that the page was told of, of others; those that begin like this. */
  readonly told: (beginning: string) => string[];
}

declare global {
  var pageWatch: PageWatch;
}

/** Between two texts of somebody who talks on. */
const PAUSE_MS = 100;

/** To be run by `evaluateOnNewDocument`: must not refer to anything outside itself. */
export function watchPage(): void {
  const texts: string[] = [];
  const watch: PageWatch = {
    faults: [],
    warnings: [],
    written: 0,
    writing: false,
    told: (beginning) => texts.filter((text) => text.startsWith(beginning)),
  };
  addEventListener('rtc-chat-message', (event) => {
    const { message } = event as unknown as { message: Message };
    if (!message.own) texts.push(message.text);
  });
  globalThis.pageWatch = watch;
  addEventListener('error', ({ message, error }) =>
    watch.faults.push(`${message} ${String(error)}`),
  );
  addEventListener('unhandledrejection', ({ reason }) => watch.faults.push(String(reason)));
  const { warn } = console;
  console.warn = (...words: unknown[]) => {
    watch.warnings.push(words.join(' '));
    warn(...words);
  };
}

/** Somebody who talks on while others do what they can against it. */
export class Honest {
  readonly name: string;
  readonly person: Person;
  readonly #session: CDPSession | null;

  /** `session`: of Chromium, which tells how large its heap is. */
  constructor(name: string, person: Person, session: CDPSession | null) {
    this.name = name;
    this.person = person;
    this.#session = session;
  }

  /** Writes "<name> 1", "<name> 2" … until it is told to stop. */
  async talk(): Promise<void> {
    await this.person.page.evaluate(
      (name, pauseMs) => {
        const chat = document.querySelector('rtc-chat') as unknown as RtcChatElement;
        pageWatch.writing = true;
        void (async () => {
          while (pageWatch.writing) {
            await chat.send(`${name} ${pageWatch.written + 1}`);
            pageWatch.written++;
            await new Promise((resolve) => setTimeout(resolve, pauseMs));
          }
        })();
      },
      this.name,
      PAUSE_MS,
    );
  }

  /** Gives how many texts it has written. */
  async stop(): Promise<number> {
    await this.person.page.evaluate(() => (pageWatch.writing = false));
    await this.person.send(`${this.name} stops`);
    return this.person.page.evaluate(() => pageWatch.written);
  }

  /** Fulfils when so many more texts have come from this one than there are now. */
  async hears(name: string, more: number): Promise<void> {
    const before = (await this.#heardFrom(name)).length;
    await this.person.until(
      `${before + more} texts of ${name} have come to ${this.name}`,
      (_, words, count) => pageWatch.told(words).length >= count,
      `${name} `,
      before + more,
    );
  }

  /** Everything that this one has written has come, once and in order. */
  async hasHeard(name: string, count: number): Promise<void> {
    await this.person.until(
      `the last text of ${name} has come to ${this.name}`,
      (chat, last) => chat.messages.some(({ text }) => text === last),
      `${name} stops`,
    );
    const texts = await this.#heardFrom(name);
    const wanted = Array.from({ length: count }, (_, at) => `${name} ${at + 1}`);
    assert.deepEqual(texts, [...wanted, `${name} stops`]);
  }

  /** Texts that it has ever been told of, with this in them. */
  async wasTold(words: string): Promise<readonly string[]> {
    const told = await this.person.page.evaluate(() => pageWatch.told(''));
    return told.filter((text) => text.includes(words));
  }

  /** Texts that stand in its messages or on its screen, with this in them. */
  async shows(words: string): Promise<readonly string[]> {
    return this.person.page.evaluate((wanted) => {
      const chat = document.querySelector('rtc-chat') as unknown as RtcChatElement;
      const shown = Array.from(
        chat.shadowRoot?.querySelectorAll('[role=log]') ?? [],
        (log) => log.textContent ?? '',
      );
      const texts = [...chat.messages.map(({ text }) => text), ...shown];
      return texts.filter((text) => text.includes(wanted));
    }, words);
  }

  /** Somebody who scrolls up as far as there is anything reads these words. */
  async seesAtTheTop(words: string): Promise<void> {
    // Through ten thousand messages it takes as long as it takes; the test has a limit of its own.
    await this.person.page.waitForFunction(
      (wanted) => {
        const log = document
          .querySelector('rtc-chat')
          ?.shadowRoot?.querySelector<HTMLElement>('[role=log]');
        log?.scrollTo({ top: 0 });
        return log?.innerText.includes(wanted);
      },
      { timeout: 0 },
      words,
    );
  }

  faults(): Promise<readonly string[]> {
    return this.person.page.evaluate(() => pageWatch.faults);
  }

  warnings(): Promise<readonly string[]> {
    return this.person.page.evaluate(() => pageWatch.warnings);
  }

  /** Connections that are not closed. */
  connections(): Promise<number> {
    return this.person.page.evaluate(() => connectionSpy.live());
  }

  /** Bytes of its heap after what is of no use has been collected; null where the browser does not say. */
  async heapBytes(): Promise<number | null> {
    const session = this.#session;
    if (!session) return null;
    // The second one collects what the first one has found out to be finished with.
    for (let time = 0; time < 2; time++) await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = (await session.send('Runtime.getHeapUsage')) as { usedSize: number };
    return usedSize;
  }

  #heardFrom(name: string): Promise<readonly string[]> {
    return this.person.page.evaluate((words) => pageWatch.told(words), `${name} `);
  }
}
