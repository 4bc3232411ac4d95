import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram } from './programs.ts';

/** What operators are given. */
const SHIPPED = fileURLToPath(new URL('../../deploy/turnserver.conf', import.meta.url));
/** Only ever reached by a test that fails. */
const PATIENCE_MS = 20_000;

export interface TurnServerOptions {
  /** IPv4 address to listen on and to relay from. */
  readonly address: string;
  /** An IPv6 address to relay from as well. */
  readonly address6?: string;
  readonly secret: string;
}

/** A real coturn with the shipped configuration, in the foreground. Stopped by whoever started it. */
export class TurnServer {
  readonly address: string;
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  readonly #folder: string;

  static async start({ address, address6, secret }: TurnServerOptions): Promise<TurnServer> {
    const program = findProgram('turnserver');
    if (program === undefined) throw new Error('There is no turnserver here.');
    const folder = mkdtempSync(join(tmpdir(), 'rtc-chat-turn-'));
    const port = await freePort(address);
    const child = spawn(
      program,
      [
        ['-c', SHIPPED],
        [`--static-auth-secret=${secret}`],
        [`--listening-ip=${address}`, `--relay-ip=${address}`, `--listening-port=${port}`],
        address6 === undefined ? [] : [`--relay-ip=${address6}`],
        // There is no certificate; and nothing of this machine is read or written.
        ['--no-tls', '--no-dtls', '--log-file=stdout'],
        [`--userdb=${join(folder, 'users')}`, `--pidfile=${join(folder, 'pid')}`],
      ].flat(),
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const server = new TurnServer(address, port, child, folder);
    try {
      await server.#listening();
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  private constructor(address: string, port: number, child: ChildProcess, folder: string) {
    this.address = address;
    this.port = port;
    this.#child = child;
    this.#folder = folder;
    this.#exited = new Promise((resolve) => child.once('exit', () => resolve()));
  }

  get url(): string {
    return `turn:${this.address}:${this.port}`;
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #listening(): Promise<void> {
    return new Promise((resolve, reject) => {
      let said = '';
      const give = (): void => reject(new Error(`turnserver did not start:\n${said}`));
      const timer = setTimeout(give, PATIENCE_MS);
      this.#child.once('exit', give);
      this.#child.stderr?.resume();
      this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        // The listeners are open by then.
        if (!said.includes('Total General servers')) return;
        clearTimeout(timer);
        this.#child.off('exit', give);
        resolve();
      });
    });
  }
}

/** A port that was free a moment ago: coturn cannot choose one itself. */
async function freePort(address: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, address, resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
