import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { BroadcasterProcess } from '../../e2e/support/broadcaster-process.ts';
import { killBrowser } from '../../e2e/support/kill-browser.ts';
import { NamespacedBrowser } from '../../e2e/support/namespaced-browser.ts';
import { Person } from '../../e2e/support/person.ts';
import type { BrowserName } from '../../support/browsers.ts';
import { Network } from '../../support/network/network.ts';
import { spyOnDataLoss } from './data-loss.ts';

export const places = ['a', 'b', 'c'] as const;
export type Spot = (typeof places)[number];

const PAGE_PROCESS = fileURLToPath(new URL('page-process.ts', import.meta.url));

/** To be run before a page's own scripts: what the page makes can be closed from outside. Refers to nothing outside itself. */
function exposeConnections(): void {
  const Native = RTCPeerConnection;
  const channels: RTCDataChannel[] = [];
  const connections: RTCPeerConnection[] = [];
  Object.assign(globalThis, {
    loseChannel: () => channels.findLast(({ readyState }) => readyState === 'open')?.close(),
    loseConnection: () =>
      connections.findLast(({ connectionState }) => connectionState === 'connected')?.close(),
  });
  globalThis.RTCPeerConnection = class extends Native {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      connections.push(this);
    }

    override createDataChannel(label: string, init?: RTCDataChannelInit): RTCDataChannel {
      const channel = super.createDataChannel(label, init);
      channels.push(channel);
      return channel;
    }
  };
}

/**
 * An emulated network: a hub with the broadcaster and the pages, and up to three browsers with profiles that outlive them.
 * Needs what `whyNoNetwork` asks for. Closed by whoever made it.
 */
export class Field {
  readonly network: Network<'hub' | Spot>;
  readonly broadcaster: BroadcasterProcess;
  readonly #pages: ChildProcessByStdio<Writable, Readable, null>;
  readonly #origin: string;
  readonly #folder: string;
  readonly #browsers = new Map<Spot, NamespacedBrowser>();
  #started = 0;

  static async start(seed: number): Promise<Field> {
    const network = await Network.start(['hub', ...places], seed);
    await network.everywhere({ delay_ms: 20 });
    const address = network.addressOf('hub');
    const inside = network.inside('hub');
    const [program = '', ...words] = inside;
    const command = [...words, process.execPath, '--import=tsx', PAGE_PROCESS, address];
    const pages = spawn(program, command, {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [broadcaster, origin] = await Promise.all([
      BroadcasterProcess.start(address, [], inside),
      new Promise<string>((resolve, reject) => {
        pages.stdout.once('data', (said: Buffer) => resolve(said.toString().trim()));
        pages.once('exit', () => reject(new Error('The page server did not start.')));
      }),
    ]);
    return new Field(network, broadcaster, pages, origin);
  }

  private constructor(
    network: Network<'hub' | Spot>,
    broadcaster: BroadcasterProcess,
    pages: ChildProcessByStdio<Writable, Readable, null>,
    origin: string,
  ) {
    this.network = network;
    this.broadcaster = broadcaster;
    this.#pages = pages;
    this.#origin = origin;
    this.#folder = mkdtempSync(join(tmpdir(), 'rtc-chat-field-'));
  }

  /** Starts the browser there; with the profile that this kind of browser had there the last time. */
  async launch(spot: Spot, name: BrowserName): Promise<void> {
    const folder = join(this.#folder, `${spot}-${this.#started++}`);
    mkdirSync(folder);
    const where = { namespace: this.network.inside(spot)[3] ?? '', folder, origin: this.#origin };
    const profile = join(this.#folder, `${spot}-${name}-profile`);
    this.#browsers.set(spot, await NamespacedBrowser.start(name, where, profile));
  }

  /** Opens the chat there. */
  async arrive(spot: Spot, room: string, name: string): Promise<Person> {
    const { url: server } = this.broadcaster;
    const query = new URLSearchParams({ script: server, server, room, name, history: 'device' });
    const browser = this.#browsers.get(spot);
    if (!browser) throw new Error(`No browser runs at ${spot}.`);
    const url = `${this.#origin}/chat?${query}`;
    return Person.arrive(browser.browser, url, [exposeConnections, spyOnDataLoss]);
  }

  /** SIGKILL. */
  async kill(spot: Spot): Promise<void> {
    const browser = this.#browsers.get(spot);
    if (!browser) return;
    this.#browsers.delete(spot);
    await killBrowser(browser.browser);
    await browser.stop();
  }

  async close(): Promise<void> {
    for (const spot of this.#browsers.keys()) await this.kill(spot);
    await this.broadcaster.kill();
    this.#pages.stdin.end();
    await this.network.close();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10 });
  }
}
