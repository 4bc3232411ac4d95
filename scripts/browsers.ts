import { browserNames, findBrowser } from '../test/support/browsers.ts';
import { canInstall, install, installCommand } from './apt.ts';

const packages = { chromium: 'chromium', firefox: 'firefox-esr' } as const;

/**
 * Makes sure that every browser of the tests is there; installs what is missing where that needs
 * no question: as root on a system with apt. Returns what is wrong, or undefined.
 */
export async function ensureBrowsers(): Promise<string | undefined> {
  const missing = () => browserNames.filter((name) => findBrowser(name) === undefined);
  const wanted = missing().map((name) => packages[name]);
  if (wanted.length === 0) return undefined;
  if (!(await canInstall())) {
    return (
      `The browser tests need ${missing().join(' and ')}, not found here. Install with ` +
      `"${installCommand(wanted)}" on Debian, or set ${missing()
        .map((name) => `RTC_CHAT_${name.toUpperCase()}`)
        .join(' and ')} to the path of the program.`
    );
  }
  const output = await install(wanted);
  if (missing().length === 0) return undefined;
  return `"${installCommand(wanted)}" did not bring ${missing().join(' and ')}:\n${output}`;
}
