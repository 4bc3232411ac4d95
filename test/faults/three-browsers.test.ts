import { after, before, describe, it } from 'node:test';
import { whyNoNetwork } from '../e2e/support/network.ts';
import { freshRoom, TEST_TIMEOUT_MS } from '../e2e/support/stage.ts';
import type { BrowserName } from '../support/browsers.ts';
import { Dice } from './simulator/dice.ts';
import { Field, places, type Spot } from './support/field.ts';
import { Judge } from './support/judge.ts';
import { assertSound, Writer } from './support/witness.ts';

const without = whyNoNetwork();
const soak = process.env['RTC_CHAT_SOAK'] === '1';
const seed = Number(process.env['RTC_CHAT_SEED'] ?? 1);

const MESSAGES = soak ? 10_000 : 200;
const FAULTS = soak ? 100 : 9;
/** How long a fault lasts, in seconds: at random between these, short ones more often. */
const SECONDS = soak ? ([1, 120] as const) : ([1, 3] as const);
const LIMIT_MS = (soak ? 60 : 1.5) * TEST_TIMEOUT_MS;

const browsers: Readonly<Record<Spot, BrowserName>> = {
  a: 'chromium',
  b: 'chromium',
  c: 'firefox',
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe(
  'two Chromium and a Firefox in a network that fails',
  { timeout: LIMIT_MS, skip: without ?? false },
  () => {
    let field: Field;
    before(async () => {
      field = await Field.start(seed);
      await Promise.all(places.map((spot) => field.launch(spot, browsers[spot])));
    });
    after(() => field.close());

    it(`brings each of ${MESSAGES} messages to all, once and in order, through ${FAULTS} faults`, async (t) => {
      const dice = new Dice(seed);
      const judge = new Judge();
      const room = freshRoom();
      const writers: Readonly<Record<Spot, Writer>> = {
        a: new Writer('Ada', judge),
        b: new Writer('Ben', judge),
        c: new Writer('Cy', judge),
      };
      const all = Object.values(writers);
      const sit = async (spot: Spot): Promise<void> => {
        const person = await field.arrive(spot, room, writers[spot].name);
        await person.until('the room is entered', (chat) => chat.self !== null);
        await writers[spot].sitDown(person);
      };
      for (const spot of places) await sit(spot);
      await Promise.all(all.map(({ person }) => person.connected(2)));

      /** Each breaks something, waits meanwhile, and mends it. */
      const { network, broadcaster } = field;
      const during = async (
        seconds: number,
        from: Spot,
        to: Spot,
        conditions: Parameters<typeof network.from>[2],
        calm: typeof conditions,
        ways: 1 | 2,
      ): Promise<void> => {
        const apply = (each: typeof conditions): Promise<void> =>
          ways === 1 ? network.from(from, to, each) : network.between(from, to, each);
        await apply(conditions);
        await pause(seconds * 1_000);
        await apply(calm);
      };
      const inPage = async (spot: Spot, what: 'loseChannel' | 'loseConnection'): Promise<void> => {
        await writers[spot].person.page.evaluate((name) => {
          (globalThis as unknown as Record<string, () => void>)[name]!();
        }, what);
      };
      const faults: Readonly<
        Record<string, (spot: Spot, other: Spot, seconds: number) => Promise<void>>
      > = {
        'cut between two': (spot, other, s) =>
          during(s, spot, other, { cut: true }, { cut: false }, 2),
        'cut one way': (spot, other, s) => during(s, spot, other, { cut: true }, { cut: false }, 1),
        'packets lost, twice and out of order': (spot, other, s) =>
          during(
            s,
            spot,
            other,
            { loss: dice.between(0.05, 0.3), duplicate: 0.1, reorder: 0.2, jitter_ms: 30 },
            { loss: 0, duplicate: 0, reorder: 0, jitter_ms: 0 },
            2,
          ),
        'channel closed': (spot) => inPage(spot, 'loseChannel'),
        'connection closed': (spot) => inPage(spot, 'loseConnection'),
        reload: async (spot) => {
          const { person } = writers[spot];
          writers[spot].standUp();
          await person.reload();
          await person.until('the room is entered', (chat) => chat.self !== null);
          await writers[spot].sitDown(person);
        },
        'browser killed': async (spot, _, s) => {
          writers[spot].standUp();
          await field.kill(spot);
          if (soak) await pause(s * 1_000);
          await field.launch(spot, browsers[spot]);
          await sit(spot);
        },
        'address changed': (spot) => network.move(spot),
        'broadcaster killed': async (_, __, s) => {
          await broadcaster.kill();
          await pause(s * 1_000);
          await broadcaster.start();
        },
      };
      /** Every kind comes in turn; where and how long is chance. */
      const kinds = Object.keys(faults);
      const count = (): number => all.reduce((sum, writer) => sum + writer.count, 0);
      for (let at = 0; at < FAULTS; at++) {
        const kind = kinds[at % kinds.length]!;
        const spot = dice.pick<Spot>(kind === 'browser killed' && !soak ? ['a', 'b'] : places);
        const other = dice.pick(places.filter((each) => each !== spot));
        const [least, most] = SECONDS;
        const seconds = least * (most / least) ** dice.next();
        const goal = Math.round((MESSAGES * (at + 1)) / FAULTS);
        let broken = true;
        const breaking = faults[kind]!(spot, other, seconds).finally(() => (broken = false));
        while (count() < goal) {
          // A person at a page that is gone writes when it is back.
          await Promise.all([dice.pick(all).write(), broken && soak ? pause(20) : null]);
        }
        try {
          await breaking;
        } catch (cause) {
          throw new Error(`seed ${seed}: fault ${at}, ${kind}, could not be made`, { cause });
        }
      }

      const calmMs = performance.now();
      await Promise.all(all.map(({ person }) => person.connected(2)));
      const shown = await assertSound(judge, all);
      const s = ((performance.now() - calmMs) / 1_000).toFixed(1);
      t.diagnostic(
        `seed ${seed}: ${shown} of ${count()} were shown as sent; all there ${s} s after`,
      );
    });
  },
);
