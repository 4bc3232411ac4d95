import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
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

const run = (command: string, ...args: readonly string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

function hasIp(): boolean {
  try {
    run('ip', '-V');
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
    return 'Cutting a network takes the network namespaces of Linux.';
  if (process.getuid?.() !== 0) return 'Cutting a network takes root; run the tests as root.';
  if (!hasIp()) run('apt-get', '-qq', 'install', '-y', 'iproute2');
  return null;
}

interface Station {
  readonly namespace: string;
  readonly port: string;
  readonly browser: Browser;
  readonly stop: () => void;
}

/**
 * A switch with a browser in a network namespace of its own at each port, and this process at the uplink. Cables can be
 * pulled, and the switch can be told to drop what goes from one port to another. Its user closes it.
 */
export class Network {
  /** This process's address, which everyone reaches. */
  readonly address: string;
  readonly #name = `rc${process.pid % 100_000}`;
  readonly #subnet: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'rtc-chat-network-'));
  readonly #stations: Station[] = [];

  constructor() {
    this.#subnet = `10.${200 + (process.pid % 50)}.${process.pid % 250}`;
    this.address = `${this.#subnet}.1`;
    run('ip', 'link', 'add', this.#name, 'type', 'bridge');
    run('ip', 'addr', 'add', `${this.address}/24`, 'dev', this.#name);
    run('ip', 'link', 'set', this.#name, 'up');
  }

  /** A browser with a cable to the switch. Pages of `origin` are secure to it, as those of its own machine would be. */
  async connect(name: BrowserName, origin: string): Promise<Browser> {
    const number = this.#stations.length;
    const namespace = `${this.#name}-${number}`;
    const port = `${this.#name}p${number}`;
    run('ip', 'netns', 'add', namespace);
    run('ip', 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace);
    run('ip', 'link', 'set', port, 'master', this.#name, 'up');
    run('ip', '-n', namespace, 'addr', 'add', `${this.#subnet}.${10 + number}/24`, 'dev', 'eth0');
    for (const device of ['lo', 'eth0']) run('ip', '-n', namespace, 'link', 'set', device, 'up');
    const control = await this.#openControl(namespace);
    const browser = await this.#launch(name, namespace, control.port, origin);
    this.#stations.push({ namespace, port, browser, stop: control.stop });
    return browser;
  }

  /** Pulls the cables of all browsers, or puts them back: nobody reaches anything. */
  setCables(state: 'up' | 'down'): void {
    for (const { port } of this.#stations) run('ip', 'link', 'set', port, state);
  }

  /** Drops, without a word, whatever goes from browser to browser, or ends that; all reach this process either way. */
  setIsolated(state: 'on' | 'off'): void {
    for (const { port } of this.#stations)
      run('ip', 'link', 'set', port, 'type', 'bridge_slave', 'isolated', state);
  }

  async close(): Promise<void> {
    for (const { browser, stop, namespace } of this.#stations.splice(0)) {
      browser.process()?.kill('SIGKILL');
      await browser.disconnect();
      stop();
      run('ip', 'netns', 'del', namespace);
    }
    run('ip', 'link', 'del', this.#name);
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** A port of this machine that leads to the same port within the namespace: the browser is driven through it. */
  async #openControl(namespace: string): Promise<{ port: number; stop: () => void }> {
    const path = join(this.#folder, `${namespace}.socket`);
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

  #launch(
    name: BrowserName,
    namespace: string,
    controlPort: number,
    origin: string,
  ): Promise<Browser> {
    const secure = `--unsafely-treat-insecure-origin-as-secure=${origin}`;
    const options = launchOptions(name, {
      args: [`--remote-debugging-port=${controlPort}`, ...(name === 'chromium' ? [secure] : [])],
      preferences: { 'dom.securecontext.allowlist': new URL(origin).hostname },
    });
    const wrapper = join(this.#folder, namespace);
    const command = `ip netns exec ${namespace} "${options.executablePath}" "$@"`;
    writeFileSync(wrapper, `#!/bin/sh\nexec ${command}\n`, { mode: 0o755 });
    return launch({ ...options, executablePath: wrapper });
  }
}
