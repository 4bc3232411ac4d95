import { existsSync, watch } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';

/** SIGKILL for the browser and all its processes; fulfils when it is gone, and its profile can be used again. */
export async function killBrowser(browser: Browser): Promise<void> {
  const child = browser.process();
  if (child?.pid === undefined) throw new Error('This browser has no process of ours.');
  const gone = new Promise((resolve) => child.once('exit', resolve));
  // puppeteer gives each browser a process group of its own.
  process.kill(-child.pid, 'SIGKILL');
  await gone;
  const profile = child.spawnargs[child.spawnargs.indexOf('--profile') + 1];
  if (child.spawnargs.includes('--profile') && profile) await restored(profile);
}

/** puppeteer puts the preferences of a Firefox back from their copies when it has ended, and does not say when it has. */
async function restored(profile: string): Promise<void> {
  const copies = ['user.js', 'prefs.js'].map((name) => join(profile, `${name}.puppeteer`));
  const isDone = (): boolean => !copies.some((copy) => existsSync(copy));
  if (isDone()) return;
  await new Promise<void>((resolve) => {
    const watcher = watch(profile);
    const look = (): void => {
      if (!isDone()) return;
      watcher.close();
      resolve();
    };
    watcher.on('change', look);
    look();
  });
}
