import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';
import type { BrowserName } from '../../support/browsers.ts';
import { NamespacedBrowser, run } from './namespaced-browser.ts';

/** Sends a datagram to each of the ports, all from one socket. */
const SENDER = `
  const { createSocket } = require('node:dgram');
  const [address, ...ports] = process.argv.slice(1);
  const socket = createSocket('udp4');
  let left = ports.length;
  for (const port of ports) socket.send('?', Number(port), address, () => --left || socket.close());`;

/** Each new destination gets another port, at random: nothing that a STUN server sees is of use to anybody else. */
const SYMMETRIC_NAT = `table ip nat {
  chain out { type nat hook postrouting priority 100; oifname "eth0" masquerade fully-random; }
}`;

interface Home {
  /** Namespaces of the router and of the browser behind it. */
  readonly router: string;
  readonly namespace: string;
  /** The browser's own address, and its router's outside. */
  readonly addresses: readonly [inside: string, outside: string];
  readonly browser: NamespacedBrowser;
}

/**
 * Browsers at home: each has a private address behind a router of its own with a symmetric NAT, and there is an internet,
 * on which this process has an address. Its addresses are those for documentation (RFC 5737), which lead nowhere else.
 * Its user closes it.
 */
export class NatNetwork {
  /** This process's address on the internet. */
  readonly address: string;
  readonly #name = `rn${process.pid % 100_000}`;
  /** A sixteenth of 203.0.113.0/24, so that tests of several checkouts do not meet. */
  readonly #first = (process.pid % 16) * 16;
  readonly #folder = mkdtempSync(join(tmpdir(), 'rtc-chat-nat-'));
  readonly #homes: Home[] = [];

  constructor() {
    this.address = this.#public(1);
    run('ip', 'link', 'add', this.#name, 'type', 'bridge');
    run('ip', 'addr', 'add', `${this.address}/28`, 'dev', this.#name);
    run('ip', 'link', 'set', this.#name, 'up');
  }

  /** What nobody but its own router and whom it talks to should learn: every address of every home. */
  get addresses(): readonly string[] {
    return this.#homes.flatMap(({ addresses }) => addresses);
  }

  /** A browser in another home. Pages of `origin` are secure to it. */
  async connect(name: BrowserName, origin: string): Promise<Browser> {
    const number = this.#homes.length;
    const router = `${this.#name}-r${number}`;
    const namespace = `${this.#name}-${number}`;
    const cable = `${this.#name}p${number}`;
    const outside = this.#public(2 + number);
    const home = `192.168.${100 + number}`;
    for (const each of [router, namespace]) {
      run('ip', 'netns', 'add', each);
      run('ip', '-n', each, 'link', 'set', 'lo', 'up');
    }
    run('ip', 'link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', router);
    run('ip', 'link', 'set', cable, 'master', this.#name, 'up');
    const peer = ['peer', 'name', 'eth0', 'netns', namespace];
    run('ip', 'link', 'add', 'eth1', 'netns', router, 'type', 'veth', ...peer);
    run('ip', '-n', router, 'addr', 'add', `${outside}/28`, 'dev', 'eth0');
    run('ip', '-n', router, 'addr', 'add', `${home}.1/24`, 'dev', 'eth1');
    run('ip', '-n', namespace, 'addr', 'add', `${home}.2/24`, 'dev', 'eth0');
    for (const device of ['eth0', 'eth1']) run('ip', '-n', router, 'link', 'set', device, 'up');
    run('ip', '-n', namespace, 'link', 'set', 'eth0', 'up');
    run('ip', '-n', namespace, 'route', 'add', 'default', 'via', `${home}.1`);
    inside(router, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward');
    inside(router, 'nft', SYMMETRIC_NAT);
    const where = { namespace, folder: this.#folder, origin };
    const browser = await NamespacedBrowser.start(name, where);
    this.#homes.push({ router, namespace, browser, addresses: [`${home}.2`, outside] });
    return browser.browser;
  }

  /** How many ports the outside sees when one socket of this home talks to `destinations` ports: one, unless symmetric. */
  async countMappings(home: number, destinations: number): Promise<number> {
    const sockets = Array.from({ length: destinations }, () => createSocket('udp4'));
    try {
      for (const socket of sockets)
        await new Promise<void>((resolve) => socket.bind(0, this.address, resolve));
      const seen = Promise.all(
        sockets.map(
          (socket) =>
            new Promise<number>((resolve) =>
              socket.once('message', (_, { port }) => resolve(port)),
            ),
        ),
      );
      const ports = sockets.map((socket) => String(socket.address().port));
      const namespace = this.#homes[home]?.namespace ?? '';
      const sender = [process.execPath, '-e', SENDER, this.address, ...ports];
      await new Promise((resolve) =>
        execFile('ip', ['netns', 'exec', namespace, ...sender], resolve),
      );
      return new Set(await seen).size;
    } finally {
      for (const socket of sockets) socket.close();
    }
  }

  async close(): Promise<void> {
    for (const { browser, router, namespace } of this.#homes.splice(0)) {
      await browser.stop();
      run('ip', 'netns', 'del', namespace);
      run('ip', 'netns', 'del', router);
    }
    run('ip', 'link', 'del', this.#name);
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #public(number: number): string {
    return `203.0.113.${this.#first + number}`;
  }
}

const inside = (namespace: string, ...command: readonly string[]): string =>
  run('ip', 'netns', 'exec', namespace, ...command);
