import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { browserNames } from '../test/support/browsers.ts';

const minuteMs = 60_000;
/** The full forms of the faults take two hours on two processors. */
const SOAK_TIMES = 60;

/** What one line of `npm test` runs. */
export interface Suite {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly timeLimitMs: number;
  readonly env?: Readonly<Record<string, string>>;
  /**
   * `check`: its exit code is one test. Else a reporter counts, and each of `groups` must have
   * run something; `groups` are the browsers, or one nameless group.
   */
  readonly kind: 'check' | { readonly groups: readonly string[] };
}

/** Test folders by suite; tests on dist/ live in `house`. */
const folders = {
  node: ['test/protocol', 'test/server'],
  house: ['test/house'],
  browser: ['test/rtc', 'test/components'],
  e2e: ['test/e2e'],
  faults: ['test/faults'],
} as const;
type Folders = keyof typeof folders;

export const suiteNames: readonly string[] = [
  'format',
  'lint',
  'types',
  'build',
  ...Object.keys(folders),
];

export interface Choice {
  /** Suite names and test files; empty for all suites. */
  readonly wanted: readonly string[];
  readonly soak: boolean;
}

/** The suites that were asked for, in their order: what costs little and fails often comes first. */
export function chooseSuites({ wanted, soak }: Choice): Suite[] {
  const files = wanted.filter((word) => word.endsWith('.test.ts'));
  const browsers = browserNames.filter((name) => wanted.includes(name));
  const names = wanted.filter((word) => !files.includes(word) && !isBrowser(word));
  const unknown = names.filter((name) => !suiteNames.includes(name));
  if (unknown.length > 0) {
    throw new Error(
      `No suite is called ${unknown.join(', ')}. There are: ${suiteNames.join(', ')}; ` +
        `or name test files, and ${browserNames.join(' or ')} to use one browser.`,
    );
  }
  const all = names.length === 0 && files.length === 0;
  const has = (name: string): boolean => all || names.includes(name);
  const filesOf = (name: Folders): string[] =>
    has(name)
      ? folders[name].flatMap((folder) => testFiles(folder))
      : files.filter((file) => folders[name].some((folder) => file.startsWith(`${folder}/`)));
  // A suite whose folder is not there yet is left out; an empty folder is a failure.
  const exists = (name: Folders): boolean =>
    has(name) ? folders[name].some((folder) => existsSync(folder)) : filesOf(name).length > 0;

  const limit = (minutes: number): number => minutes * minuteMs * (soak ? SOAK_TIMES : 1);
  const check = (name: string, tool: string, ...args: string[]): Suite => ({
    name,
    command: join('node_modules/.bin', tool),
    args,
    timeLimitMs: limit(2),
    kind: 'check',
  });
  const nodeTests = (name: Folders, minutes: number): Suite => ({
    name,
    command: process.execPath,
    args: ['--import=tsx', 'scripts/node-tests.ts', ...filesOf(name)],
    timeLimitMs: limit(minutes),
    kind: { groups: [''] },
  });

  const suites: Suite[] = [];
  if (has('format')) suites.push(check('format', 'prettier', '--check', '--log-level=warn', '.'));
  if (has('lint')) suites.push(check('lint', 'oxlint', '--deny-warnings'));
  if (has('types')) {
    for (const project of ['tsconfig.json', 'tsconfig.page.json']) {
      suites.push(check(`types ${project}`, 'tsc', '-p', project));
    }
  }
  const needsDist = exists('node') || exists('house') || exists('e2e') || exists('faults');
  if (has('build') || needsDist) {
    const flags = has('build') ? [] : ['--if-stale'];
    suites.push({
      ...check('build', 'tsx', 'scripts/build.ts', ...flags),
      timeLimitMs: limit(3),
    });
  }
  if (exists('node')) suites.push(nodeTests('node', 4));
  if (exists('house')) suites.push(nodeTests('house', 4));
  if (exists('browser')) {
    const groups = browsers.length > 0 ? browsers : browserNames;
    suites.push({
      name: 'browser',
      command: process.execPath,
      args: [
        '--import=tsx',
        'node_modules/@web/test-runner/dist/bin.js',
        ...(files.length > 0 ? ['--files', ...filesOf('browser')] : []),
      ],
      timeLimitMs: limit(7),
      env: { RTC_CHAT_BROWSERS: groups.join(',') },
      kind: { groups },
    });
  }
  if (exists('e2e')) suites.push(nodeTests('e2e', 10));
  if (exists('faults')) suites.push(nodeTests('faults', 4));
  return suites;
}

const isBrowser = (word: string): boolean => (browserNames as readonly string[]).includes(word);

function testFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(folder, name))
    .toSorted();
}
