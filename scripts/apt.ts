import { runChild } from './child.ts';

const installLimitMs = 240_000;

/** Whether packages can be installed without a question: as root on a system with apt. */
export async function canInstall(): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  try {
    return (await runChild('apt-get', ['--version'], { timeLimitMs: 10_000 })).code === 0;
  } catch {
    // No such program: some other system.
    return false;
  }
}

/** What a person would type. */
export const installCommand = (packages: readonly string[]): string =>
  `apt-get install -y ${packages.join(' ')}`;

/** Installs them; returns what apt said. */
export async function install(packages: readonly string[]): Promise<string> {
  console.log(`Installing ${packages.join(' and ')} …`);
  const apt = (...args: readonly string[]) =>
    runChild('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=120', ...args], {
      timeLimitMs: installLimitMs,
      env: { DEBIAN_FRONTEND: 'noninteractive' },
    });
  const updated = await apt('update');
  const installed = await apt('install', '-y', ...packages);
  return updated.output + installed.output;
}
