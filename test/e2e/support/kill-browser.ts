import type { Browser } from 'puppeteer-core';

/** SIGKILL for the browser and all its processes; fulfils when it is gone. */
export async function killBrowser(browser: Browser): Promise<void> {
  const child = browser.process();
  if (child?.pid === undefined) throw new Error('This browser has no process of ours.');
  const gone = new Promise((resolve) => child.once('exit', resolve));
  // puppeteer gives each browser a process group of its own.
  process.kill(-child.pid, 'SIGKILL');
  await gone;
}
