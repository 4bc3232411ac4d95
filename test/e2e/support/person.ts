import type { Browser, ElementHandle, Page } from 'puppeteer-core';
import type { Message, Peer } from '../../../src/rtc/room.ts';
import type { RtcChatElement } from '../../../src/components/rtc-chat-element.ts';

/** Only ever reached by a test that fails. */
export const PATIENCE_MS = 30_000;

/** What the page's own listeners have heard: `RECORDER` in page-server.ts. */
export interface Heard {
  readonly type: 'status' | 'message' | 'delivery' | 'peer-join' | 'peer-leave' | 'error';
  readonly status?: string;
  readonly reason?: string;
  readonly peer?: string;
  readonly code?: string;
  readonly text?: string;
  readonly state?: string;
  readonly own?: boolean;
}

/** One person before one browser window with the chat in it. Does what a person does, sees what a person sees. */
export class Person {
  readonly page: Page;

  /** Opens the page in a new tab, in front of the others. `beforeLoad` run before the page's own scripts. */
  static async arrive(
    browser: Browser,
    url: string,
    beforeLoad: readonly (() => void)[] = [],
  ): Promise<Person> {
    const page = await browser.newPage();
    // tsx compiles with esbuild's `keepNames`, whose helper is not in the page.
    await page.evaluateOnNewDocument('globalThis.__name = (it) => it');
    for (const script of beforeLoad) await page.evaluateOnNewDocument(script);
    page.setDefaultTimeout(PATIENCE_MS);
    const person = new Person(page);
    await person.open(url);
    return person;
  }

  constructor(page: Page) {
    this.page = page;
  }

  /** Goes to this page; fulfils when the element is there, whatever it shows. */
  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.ready();
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.ready();
  }

  async ready(): Promise<void> {
    await this.page.waitForFunction(
      () => document.querySelector('rtc-chat')?.shadowRoot?.childElementCount,
    );
  }

  /** Closes the tab: the browser process stays. */
  async close(): Promise<void> {
    await this.page.close();
  }

  /** What only somebody who sees the window sees: a page in the background does not mark anything as seen. */
  async look(): Promise<void> {
    await this.page.bringToFront();
  }

  /** Fulfils as soon as the element is as described; `holds` runs in the page. */
  async until<A extends readonly unknown[]>(
    what: string,
    holds: (chat: RtcChatElement, ...args: A) => unknown,
    ...args: A
  ): Promise<void> {
    const chat = await this.#chat();
    try {
      await this.page.waitForFunction(holds as (...args: unknown[]) => unknown, {}, chat, ...args);
    } catch (cause) {
      const state = await this.#describe().catch((error: unknown) => String(error));
      throw new Error(`It never came true that ${what}. The element: ${state}`, { cause });
    } finally {
      await chat.dispose().catch(() => undefined);
    }
  }

  /** Something of the element; `read` runs in the page. */
  async read<T>(read: (chat: RtcChatElement) => T): Promise<T> {
    const chat = await this.#chat();
    try {
      return (await chat.evaluate(read as (chat: Element) => unknown)) as T;
    } finally {
      await chat.dispose();
    }
  }

  async connected(peers = 1): Promise<void> {
    await this.until(
      `${peers} are connected`,
      (chat, count) =>
        chat.status === 'connected' &&
        chat.peers.filter(({ link }) => link === 'connected').length === count,
      peers,
    );
  }

  /** Has exactly these texts, in this order, in the property and on the screen. */
  async has(...texts: readonly string[]): Promise<void> {
    await this.until(
      `the messages are ${JSON.stringify(texts)}`,
      (chat, wanted) => {
        const shown = chat.shadowRoot?.querySelectorAll('[role=log] [part~=bubble]') ?? [];
        return (
          JSON.stringify(chat.messages.map(({ text }) => text)) === wanted &&
          JSON.stringify(Array.from(shown, ({ textContent }) => textContent?.trim())) === wanted
        );
      },
      JSON.stringify(texts),
    );
  }

  /** These words are to be read somewhere in the element. */
  async sees(words: string): Promise<void> {
    await this.until(
      `"${words}" is on the screen`,
      (chat, wanted) =>
        Array.from(chat.shadowRoot?.children ?? [], (child) =>
          child instanceof HTMLElement ? child.innerText : '',
        )
          .join('\n')
          .includes(wanted),
      words,
    );
  }

  /** Writes into the field of this accessible name, with the keyboard. */
  async type(text: string, field = 'Message'): Promise<void> {
    const input = await this.#named(field, 'textbox');
    await input.click();
    await this.page.keyboard.type(text);
    await input.dispose();
  }

  async press(key: 'Enter'): Promise<void> {
    await this.page.keyboard.press(key);
  }

  /** Types the text and presses Enter. */
  async say(text: string): Promise<void> {
    await this.type(text);
    await this.press('Enter');
  }

  async click(name: string, role = 'button'): Promise<void> {
    const button = await this.#named(name, role);
    await button.click();
    await button.dispose();
  }

  /** Sends by the method, for many or for a page in the background. Fulfils when committed. */
  async send(...texts: readonly string[]): Promise<void> {
    const chat = await this.#chat();
    await chat.evaluate(async (element, list) => {
      for (const text of list) await (element as RtcChatElement).send(text);
    }, texts as string[]);
    await chat.dispose();
  }

  self(): Promise<RtcChatElement['self']> {
    return this.read((chat) => chat.self);
  }

  peers(): Promise<readonly Peer[]> {
    return this.read((chat) => chat.peers);
  }

  texts(): Promise<readonly string[]> {
    return this.read((chat) => chat.messages.map(({ text }) => text));
  }

  states(): Promise<readonly Message['state'][]> {
    return this.read((chat) => chat.messages.map(({ state }) => state));
  }

  heard(): Promise<readonly Heard[]> {
    return this.page.evaluate(() => (globalThis as unknown as { heard: Heard[] }).heard);
  }

  async #chat(): Promise<ElementHandle> {
    const chat = await this.page.waitForSelector('rtc-chat');
    if (!chat) throw new Error('There is no rtc-chat in the page.');
    return chat;
  }

  async #named(name: string, role: string): Promise<ElementHandle> {
    const found = await this.page.waitForSelector(
      `rtc-chat >>> ::-p-aria([name="${name}"][role="${role}"])`,
    );
    if (!found) throw new Error(`There is no ${role} named ${name}.`);
    return found;
  }

  #describe(): Promise<string> {
    return this.read((chat) =>
      JSON.stringify({
        status: chat.status,
        self: chat.self,
        peers: chat.peers,
        count: chat.messages.length,
        last: chat.messages.slice(-6).map(({ id, text, state }) => ({ id, text, state })),
        screen: Array.from(chat.shadowRoot?.children ?? [], (child) =>
          child instanceof HTMLElement ? child.innerText : '',
        ).join(' | '),
        heard: (globalThis as unknown as { heard?: unknown[] }).heard?.slice(-12),
      }),
    );
  }
}
