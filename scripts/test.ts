import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBrowsers } from './browsers.ts';
import { killEverything, runChild } from './child.ts';
import { ensurePrograms } from './programs.ts';
import { chooseSuites, type Suite } from './suites.ts';
import { noCounts, readTally, tallyVariable } from './tally.ts';

/** Half as much again as two processors take that have nothing else to do: then something hangs. A soak has two hours. */
const totalLimitMs = { test: 30 * 60_000, soak: 120 * 60_000 };

const words = process.argv.slice(2);
const soak = words.includes('--soak') || process.env['RTC_CHAT_SOAK'] === '1';
const suites = chooseOrExplain();
const deadlineMs = performance.now() + (soak ? totalLimitMs.soak : totalLimitMs.test);

/** Everything temporary of this run, browser profiles too, so that a killed child leaves nothing. */
const temporary = mkdtempSync(join(tmpdir(), 'rtc-chat-test-'));
process.once('exit', () => {
  killEverything();
  rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => process.exit(130));
}

function chooseOrExplain(): Suite[] {
  try {
    return chooseSuites({ wanted: words.filter((word) => word !== '--soak'), soak });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return process.exit(2);
  }
}

const total = noCounts();
const failures: string[] = [];

function fail(what: string): void {
  total.failed += 1;
  failures.push(what);
  console.log(`  ✗ ${what}`);
}

async function runSuite(suite: Suite): Promise<void> {
  const { name, kind } = suite;
  const tally = join(temporary, `tally-${suites.indexOf(suite)}`);
  const startedMs = performance.now();
  const timeLimitMs = Math.max(1, Math.min(suite.timeLimitMs, deadlineMs - startedMs));
  console.log(`▶ ${name}`);
  const result = await runChild(suite.command, suite.args, {
    timeLimitMs,
    live: kind !== 'check',
    env: {
      ...suite.env,
      ...(soak ? { RTC_CHAT_SOAK: '1' } : {}),
      TMPDIR: temporary,
      [tallyVariable]: tally,
    },
  });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  const stopped = `${name} was stopped after ${Math.round(timeLimitMs / 1000)} s`;
  if (kind === 'check') {
    if (result.code === 0) total.passed += 1;
    else fail(`${result.timedOut ? stopped : `${name} failed`}\n${result.output}`);
    console.log(`  ${name}: ${seconds} s`);
    return;
  }

  const groups = readTally(tally);
  let failed = 0;
  for (const group of kind.groups) {
    const label = group === '' ? name : `${name} (${group})`;
    const counts = groups.get(group) ?? noCounts();
    total.passed += counts.passed;
    total.failed += counts.failed;
    failed += counts.failed;
    if (counts.failed > 0) failures.push(`${label}: ${counts.failed} failed`);
    if (counts.passed + counts.failed === 0) fail(`${label} ran no test`);
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
    console.log(
      `  ${label}: ${counts.passed} passed, ${counts.failed} failed${skipped}; ${seconds} s`,
    );
  }
  if (result.timedOut) fail(stopped);
  else if (result.code !== 0 && failed === 0) fail(`${name} ended with code ${result.code}`);
}

const inBrowsers = ['browser', 'e2e', 'faults'];
const needsBrowsers = suites.some(({ name }) => inBrowsers.includes(name));
const missing = needsBrowsers ? await ensureBrowsers() : undefined;
if (missing !== undefined) fail(missing);
const needsPrograms = suites.some(({ name }) => name === 'node' || name === 'e2e');
const broken = needsPrograms ? await ensurePrograms() : undefined;
if (broken !== undefined) fail(broken);
for (const suite of suites) {
  if (missing !== undefined && inBrowsers.includes(suite.name)) continue;
  await runSuite(suite);
}
if (total.passed + total.failed === 0) fail('No test ran');
if (failures.length > 0)
  console.log(`\nFailed:\n${failures.map((what) => `- ${what.split('\n')[0]}`).join('\n')}`);
process.exitCode = total.failed > 0 ? 1 : 0;
console.log(`${total.passed} passed, ${total.failed} failed`);
