import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
/** npm writes it; as young as the lock that it was installed from. */
const installed = `${here}node_modules/.package-lock.json`;

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly optional?: boolean }>
  >;
}

const read = (file: string): Lock => JSON.parse(readFileSync(file, 'utf8')) as Lock;

function isInstalled(): boolean {
  if (!existsSync(installed)) return false;
  const there = read(installed).packages;
  return Object.entries(read(`${here}package-lock.json`).packages).every(
    ([path, { version, optional }]) =>
      path === '' || optional === true || there[path]?.version === version,
  );
}

/** Installs what is measured against, which the product's own install leaves out. Ends the process where that fails. */
export function ensureInstalled(): void {
  if (isInstalled()) return;
  // No scripts: what they would compile is for Node, and we measure browsers and servers in JavaScript.
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: here,
    stdio: ['ignore', process.stderr, process.stderr],
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
}
