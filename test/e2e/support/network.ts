import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';
import type { BrowserName } from '../../support/browsers.ts';
import { NamespacedBrowser, run } from './namespaced-browser.ts';

export { whyNoNetwork } from './namespaced-browser.ts';

interface Station {
  readonly namespace: string;
  readonly port: string;
  readonly browser: NamespacedBrowser;
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
    this.#subnet = `10.${200 + (process.pid % 50)}.${Math.floor(process.pid / 50) % 250}`;
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
    const where = { namespace, folder: this.#folder, origin };
    const browser = await NamespacedBrowser.start(name, where);
    this.#stations.push({ namespace, port, browser });
    return browser.browser;
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
    for (const { browser, namespace } of this.#stations.splice(0)) {
      await browser.stop();
      run('ip', 'netns', 'del', namespace);
    }
    run('ip', 'link', 'del', this.#name);
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
