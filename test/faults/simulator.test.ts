import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { play } from './simulator/scenario.ts';

const soak = process.env['RTC_CHAT_SOAK'] === '1';
/** One seed, to see again what a run has found. */
const { RTC_CHAT_SEED: only } = process.env;
const RUN = fileURLToPath(new URL('simulator/run.ts', import.meta.url));

/** A run of a hundred people's lives takes no longer than this, in any form. */
const LIMIT_MS = 60 * 60_000;
const SHORT_SECONDS = 10;
const FULL_SEEDS = 10_000;

interface Sums {
  readonly seeds: number;
  readonly shown: number;
  readonly lost: number;
  readonly twice: number;
  readonly outOfOrder: number;
  readonly other: number;
  readonly slowestMs: number;
}

/** What a process found that plays these seeds. */
async function run(...words: readonly number[]): Promise<{ sums: Sums; complaints: string[] }> {
  const child = spawn(process.execPath, ['--import=tsx', RUN, ...words.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const complaints: string[] = [];
  let sums: Sums | null = null;
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line) as { sums?: Sums };
    if (said.sums) sums = said.sums;
    else complaints.push(line);
  }
  if (!sums) throw new Error('A simulation ended without a word.');
  return { sums, complaints };
}

describe('everything between two screens, simulated with faults', { timeout: LIMIT_MS }, () => {
  it('loses nothing, shows nothing twice and nothing out of order', async (t) => {
    const processes = only === undefined ? Math.max(1, Math.min(availableParallelism(), 8)) : 1;
    const each = Math.ceil(FULL_SEEDS / processes);
    const runs = await Promise.all(
      Array.from({ length: processes }, (_, at) => {
        if (only !== undefined) return run(Number(only), 1);
        return soak ? run(at * each, each) : run(at * each, each, SHORT_SECONDS);
      }),
    );
    const total = (kind: keyof Sums): number => runs.reduce((sum, { sums }) => sum + sums[kind], 0);
    const slowestMs = Math.max(...runs.map(({ sums }) => sums.slowestMs));
    t.diagnostic(
      `${total('seeds')} seeds, ${total('shown')} messages: ${total('lost')} lost, ${total('twice')} twice, ` +
        `${total('outOfOrder')} out of order, ${total('other')} otherwise wrong; ` +
        `all there within ${slowestMs / 1_000} s of calm`,
    );
    const complaints = runs.flatMap((each) => each.complaints);
    assert.deepEqual(complaints.slice(0, 3), [], 'seen again with RTC_CHAT_SEED=<seed>');
    assert.ok(total('shown') > 100);
  });

  it('comes out the same whenever a seed is played', async () => {
    const [first, second] = [await play(17), await play(17)];
    assert.ok(first.shown > 50);
    assert.deepEqual(second, first);
  });
});
