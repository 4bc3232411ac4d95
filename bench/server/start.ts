/// `npm run bench:server`: builds the broadcaster, installs what it is measured against, then measures.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from '../install.ts';

ensureInstalled();
const build = fileURLToPath(new URL('../../scripts/build.ts', import.meta.url));
const { status } = spawnSync(process.execPath, ['--import=tsx', build, '--if-stale'], {
  stdio: ['ignore', process.stderr, process.stderr],
});
if (status !== 0) process.exit(status ?? 1);
await import('./main.ts');
