import { expect } from 'chai';
import * as fc from 'fast-check';
import type { SignedBatch } from '../../src/protocol/batch.ts';
import { Author } from './support/author.ts';
import { openLog, type OpenLog } from './support/open-log.ts';

const soak = (globalThis as { rtcChatSoak?: boolean }).rtcChatSoak === true;

interface Written {
  readonly author: Author;
  readonly batches: readonly SignedBatch[];
}

/** A few authors who wrote at nearly the same time, one of them with a clock that was set back. */
async function writeLogs(sizes: readonly (readonly number[])[]): Promise<Written[]> {
  const start = Date.now();
  return Promise.all(
    sizes.map(async (batchSizes, index) => {
      const author = await Author.create(`Author ${index}`);
      const batches: SignedBatch[] = [];
      for (const [at, size] of batchSizes.entries()) {
        author.ms = start + (index === 0 ? -at : at);
        batches.push(
          await author.write(...Array.from({ length: size }, (_, n) => `${index} ${at} ${n}`)),
        );
      }
      return { author, batches };
    }),
  );
}

const ids = ({ conversation }: OpenLog): string[] => conversation.messages.map(({ id }) => id);

describe('Logs of several receivers', () => {
  const sizes = fc.array(fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 5 }), {
    minLength: 1,
    maxLength: 4,
  });
  /** Which batch comes next, from which author; whether the receiver waits for it, and is loaded again after it. */
  const step = fc.record({
    author: fc.nat(3),
    batch: fc.nat(4),
    wait: fc.boolean(),
    reload: fc.nat(9),
  });

  it('end with the same messages, each once and in its author’s order, however batches arrive', async function () {
    this.timeout(soak ? 300_000 : 60_000);
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.array(fc.array(step, { maxLength: 25 }), { minLength: 2, maxLength: 3 }),
        async (all, schedules) => {
          const logs = await writeLogs(all);
          const results: string[][] = [];
          for (const schedule of schedules) {
            let receiver = await openLog();
            const shown: string[] = [];
            const deliver = (author: number, batch: number) => {
              const from = logs[author % logs.length];
              const sent = from?.batches[batch % from.batches.length];
              // Everybody holds its log from the start, so nobody may skip anything.
              return from && sent
                ? receiver.log.receive(sent, { id: from.author.id, ownLow: 1 })
                : null;
            };
            // Everybody begins where the log does; in whatever order.
            for (const { author } of schedule) void deliver(author, 0);
            for (const at of logs.keys()) await deliver(at, 0);
            for (const { author, batch, wait, reload } of schedule) {
              const taken = deliver(author, batch);
              if (wait) await taken;
              if (reload > 0) continue;
              await receiver.log.close();
              shown.push(...receiver.changes.flatMap(({ entries }) => entries.map(({ id }) => id)));
              receiver = await openLog(receiver);
            }
            // Calm: each author sends again what follows what is held.
            for (const { author, batches } of logs) {
              for (const batch of batches) {
                const outcome = await receiver.log.receive(batch, { id: author.id, ownLow: 1 });
                expect(outcome).to.be.oneOf(['taken', 'repeated']);
              }
            }
            shown.push(...receiver.changes.flatMap(({ entries }) => entries.map(({ id }) => id)));
            expect(new Set(shown).size, 'shown twice').to.equal(shown.length);
            await receiver.log.close();
            receiver = await openLog(receiver);
            expect(ids(receiver).toSorted(), 'shown and kept').to.deep.equal(shown.toSorted());
            for (const { author } of logs) {
              const seqs = shown
                .filter((id) => id.startsWith(author.id))
                .map((id) => Number(id.split(':')[1]));
              expect(seqs).to.deep.equal(Array.from({ length: author.high }, (_, at) => at + 1));
            }
            results.push(ids(receiver));
          }
          const [first, ...others] = results;
          for (const other of others) expect(other).to.deep.equal(first);
        },
      ),
      { numRuns: soak ? 1_000 : 40 },
    );
  });

  it('hold the same after 5 authors wrote 2,000 texts to each other at once', async function () {
    this.timeout(60_000);
    const logs = await Promise.all(Array.from({ length: 5 }, () => openLog()));
    await Promise.all(
      logs.flatMap(({ log }) => Array.from({ length: 400 }, (_, at) => log.append(`text ${at}`))),
    );
    for (const { log: to } of logs) {
      const deliveries: Promise<unknown>[] = [];
      for (const { log, identity } of logs) {
        let batch = log.batchAfter(log.self, 0);
        for (; batch; batch = log.batchAfter(log.self, batch.last)) {
          deliveries.push(to.receive(batch, { id: identity.id, ownLow: 1 }));
        }
      }
      await Promise.all(deliveries);
    }
    const [first = [], ...others] = logs.map(ids);
    expect(first).to.have.length(2_000);
    for (const other of others) expect(other).to.deep.equal(first);
  });
});
