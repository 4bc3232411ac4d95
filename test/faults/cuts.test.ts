import { after, afterEach, before, describe, it } from 'node:test';
import { whyNoNetwork } from '../e2e/support/network.ts';
import { pairName, pairs, type Pair } from '../e2e/support/pairs.ts';
import { freshRoom, TEST_TIMEOUT_MS } from '../e2e/support/stage.ts';
import { Field } from './support/field.ts';
import { Judge } from './support/judge.ts';
import { assertSound, Writer } from './support/witness.ts';

const without = whyNoNetwork();
const soak = process.env['RTC_CHAT_SOAK'] === '1';

/** Which pairs, how long nothing passes (seconds), and how much later the broadcaster is back. */
const plan: {
  readonly pairs: readonly Pair[];
  readonly lengths: readonly number[];
  readonly backAfterS: number;
  readonly broadcasters: readonly ('up' | 'down')[];
} = soak
  ? { pairs, lengths: [5, 15, 26, 40, 100], backAfterS: 10, broadcasters: ['up', 'down'] }
  : { pairs: [['chromium', 'firefox']], lengths: [5], backAfterS: 2, broadcasters: ['down'] };
const LIMIT_MS = (soak ? 4 : 1) * TEST_TIMEOUT_MS;

const pause = (seconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, seconds * 1_000));

describe('a cut of everything', { timeout: 20 * LIMIT_MS, skip: without ?? false }, () => {
  let field: Field;
  before(async () => (field = await Field.start(1)));
  after(() => field.close());

  for (const pair of plan.pairs) {
    describe(`between ${pairName(pair)}`, { timeout: 20 * LIMIT_MS }, () => {
      before(async () => {
        await Promise.all([field.launch('a', pair[0]), field.launch('b', pair[1])]);
      });
      after(async () => {
        await Promise.all([field.kill('a'), field.kill('b')]);
      });
      const writers: Writer[] = [];
      afterEach(() => Promise.all(writers.splice(0).map(({ person }) => person.close())));

      for (const seconds of plan.lengths) {
        for (const broadcaster of plan.broadcasters) {
          it(
            `of ${seconds} s, the broadcaster ${broadcaster}, loses nothing`,
            { timeout: LIMIT_MS },
            async (t) => {
              const judge = new Judge();
              const room = freshRoom();
              for (const [spot, name] of [
                ['a', 'Ada'],
                ['b', 'Bo'],
              ] as const) {
                const writer = new Writer(name, judge);
                const person = await field.arrive(spot, room, name);
                await person.until('the room is entered', (chat) => chat.self !== null);
                await writer.sitDown(person);
                writers.push(writer);
              }
              const [ada, bo] = writers as [Writer, Writer];
              const write = async (count: number): Promise<void> => {
                for (let at = 0; at < count; at++) await Promise.all([ada.write(), bo.write()]);
              };
              await Promise.all([ada.person.connected(), bo.person.connected()]);
              await write(20);

              const { network } = field;
              const cut = (is: boolean): Promise<unknown> =>
                Promise.all([
                  network.between('a', 'b', { cut: is }),
                  network.between('a', 'hub', { cut: is }),
                  network.between('b', 'hub', { cut: is }),
                ]);
              // What has just been handed over is on its way when it happens.
              const underWay = write(20);
              await cut(true);
              if (broadcaster === 'down') await field.broadcaster.kill();
              await underWay;
              // The length of the cut is what is tested.
              await pause(seconds / 2);
              await write(10);
              await pause(seconds / 2);
              await cut(false);
              const healedMs = performance.now();
              if (broadcaster === 'down') {
                await pause(plan.backAfterS);
                await field.broadcaster.start();
              }
              await write(10);
              await Promise.all([ada.person.connected(), bo.person.connected()]);
              const connectedMs = Math.round(performance.now() - healedMs);
              const shown = await assertSound(judge, writers);
              t.diagnostic(
                `${pairName(pair)}, ${seconds} s, broadcaster ${broadcaster}: ${shown} shown as sent; connected ${connectedMs} ms after it healed`,
              );
            },
          );
        }
      }
    });
  }
});
