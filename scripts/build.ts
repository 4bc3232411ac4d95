import { chmodSync, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { runChild } from './child.ts';

/** Written last: younger than every source when dist/ is current. */
const lastOutput = 'dist/custom-elements.json';
const sources = [
  'src',
  'index.html',
  'package.json',
  'tsconfig.base.json',
  'scripts/build.ts',
  'scripts/bundle',
];
const stepLimitMs = 120_000;

/** Makes all of dist/ beside it and puts it in place whole: a failed build leaves the old one. */
async function makeDist(): Promise<void> {
  const fresh = `.dist-${process.pid}`;
  try {
    for (const [config, outDir] of [
      ['vite.library.config.ts', fresh],
      ['vite.bundle.config.ts', fresh],
      ['vite.config.ts', join(fresh, 'demo')],
    ] as const) {
      await build({ configFile: config, logLevel: 'warn', build: { outDir, emptyOutDir: false } });
    }
    chmodSync(join(fresh, 'cli.js'), 0o755);
    await step('tsc', '-p', 'tsconfig.build.json', '--outDir', fresh);
    await step('cem', 'analyze', '--quiet', '--outdir', fresh);
    rmSync('dist', { recursive: true, force: true });
    renameSync(fresh, 'dist');
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

async function step(tool: string, ...args: readonly string[]): Promise<void> {
  const result = await runChild(join('node_modules/.bin', tool), args, {
    timeLimitMs: stepLimitMs,
  });
  if (result.code !== 0) throw new Error(`${tool} failed:\n${result.output}`);
}

function isStale(): boolean {
  if (!existsSync(lastOutput)) return true;
  const builtMs = statSync(lastOutput).mtimeMs;
  const configs = readdirSync('.').filter((name) => /^vite\..*config\.ts$/.test(name));
  return [...sources, ...configs].some((path) => newestMs(path) > builtMs);
}

function newestMs(path: string): number {
  if (!existsSync(path)) return 0;
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}

// `--if-stale`: `npm start` builds only what is missing or older than its sources.
if (!process.argv.includes('--if-stale') || isStale()) {
  console.log('Building dist/ …');
  await makeDist();
}
