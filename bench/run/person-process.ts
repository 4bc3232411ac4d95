/// One person: a browser process of its own, and a page server that only it sees. Does what its parent says, and ends
/// when that does. It is a process because it has to run where its browser does, in a network namespace.
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import type { Page } from 'puppeteer-core';
import { type BrowserName, closeBrowsers, launchBrowser } from '../../test/support/browsers.ts';
import type { Order, PersonReady, Reply } from './person.ts';

const [browserName = 'chromium', pagesDirectory = '.'] = process.argv.slice(2);

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};
const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>bench</title>
<style>html, body { height: 100%; margin: 0 } rtc-chat { display: block; height: 100% }</style>
<body><script type="module" src="SCRIPT"></script></body></html>`;

/** `/page/NAME` is a page with the script `NAME.js`; all else are scripts. */
const server = createServer((request, response) => {
  // An isolated page has clocks of microseconds.
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
  const path = normalize(new URL(request.url ?? '/', 'http://pages').pathname);
  const name = /^\/page\/([\w-]+)$/.exec(path)?.[1];
  if (name !== undefined) {
    response.writeHead(200, { 'Content-Type': TYPES['.html'] });
    response.end(PAGE.replace('SCRIPT', `/${name}.js`));
    return;
  }
  const file = createReadStream(join(pagesDirectory, path));
  file.once('error', () => {
    response.writeHead(404).end();
  });
  file.once('open', () => {
    response.writeHead(200, { 'Content-Type': TYPES['.js'] });
    file.pipe(response);
  });
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;

const browser = await launchBrowser(browserName as BrowserName, {
  // Times in steps of a millisecond would be half of what is measured.
  preferences: { 'privacy.reduceTimerPrecision': false },
});
let page: Page | null = null;

const current = (): Page => {
  if (!page) throw new Error('No page is open.');
  return page;
};

async function open(path: string): Promise<void> {
  const fresh = await browser.newPage();
  await page?.close();
  page = fresh;
  fresh.setDefaultTimeout(0);
  const broken = new Promise<never>((_resolve, reject) => {
    fresh.once('pageerror', reject);
  });
  // Of interest while the page opens; what goes wrong later is seen by what does not come.
  broken.catch(() => undefined);
  await fresh.goto(`http://127.0.0.1:${port}/page/${path}`);
  await Promise.race([broken, fresh.waitForFunction(() => 'bench' in globalThis)]);
  await fresh.bringToFront();
}

async function reload(): Promise<void> {
  await current().reload();
  await current().waitForFunction(() => 'bench' in globalThis);
}

function call(name: string, args: readonly unknown[]): Promise<unknown> {
  type Functions = Readonly<Record<string, (...values: readonly unknown[]) => unknown>>;
  return current().evaluate(
    (method, list) => (globalThis as unknown as { bench: Functions }).bench[method]?.(...list),
    name,
    args as unknown[],
  );
}

async function focus(): Promise<void> {
  const field = await current().waitForSelector(
    'rtc-chat >>> ::-p-aria([name="Message"][role="textbox"])',
  );
  await field?.click();
}

/** Only Chromium says; what is garbage is collected first. */
async function heapBytes(): Promise<number | null> {
  if (browserName !== 'chromium') return null;
  const session = await current().createCDPSession();
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}

function obey({ method, args: [first, second] }: Order): Promise<unknown> {
  switch (method) {
    case 'open':
      return open(String(first));
    case 'reload':
      return reload();
    case 'call':
      return call(String(first), second as unknown[]);
    case 'type':
      return current().keyboard.type(String(first));
    case 'press':
      return current().keyboard.press('Enter');
    case 'focus':
      return focus();
    case 'heapBytes':
    default:
      return heapBytes();
  }
}

process.on('message', (message) => {
  const order = message as Order;
  const reply = (answer: Omit<Reply, 'id'>): void => {
    if (process.connected) process.send?.({ id: order.id, ...answer });
  };
  // What throws at once is an answer, too.
  const result = Promise.resolve(order).then(obey);
  result.then(
    (value) => reply({ result: value ?? null }),
    (error: unknown) => reply({ error: error instanceof Error ? error.message : String(error) }),
  );
});
process.once('disconnect', () => {
  void closeBrowsers().finally(() => process.exit(0));
});
const ready: PersonReady = {
  browserPid: browser.process()?.pid ?? 0,
  version: await browser.version(),
};
process.send?.(ready);
