import { delimiter, join } from 'node:path';
import { type Browser, launch, type LaunchOptions } from 'puppeteer-core';
import { isExecutable } from './programs.ts';

export const browserNames = ['chromium', 'firefox'] as const;
export type BrowserName = (typeof browserNames)[number];

/** Tried in this order; a bare name is looked for in PATH. */
const places: Readonly<Record<BrowserName, readonly string[]>> = {
  chromium: [
    'chromium',
    'chromium-browser',
    'google-chrome-stable',
    'google-chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  ],
  firefox: [
    'firefox-esr',
    'firefox',
    '/Applications/Firefox.app/Contents/MacOS/firefox',
    'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
  ],
};

/** Chromium is allowed as root, stays quiet, has fake devices and shows its host candidates. */
export const chromiumArguments: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A window behind another one must not be slowed down: every window is a person here.
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
];

/** The same for Firefox. */
export const firefoxPreferences: Readonly<Record<string, boolean | number | string>> = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'media.peerconnection.ice.loopback': true,
};

export interface BrowserOptions {
  /** A profile to keep; else a fresh one, deleted with the browser. */
  readonly userDataDir?: string;
  /** Added to ours. */
  readonly args?: readonly string[];
  /** Added to ours, Firefox only. */
  readonly preferences?: Readonly<Record<string, boolean | number | string>>;
  /** As somebody who has chosen to go on in spite of the warning about a certificate. */
  readonly acceptInsecureCerts?: boolean;
}

/** Where the browser is, or undefined. `RTC_CHAT_CHROMIUM` and `RTC_CHAT_FIREFOX` come first. */
export function findBrowser(name: BrowserName): string | undefined {
  const chosen = process.env[`RTC_CHAT_${name.toUpperCase()}`];
  const directories = (process.env['PATH'] ?? '').split(delimiter);
  return [...(chosen === undefined ? [] : [chosen]), ...places[name]]
    .flatMap((place) =>
      /[/\\]/.test(place) ? [place] : directories.map((directory) => join(directory, place)),
    )
    .find(isExecutable);
}

/** What puppeteer, and with it web-test-runner, needs to start the browser. */
export function launchOptions(name: BrowserName, options: BrowserOptions = {}): LaunchOptions {
  const executablePath = findBrowser(name);
  if (executablePath === undefined) {
    throw new Error(
      `No ${name} here: install it, or set RTC_CHAT_${name.toUpperCase()} to its path.`,
    );
  }
  const { userDataDir, args = [], preferences = {}, acceptInsecureCerts = false } = options;
  return {
    executablePath,
    headless: true,
    acceptInsecureCerts,
    ...(userDataDir === undefined ? {} : { userDataDir }),
    ...(name === 'chromium'
      ? { browser: 'chrome', args: joinFeatures([...chromiumArguments, ...args]) }
      : {
          browser: 'firefox',
          args: [...args],
          extraPrefsFirefox: { ...firefoxPreferences, ...preferences },
        }),
  };
}

const running = new Set<Browser>();

/** Starts a browser process of its own. `closeBrowsers` in an `after` hook ends what a failed test left. */
export async function launchBrowser(name: BrowserName, options?: BrowserOptions): Promise<Browser> {
  const browser = await launch(launchOptions(name, options));
  running.add(browser);
  browser.once('disconnected', () => running.delete(browser));
  return browser;
}

export const launchChromium = (options?: BrowserOptions): Promise<Browser> =>
  launchBrowser('chromium', options);

export const launchFirefox = (options?: BrowserOptions): Promise<Browser> =>
  launchBrowser('firefox', options);

/** A browser that hangs is killed after this. */
const closeTimeoutMs = 5_000;

/** Ends every browser of this process that is still running, also one that does not answer. */
export async function closeBrowsers(): Promise<void> {
  await Promise.all([...running].map((browser) => closeBrowser(browser)));
}

async function closeBrowser(browser: Browser): Promise<void> {
  const kill = setTimeout(() => browser.process()?.kill('SIGKILL'), closeTimeoutMs);
  try {
    await browser.close();
  } catch {
    // The connection broke first: the process is what counts.
    browser.process()?.kill('SIGKILL');
  } finally {
    clearTimeout(kill);
    running.delete(browser);
  }
}

/** Of two `--disable-features` Chromium takes the last. */
function joinFeatures(args: readonly string[]): string[] {
  const flag = '--disable-features=';
  const features = args.filter((arg) => arg.startsWith(flag)).map((arg) => arg.slice(flag.length));
  return [...args.filter((arg) => !arg.startsWith(flag)), `${flag}${features.join(',')}`];
}
