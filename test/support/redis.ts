import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { createClient } from 'redis';

import { findProgram, whyWithout } from './programs.ts';

/** Only ever reached by a test that fails. */
const PATIENCE_MS = 10_000;
/** Each test takes a fresh one of these. */
const DATABASES = 100;
const LOOK_EVERY_MS = 100;
/** Longer than any key of ours lives after the last who used it. */
const EMPTY_WITHIN_MS = 30_000;

/** Files in PEM. Certificates of its clients are not asked for. */
export interface RedisTls {
  readonly cert: string;
  readonly key: string;
}

/** A real Redis on a free port of this machine, which keeps nothing on disk and can be stopped, killed and started again. */
export class RedisServer {
  readonly #port: number;
  readonly #tls: RedisTls | null;
  readonly #folder = mkdtempSync(join(tmpdir(), 'rtc-chat-redis-'));
  #child: ChildProcess | null = null;
  #exited: Promise<void> = Promise.resolve();
  #databases = 0;

  /** With `tls` it takes nothing else. */
  static async start(tls: RedisTls | null = null): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), tls);
    await server.start();
    return server;
  }

  private constructor(port: number, tls: RedisTls | null) {
    this.#port = port;
    this.#tls = tls;
  }

  /** The address of a database that nobody has used yet. */
  freshUrl(): string {
    if (this.#databases === DATABASES) throw new Error('There are no more databases.');
    const origin = this.#tls ? 'rediss://localhost' : 'redis://127.0.0.1';
    return `${origin}:${this.#port}/${this.#databases++}`;
  }

  /** On the port of the first start. Fulfils when it answers. */
  async start(): Promise<void> {
    const program = findProgram('redis-server');
    if (program === undefined) throw new Error(whyWithout('redis-server') ?? '');
    const door = this.#tls
      ? {
          port: 0,
          'tls-port': this.#port,
          'tls-cert-file': this.#tls.cert,
          'tls-key-file': this.#tls.key,
          'tls-auth-clients': 'no',
        }
      : { port: this.#port };
    const settings = { bind: '127.0.0.1', ...door, save: '', appendonly: 'no' };
    const args = Object.entries({ ...settings, databases: DATABASES, dir: this.#folder });
    const child = spawn(
      program,
      args.flatMap(([name, value]) => [`--${name}`, String(value)]),
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    this.#child = child;
    this.#exited = new Promise((resolve) => child.once('exit', () => resolve()));
    await new Promise<void>((resolve, reject) => {
      let said = '';
      const give = (): void => reject(new Error(`Redis did not start.\n${said}`));
      const timer = globalThis.setTimeout(give, PATIENCE_MS);
      child.once('exit', give);
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (!said.includes('Ready to accept connections')) return;
        clearTimeout(timer);
        child.off('exit', give);
        resolve();
      });
    });
  }

  /** Takes everything and answers nothing, until `resume`. */
  suspend(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  /** SIGKILL: all that it held is gone. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#exited;
    this.#child = null;
  }

  async end(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Fulfils when a database has no keys. Nobody tells: what ends by its expiry is looked for now and then. */
export async function emptied(url: string): Promise<void> {
  const client = createClient({ url });
  client.on('error', () => {});
  await client.connect();
  try {
    const giveUpMs = performance.now() + EMPTY_WITHIN_MS;
    for (;;) {
      const keys = await client.keys('*');
      if (keys.length === 0) return;
      if (performance.now() > giveUpMs) throw new Error(`left behind: ${keys.join(', ')}`);
      await setTimeout(LOOK_EVERY_MS);
    }
  } finally {
    client.destroy();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
