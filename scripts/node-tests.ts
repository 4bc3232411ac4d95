import { basename, relative, resolve } from 'node:path';
import { run } from 'node:test';
import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';
import { note, noCounts, type Outcome } from './tally.ts';

/** A line a file, failures in full, each outcome into the tally. */
async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let file: string | undefined;
  let counts = noCounts();
  let tookMs = 0;
  let said = '';
  const finishFile = (): string => {
    if (file === undefined) return '';
    const { passed, failed, skipped } = counts;
    if (passed + failed + skipped === 0) return `  - ${relative('.', file)}  left out\n`;
    const line = `  ${failed > 0 ? '✗' : '✓'} ${relative('.', file)}  ${passed} passed`;
    const time = `; ${(tookMs / 1000).toFixed(1)} s`;
    const rest = `${failed > 0 ? `, ${failed} failed` : ''}${skipped > 0 ? `, ${skipped} skipped` : ''}`;
    const output = failed > 0 && said !== '' ? `\n    Its output:\n${indent(said)}` : '';
    counts = noCounts();
    tookMs = 0;
    said = '';
    return `${line}${rest}${time}${output}\n`;
  };

  for await (const event of events) {
    if (event.type === 'test:stdout' || event.type === 'test:stderr') said += event.data.message;
    // At the top the runner counts; below it a test says something worth reading.
    if (event.type === 'test:diagnostic' && event.data.nesting > 0)
      yield `  ${event.data.message}\n`;
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const { data } = event;
    const broken = event.type === 'test:fail' ? event.data.details.error : undefined;
    if (data.file !== file) {
      yield finishFile();
      file = data.file;
    }
    if (data.nesting === 0) tookMs += data.details.duration_ms;
    // A suite fails with its tests, which have been counted; only its own hooks are news.
    if (data.details.type === 'suite' && !brokeByItself(broken)) continue;
    const outcome: Outcome =
      broken !== undefined ? 'failed' : data.skip !== undefined ? 'skipped' : 'passed';
    counts[outcome] += 1;
    note(outcome);
    if (broken) process.exitCode = 1;
    if (broken) yield `  ✗ ${data.name}\n${indent(inspect(broken.cause ?? broken))}\n`;
  }
  yield finishFile();
}

const brokeByItself = (error: unknown): boolean =>
  error instanceof Error && 'failureType' in error && error.failureType === 'hookFailed';

const indent = (text: string): string => text.trimEnd().replaceAll(/^/gm, '    ');

/** These take longest, and begin first: else one of them would run alone in the end. */
const long = [
  'call-glare',
  'traces',
  'call',
  'cut',
  'call-recovery',
  'redis-processes',
  'life',
  'three-browsers',
  'mutants',
].map((name) => `${name}.test.ts`);
const rank = (file: string): number => {
  const at = long.indexOf(basename(file));
  return at < 0 ? long.length : at;
};

// Not `node --test`: in Node 20 it does not load tsx for a reporter written in TypeScript.
const files = process.argv
  .slice(2)
  .map((file) => resolve(file))
  .toSorted((a, b) => rank(a) - rank(b));
/** Compare how quick something is with and without a load of their own, which nothing else may disturb. */
const lonely = files.filter((file) => file.endsWith('/flood.test.ts'));
for (const group of [files.filter((file) => !lonely.includes(file)), lonely]) {
  if (group.length === 0) continue;
  // Two at once: they keep two processors busy, and more would be in each other's way.
  for await (const text of report(run({ files: group, concurrency: 2 }))) {
    process.stdout.write(text);
  }
}
