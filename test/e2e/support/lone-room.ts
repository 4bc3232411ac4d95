import type { Browser, Page } from 'puppeteer-core';
import type { PageServer } from './page-server.ts';

/** A page with the engine alone. Its tests call `engine` (room-page.ts) by `page.evaluate`. */
export async function openRoomPage(browser: Browser, pages: PageServer): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(pages.room);
  await page.waitForFunction(() => 'engine' in globalThis);
  await page.bringToFront();
  return page;
}
