import { type Adapter, type Place, required, type Talk, type Visit } from '../adapters/adapter.ts';
import { FULL_WIDTH } from '../adapters/camera.ts';
import { calibrate } from './clock.ts';
import { commitTimes } from './commits.ts';
import { shownInFrame } from './frame.ts';
import { PictureWatch, type Seen } from './picture.ts';
import { rootsUnder, textOf, textUnder } from './text.ts';

/** What the receiver of a flood has seen. */
export interface Flow {
  readonly arrived: number;
  readonly inOrder: boolean;
  /** When the last one came, on the machine's clock. */
  readonly lastAtMs: number;
}

/** A flood is over when nothing has come for so long. */
const SILENCE_MS = 4_000;

/** What a page can be asked to do; the driver calls it by name. */
export type PageBench = ReturnType<typeof makePage>;

/** One person's page for one adapter. All times are on the machine's clock, which is the same in all pages. */
function makePage(adapter: Adapter) {
  let now = calibrate();
  let visit: Visit | null = null;
  let talk: Talk | null = null;
  let usableAt: Promise<number> = Promise.resolve(0);
  let take: (text: string) => void = () => undefined;
  let takeBytes: (count: number) => void = () => undefined;
  let flow: Promise<Flow> | null = null;
  let file: Promise<number> | null = null;
  let picture: PictureWatch | null = null;
  const heard = new Map<string, number>();
  let told: (() => void) | null = null;

  const current = (): Talk => required(talk, 'talk');

  const begin = (place: Place): Visit => {
    picture = new PictureWatch(now, FULL_WIDTH);
    const begun = adapter.join(place, {
      text: (text) => take(text),
      bytes: (count) => takeBytes(count),
      media: (stream) => picture?.show(stream),
    });
    visit = begun;
    usableAt = begun.usable.then((usable) => {
      const at = now();
      talk = usable;
      return at;
    });
    return begun;
  };

  return {
    async prepare(place: Place): Promise<void> {
      await adapter.prepare?.(place);
      now = calibrate();
    },

    /** The first person comes, and fulfils when the second may. */
    async wait(place: Place): Promise<void> {
      await begin(place).waiting;
    },

    /** The second person comes. */
    async join(place: Place): Promise<{ startAt: number; usableAt: number }> {
      const startAt = now();
      begin(place);
      return { startAt, usableAt: await usableAt };
    },

    usableAt: (): Promise<number> => usableAt,

    async leave(): Promise<void> {
      await visit?.leave();
      visit = talk = null;
    },

    /** Sends everything back. */
    echo(): void {
      const back = current();
      take = (text) => back.send(text);
    },

    /** Times of round trips of one message each, one after the other. */
    async roundTrips(count: number, bytes: number): Promise<number[]> {
      const there = current();
      const samples: number[] = [];
      for (let number = 0; number < count; number++) {
        const text = textOf(number, bytes);
        await new Promise<void>((resolve) => {
          const from = performance.now();
          take = (back) => {
            if (back !== text) return;
            samples.push(performance.now() - from);
            resolve();
          };
          there.send(text);
        });
        // Not from within the event that brought the last answer: people do not write there.
        await new Promise((resolve) => setTimeout(resolve));
      }
      return samples;
    },

    /** Notes when what comes from now on came first. */
    listen(): void {
      heard.clear();
      take = (text) => {
        if (!heard.has(text)) heard.set(text, now());
        told?.();
      };
    },

    /** Hands one message over; where that cannot be done any more it is lost. */
    say(text: string): void {
      try {
        current().send(text);
      } catch {
        // A channel that has closed: then it never arrives, and that is what is measured.
      }
    },

    /** Fulfils with the time at which this text came first, or with null after `withinMs`. */
    heardAt(text: string, withinMs: number): Promise<number | null> {
      const came = async (): Promise<number> => {
        for (;;) {
          const at = heard.get(text);
          if (at !== undefined) return at;
          await new Promise<void>((resolve) => (told = resolve));
        }
      };
      const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), withinMs));
      return Promise.race([came(), late]);
    },

    /** Counts what comes from now on; called, and answered, before anything is sent. */
    expect(count: number): void {
      let [arrived, inOrder, lastAtMs] = [0, true, now()];
      flow = new Promise((resolve) => {
        const finish = (): void => {
          clearInterval(watch);
          take = () => undefined;
          resolve({ arrived, inOrder, lastAtMs });
        };
        const watch = setInterval(() => {
          if (arrived > 0 && now() - lastAtMs > SILENCE_MS) finish();
        }, 250);
        take = (text) => {
          if (Number.parseInt(text, 10) !== arrived) inOrder = false;
          arrived++;
          lastAtMs = now();
          if (arrived === count) finish();
        };
      });
    },

    /** Fulfils when all that is expected has come, or nothing more comes. */
    received: (): Promise<Flow> => required(flow, 'flow'),

    /** Sends as fast as the adapter's own back-pressure lets. Gives the time of the first. */
    async flood(count: number, bytes: number): Promise<number> {
      const there = current();
      const from = now();
      for (let number = 0; number < count; number++) {
        const wait = there.ready();
        if (wait) await wait;
        there.send(textOf(number, bytes));
      }
      return from;
    },

    /** The same for the bytes of a file. */
    expectFile(bytes: number): void {
      let arrived = 0;
      file = new Promise((resolve) => {
        takeBytes = (count) => {
          arrived += count;
          if (arrived >= bytes) resolve(now());
        };
      });
    },

    /** Fulfils with the time at which all of it was here. */
    receivedFile: (): Promise<number> => required(file, 'file'),

    /** Gives the time of the beginning; null where there is no way for files. */
    async sendFile(bytes: number): Promise<number | null> {
      const there = current();
      if (!there.sendFile) return null;
      const content = new Uint8Array(bytes).fill(7);
      const from = now();
      await there.sendFile(content);
      return from;
    },

    hasFiles: (): boolean => current().sendFile !== undefined,

    hasCalls: (): boolean => current().call !== undefined,

    /** Clicks on "Start video call". Gives the time of the click. */
    call(): number {
      const from = now();
      void current().call?.();
      return from;
    },

    /** Fulfils with the first frame of the other person; with `whole`, with the first one of full size. */
    picture: (whole: boolean): Promise<Seen> => required(picture, 'picture').until(whole),

    /** Watches for so long. */
    async watchPicture(ms: number): Promise<Seen> {
      const watched = required(picture, 'picture');
      watched.restart();
      await new Promise((resolve) => setTimeout(resolve, ms));
      return required(watched.seen, 'frame');
    },

    /** Times of strict commits of the browser's own store, one record each. */
    commits: (count: number): Promise<number[]> => commitTimes(count),

    /** Shows what comes and sends a line when Enter is pressed: the least a page can do. */
    screen(): void {
      const there = current();
      const field = document.createElement('textarea');
      field.addEventListener('keydown', (event) => {
        if (event.key !== 'Enter') return;
        event.preventDefault();
        there.send(field.value);
        field.value = '';
      });
      document.body.append(field);
      field.focus();
      take = (text) => {
        const line = document.createElement('p');
        line.textContent = text;
        document.body.append(line);
      };
    },

    /** The time of the next Enter, as the browser stamped it. */
    keyAt(): Promise<number> {
      return new Promise((resolve) => {
        const life = new AbortController();
        addEventListener(
          'keydown',
          (event) => {
            if (event.key !== 'Enter') return;
            life.abort();
            resolve(now() - (performance.now() - event.timeStamp));
          },
          { capture: true, signal: life.signal },
        );
      });
    },

    /** Fulfils when a text stands on this screen: in the document, and in a frame that has been made. */
    shown(text: string): Promise<{ inDocumentAt: number; inFrameAt: number }> {
      return new Promise((resolve) => {
        const observer = new MutationObserver(() => {
          if (!textUnder(document.body).includes(text)) return;
          const inDocumentAt = now();
          observer.disconnect();
          void shownInFrame().then(() => resolve({ inDocumentAt, inFrameAt: now() }));
        });
        for (const root of rootsUnder(document.body))
          observer.observe(root, { childList: true, characterData: true, subtree: true });
      });
    },
  };
}

/** Makes the page of this adapter what the driver calls. */
export function expose(adapter: Adapter): void {
  Object.assign(globalThis, { bench: makePage(adapter) });
}
