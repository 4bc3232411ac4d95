import assert from 'node:assert/strict';
import type { Message } from '../../../src/rtc/room.ts';
import type { Person } from '../../e2e/support/person.ts';
import type { Judge, Witness } from './judge.ts';

/** What a page was told when it sent something. */
type Answer = 'shown' | 'refused';

/**
 * Somebody in a real browser who writes before the judge's eyes and is read at the end. The page under it may go at any
 * moment, and another one takes its place.
 */
export class Writer {
  readonly name: string;
  /** How often, and why, the browser has lost everything that was kept here. */
  readonly losses: string[] = [];
  readonly #judge: Judge;
  #person: Person | null = null;
  #id: string | null = null;
  #count = 0;

  constructor(name: string, judge: Judge) {
    this.name = name;
    this.#judge = judge;
  }

  get person(): Person {
    if (!this.#person) throw new Error(`${this.name} is not there.`);
    return this.#person;
  }

  get count(): number {
    return this.#count;
  }

  /** Sits at this page, which has been admitted at least once. */
  async sitDown(person: Person): Promise<void> {
    const { id } = (await person.self()) ?? {};
    assert.ok(id);
    // Whoever comes back as somebody else cannot have what the former one kept.
    if (this.#id !== null && id !== this.#id) {
      const why = await person.page.evaluate(() => globalThis.dataLoss);
      assert.ok(why, `${this.name} comes back as somebody else`);
      this.#judge.diskLost(this.#id);
      this.losses.push(why);
    }
    this.#id = id;
    this.#person = person;
  }

  /** The page is about to go. */
  standUp(): void {
    this.#person = null;
  }

  /** Writes the next text; false where there is no page that takes it. What happens to the page meanwhile happens. */
  async write(): Promise<boolean> {
    const person = this.#person;
    const author = this.#id;
    if (!person || author === null) return false;
    const text = `${this.name} ${++this.#count}`;
    const line = this.#judge.tried({ text, writer: this.name, author, audience: [], kept: true });
    try {
      line.state = (await person.page.evaluate(async (words): Promise<string> => {
        const chat = document.querySelector('rtc-chat') as unknown as {
          send(text: string): Promise<unknown>;
        } | null;
        return chat!.send(words).then(
          () => 'shown',
          () => 'refused',
        );
      }, text)) as Answer;
      return line.state === 'shown';
    } catch {
      // The page went in this moment: it may have been written, and nobody was told.
      return false;
    }
  }

  /** Waits until this text is there, and gives how many milliseconds that took. */
  async reads(text: string): Promise<number> {
    const fromMs = performance.now();
    await this.person.until(
      `${text} is there`,
      (chat, wanted) => chat.messages.some((message) => message.text === wanted),
      text,
    );
    return Math.round(performance.now() - fromMs);
  }

  /** Waits until everything is there that must be, and gives what is read; the screen must show the end of it. */
  async testify(): Promise<Witness> {
    const id = this.#id!;
    const due = this.#judge.due(id).map(({ text }) => text);
    await this.person.until(
      `${due.length} texts are there and all ticks`,
      (chat, texts) => {
        const read = new Set(chat.messages.map(({ text }) => text));
        const isUnderWay = chat.messages.some(
          ({ own, state }) => own && (state === 'waiting' || state === 'sending'),
        );
        return !isUnderWay && texts.every((text) => read.has(text));
      },
      due,
    );
    await this.person.until('the screen shows the end of it', (chat) => {
      const bubbles = chat.shadowRoot?.querySelectorAll('[role=log] [part~=bubble]') ?? [];
      const screen = Array.from(bubbles, ({ textContent }) => textContent?.trim()).slice(-20);
      const end = chat.messages.slice(-screen.length);
      return end.length > 0 && screen.join('\n') === end.map(({ text }) => text).join('\n');
    });
    const messages = await this.#read();
    return { id, name: this.name, kept: true, messages };
  }

  #read(): Promise<readonly Message[]> {
    return this.person.read((chat) =>
      chat.messages.map(({ id, author, text, own, state, delivered, of, seen, sentAt }) => ({
        id,
        author,
        text,
        own,
        state,
        delivered,
        of,
        seen,
        sentAt,
      })),
    );
  }
}

/** Everybody testifies; the judge has nothing to complain of. Gives the number of messages that were shown as sent. */
export async function assertSound(judge: Judge, writers: readonly Writer[]): Promise<number> {
  const witnesses = await Promise.all(writers.map((writer) => writer.testify()));
  const { shown, complaints } = judge.judge(witnesses);
  assert.deepEqual(complaints, []);
  return shown;
}
