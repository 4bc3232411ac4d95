import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createConnection, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { type Browser, launch } from 'puppeteer-core';
import { type BrowserName, launchOptions } from '../../support/browsers.ts';

/** Copies bytes between a socket in the file system, which namespaces share, and a port within the namespace. */
const FORWARDER = `
  const { createServer, createConnection } = require('node:net');
  const [path, port] = process.argv.slice(1);
  createServer((near) => {
    const far = createConnection(Number(port), '127.0.0.1');
    for (const [from, to] of [[near, far], [far, near]])
      from.on('error', () => to.destroy()).on('close', () => to.destroy()).pipe(to);
  }).listen(path, () => console.log('ready'));`;

/** Runs a program to its end; answers what it said. Throws where it fails. */
export const run = (command: string, ...args: readonly string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

function isThere(command: string, flag: string): boolean {
  try {
    run(command, flag);
    return true;
  } catch {
    // Not there, or not to be run.
    return false;
  }
}

/**
 * Why no network can be made here, in one sentence; null where one can. As root on Linux one must be possible: what is
 * missing is installed, and what then fails is a failure.
 */
export function whyNoNetwork(): string | null {
  if (process.platform !== 'linux')
    return 'A network of its own takes the network namespaces of Linux.';
  if (process.getuid?.() !== 0) return 'A network of its own takes root; run the tests as root.';
  if (!isThere('ip', '-V')) run('apt-get', '-qq', 'install', '-y', 'iproute2');
  if (!isThere('nft', '-v')) run('apt-get', '-qq', 'install', '-y', 'nftables');
  return null;
}

/** A browser in a network namespace, driven from outside it. Ended by whoever started it. */
export class NamespacedBrowser {
  readonly browser: Browser;
  readonly #stopControl: () => void;

  /**
   * `folder` is for its files, of which no other browser has any. Pages of `origin` are secure to it, as those of its own
   * machine would be. `userDataDir`: a profile to keep.
   */
  static async start(
    name: BrowserName,
    { namespace, folder, origin }: Readonly<Record<'namespace' | 'folder' | 'origin', string>>,
    userDataDir?: string,
  ): Promise<NamespacedBrowser> {
    const control = await openControl(namespace, folder);
    const secure = `--unsafely-treat-insecure-origin-as-secure=${origin}`;
    const options = launchOptions(name, {
      args: [`--remote-debugging-port=${control.port}`, ...(name === 'chromium' ? [secure] : [])],
      preferences: { 'dom.securecontext.allowlist': new URL(origin).hostname },
      ...(userDataDir === undefined ? {} : { userDataDir }),
    });
    const wrapper = join(folder, namespace);
    const command = `ip netns exec ${namespace} "${options.executablePath}" "$@"`;
    writeFileSync(wrapper, `#!/bin/sh\nexec ${command}\n`, { mode: 0o755 });
    const browser = await launch({ ...options, executablePath: wrapper });
    return new NamespacedBrowser(browser, control.stop);
  }

  private constructor(browser: Browser, stopControl: () => void) {
    this.browser = browser;
    this.#stopControl = stopControl;
  }

  async stop(): Promise<void> {
    this.browser.process()?.kill('SIGKILL');
    await this.browser.disconnect();
    this.#stopControl();
  }
}

/** A port of this machine that leads to the same port within the namespace: the browser is driven through it. */
async function openControl(
  namespace: string,
  folder: string,
): Promise<{ port: number; stop: () => void }> {
  const path = join(folder, `${namespace}.socket`);
  const server: Server = createServer((near) => {
    const far = createConnection(path);
    near
      .on('error', () => far.destroy())
      .on('close', () => far.destroy())
      .pipe(far);
    far
      .on('error', () => near.destroy())
      .on('close', () => near.destroy())
      .pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const node = [process.execPath, '-e', FORWARDER, path, String(port)];
  const forwarder: ChildProcess = spawn('ip', ['netns', 'exec', namespace, ...node], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve, reject) => {
    forwarder.stdout?.once('data', resolve);
    forwarder.once('exit', reject);
  });
  return {
    port,
    stop: () => {
      forwarder.kill('SIGKILL');
      server.close();
    },
  };
}
