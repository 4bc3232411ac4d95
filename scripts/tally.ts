import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/**
 * How a reporter in a child process tells the run what came of each test: a line a test in the
 * file that this variable names. A child that is killed leaves what it had counted.
 */
export const tallyVariable = 'RTC_CHAT_TALLY';

export type Outcome = 'passed' | 'failed' | 'skipped';

export type Counts = Record<Outcome, number>;

export const noCounts = (): Counts => ({ passed: 0, failed: 0, skipped: 0 });

/** `group` tells browsers apart. */
export function note(outcome: Outcome, group = ''): void {
  const path = process.env[tallyVariable];
  if (path !== undefined) appendFileSync(path, `${outcome} ${group}\n`);
}

export function readTally(path: string): ReadonlyMap<string, Counts> {
  const groups = new Map<string, Counts>();
  if (!existsSync(path)) return groups;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const [outcome, group = ''] = line.split(' ');
    if (outcome !== 'passed' && outcome !== 'failed' && outcome !== 'skipped') continue;
    const counts = groups.get(group) ?? noCounts();
    counts[outcome] += 1;
    groups.set(group, counts);
  }
  return groups;
}
