import { browserNames, findBrowser } from '../test/support/browsers.ts';
import { runChild } from './child.ts';

const packages = { chromium: 'chromium', firefox: 'firefox-esr' } as const;
const installLimitMs = 240_000;

/**
 * Makes sure that every browser of the tests is there; installs what is missing where that needs
 * no question: as root on a system with apt. Returns what is wrong, or undefined.
 */
export async function ensureBrowsers(): Promise<string | undefined> {
  const missing = () => browserNames.filter((name) => findBrowser(name) === undefined);
  const wanted = missing().map((name) => packages[name]);
  if (wanted.length === 0) return undefined;
  const how = `apt-get install -y ${wanted.join(' ')}`;
  if (process.getuid?.() !== 0 || !(await hasApt())) {
    return (
      `The browser tests need ${missing().join(' and ')}, not found here. Install with ` +
      `"${how}" on Debian, or set ${missing()
        .map((name) => `RTC_CHAT_${name.toUpperCase()}`)
        .join(' and ')} to the path of the program.`
    );
  }
  console.log(`Installing ${wanted.join(' and ')} …`);
  const apt = (...args: readonly string[]) =>
    runChild('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=120', ...args], {
      timeLimitMs: installLimitMs,
      env: { DEBIAN_FRONTEND: 'noninteractive' },
    });
  const updated = await apt('update');
  const installed = await apt('install', '-y', ...wanted);
  if (missing().length === 0) return undefined;
  return `"${how}" did not bring ${missing().join(' and ')}:\n${updated.output}${installed.output}`;
}

async function hasApt(): Promise<boolean> {
  try {
    return (await runChild('apt-get', ['--version'], { timeLimitMs: 10_000 })).code === 0;
  } catch {
    // No such program: some other system.
    return false;
  }
}
