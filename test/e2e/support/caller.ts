import type { CallState } from '../../../src/rtc/call.ts';
import type { Line } from '../../../src/rtc/lines.ts';
import { Person } from './person.ts';

/** So many frames are a picture that moves, not one that stands. */
const FRAMES = 5;
/** Packets of 20 ms: a second of sound, in which the fake microphones of both browsers are heard more than once. */
const PACKETS = 50;
/** What a second of silence may have; a fake microphone has a hundred times as much. */
const SILENCE = 1e-5;

/** Somebody who makes calls: `spyOnCalls` is in the page. */
export class Caller extends Person {
  /** Fulfils when that is how far the call is. */
  async inState(state: CallState): Promise<void> {
    await this.until(`the call is ${state}`, (chat, wanted) => chat.callState === wanted, state);
  }

  /** Fulfils when pictures of this line have moved since now, those of `people` others. */
  async seesPicture(line: 'camera' | 'screen' = 'camera', people = 1): Promise<void> {
    const before = await this.page.evaluate(
      (it) =>
        Object.fromEntries(
          callSpy.incoming(it).map((track) => [track.id, callSpy.framesOf(track)]),
        ),
      line,
    );
    await this.until(
      `${people} pictures of a ${line} move`,
      (_, it, formerly, count, frames) => {
        const moving = callSpy
          .incoming(it)
          .filter((track) => callSpy.framesOf(track) - (formerly[track.id] ?? 0) >= frames);
        return moving.length === count;
      },
      line,
      before,
      people,
      FRAMES,
    );
  }

  /** Fulfils when none of what comes on this line is on the screen. */
  async seesNoPicture(line: 'camera' | 'screen'): Promise<void> {
    await this.until(
      `no picture of a ${line} is shown`,
      (_, it) => callSpy.incoming(it).every((track) => callSpy.screensOf(track).length === 0),
      line,
    );
  }

  /** Fulfils when there has been sound of `people` others since now, and it was played aloud. */
  async hears(people = 1, line: Line = 'microphone'): Promise<void> {
    const before = await this.page.evaluate(
      async (it) =>
        Object.fromEntries((await callSpy.soundsOf(it)).map(({ id, energy }) => [id, energy])),
      line,
    );
    await this.until(
      `${people} are heard by their ${line}`,
      async (_, it, formerly, count, least) => {
        const now = await callSpy.soundsOf(it);
        const heard = now.filter(
          ({ id, aloud, energy }) => aloud && energy - (formerly[id] ?? 0) > least,
        );
        return heard.length === count;
      },
      line,
      before,
      people,
      SILENCE,
    );
  }

  /** Fulfils when sound comes from one other, whatever there is to be heard; sooner than `hears`. */
  async isReached(): Promise<void> {
    await this.until('sound comes', async () =>
      (await callSpy.soundsOf('microphone')).some(({ packets }) => packets > 0),
    );
  }

  /** Fulfils when a second of silence has come of every other. */
  async hearsSilence(line: Line = 'microphone'): Promise<void> {
    await this.until(
      `nothing is to be heard by a ${line}`,
      (_, it, packets, most) => callSpy.silent(it, packets, most),
      line,
      PACKETS,
      SILENCE,
    );
  }

  /** Descriptions agreed upon, on all connections of this page. */
  negotiations(): Promise<number> {
    return this.page.evaluate(() => callSpy.negotiations);
  }

  /** How far calls have been, from the first to now. */
  callStates(): Promise<readonly CallState[]> {
    return this.page.evaluate(() => callSpy.states);
  }

  /** What is being taken from microphones, cameras and screens. */
  devicesInUse(): Promise<readonly string[]> {
    return this.page.evaluate(() =>
      callSpy.taken
        .filter(({ readyState }) => readyState === 'live')
        .map(({ kind }) => kind)
        .toSorted(),
    );
  }

  /** Fulfils when so many others are in our call. */
  async inCallWith(people: number): Promise<void> {
    await this.until(
      `${people} others are in the call`,
      (_, count) => callSpy.others().length === count,
      people,
    );
  }

  /** Fulfils when the part that makes calls has been fetched. */
  async hasCallPart(): Promise<void> {
    await this.until('the call part is there', () =>
      performance.getEntriesByType('resource').some(({ name }) => name.includes('rtc-chat-call')),
    );
  }

  /** Calls this person alone, from the list of people. */
  async call(name: string): Promise<void> {
    // The list may be open already.
    const shown = await this.read((chat) => chat.shadowRoot?.querySelector('.people') !== null);
    if (!shown) await this.click(`People, ${(await this.peers()).length + 1}`);
    await this.click(`Call ${name}`);
  }

  /** Clicks when the machine's clock, which all processes share, shows `atMs`. */
  async clickAt(name: string, atMs: number): Promise<void> {
    await this.page.evaluate(
      async (label, ms) => {
        const buttons = document.querySelector('rtc-chat')?.shadowRoot?.querySelectorAll('button');
        const button = Array.from(buttons ?? []).find(
          (each) => (each.ariaLabel ?? each.textContent.trim()) === label,
        );
        if (!button) throw new Error(`There is no button named ${label}.`);
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, ms - Date.now() - 20)));
        // A timer is some milliseconds late; the last of them are waited for here.
        while (Date.now() < ms);
        button.click();
      },
      name,
      atMs,
    );
  }

  /** To another room, as the page's owner does it; fulfils when connected there. */
  async move(room: string): Promise<void> {
    await this.page.evaluate((name) => {
      document.querySelector('rtc-chat')!.room = name;
    }, room);
    await this.until('it is in the other room', (chat, name) => chat.room === name, room);
    await this.connected();
  }

  /** From now on this device answers with this error, or, with null, as it is. */
  async refuse(kind: 'audio' | 'video', error: string | null): Promise<void> {
    await this.page.evaluate(
      (it, name) => {
        if (name === null) delete callSpy.refusals[it];
        else callSpy.refusals[it] = name;
      },
      kind,
      error,
    );
  }
}
