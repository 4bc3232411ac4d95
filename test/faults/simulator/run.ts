/// Plays seeds one after the other: `run.ts <first seed> <how many> [seconds | --until-found]`. A line of JSON for each that the judge
/// complains of, and one with the sums; ends with 1 where there was one.
import { isSound, play, type Outcome } from './scenario.ts';

const [first, count, limit = 'Infinity'] = process.argv.slice(2);
const untilFound = limit === '--until-found';
const seconds = untilFound ? Infinity : Number(limit);
const end = Number(first) + Number(count);
const startNs = process.hrtime.bigint();
const over = (): boolean => Number(process.hrtime.bigint() - startNs) / 1e9 > seconds;

const sums = { seeds: 0, shown: 0, lost: 0, twice: 0, outOfOrder: 0, other: 0, slowestMs: 0 };
for (let seed = Number(first); seed < end && !over(); seed++) {
  const outcome: Outcome = await play(seed);
  sums.seeds++;
  for (const kind of ['shown', 'lost', 'twice', 'outOfOrder', 'other'] as const)
    sums[kind] += outcome[kind];
  sums.slowestMs = Math.max(sums.slowestMs, outcome.calmMs);
  if (isSound(outcome)) continue;
  process.exitCode = 1;
  process.stdout.write(`${JSON.stringify({ ...outcome, errors: outcome.errors.map(String) })}\n`);
  if (untilFound) break;
}
process.stdout.write(`${JSON.stringify({ sums })}\n`);
