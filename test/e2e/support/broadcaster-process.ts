import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));
/** Only ever reached by a test that fails. */
const PATIENCE_MS = 20_000;

export interface Health {
  readonly ok: boolean;
  readonly sockets: number;
  readonly rooms: number;
}

const running = new Set<BroadcasterProcess>();

/** Ends every broadcaster that a test has left. */
export async function killBroadcasters(): Promise<void> {
  await Promise.all([...running].map((broadcaster) => broadcaster.kill()));
}

/** The built command as a process of its own, which can be killed and comes back on the same port. */
export class BroadcasterProcess {
  readonly #host: string;
  readonly #flags: readonly string[];
  readonly #inside: readonly string[];
  #port = 0;
  #child: ChildProcess | null = null;
  #exited: Promise<void> = Promise.resolve();
  #log = '';

  /** `host`: the address to listen on. `flags`: more of the command. `inside`: what is put before it, of a namespace. */
  static async start(
    host = '127.0.0.1',
    flags: readonly string[] = [],
    inside: readonly string[] = [],
  ): Promise<BroadcasterProcess> {
    const broadcaster = new BroadcasterProcess(host, flags, inside);
    await broadcaster.start();
    return broadcaster;
  }

  private constructor(host: string, flags: readonly string[], inside: readonly string[]) {
    this.#host = host;
    this.#flags = flags;
    this.#inside = inside;
  }

  get url(): string {
    return `http://${this.#host}:${this.#port}`;
  }

  /** On the port of the first start. */
  async start(): Promise<void> {
    const args = [COMMAND, '--host', this.#host, '--port', String(this.#port), ...this.#flags];
    // `ip netns exec` becomes the command: its process is the broadcaster's.
    const [program, ...words] = [...this.#inside, process.execPath, ...args] as [string];
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    running.add(this);
    this.#exited = new Promise((resolve) => child.once('exit', () => resolve()));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#log += text));
    this.#port = await new Promise<number>((resolve, reject) => {
      const give = (): void => reject(new Error(`The broadcaster did not start.\n${this.#log}`));
      const timer = setTimeout(give, PATIENCE_MS);
      child.once('exit', give);
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const match = /listening on http:\/\/\S+:(\d+)/.exec(said);
        if (!match) return;
        clearTimeout(timer);
        child.off('exit', give);
        resolve(Number(match[1]));
      });
    });
  }

  /** SIGKILL: no word to anybody. Fulfils when the process is gone. */
  async kill(): Promise<void> {
    running.delete(this);
    if (this.#child?.exitCode === null) this.#child.kill('SIGKILL');
    await this.#exited;
    this.#child = null;
  }

  /** SIGTERM: it stops by plan. Fulfils with the exit code when the process is gone. */
  async stop(): Promise<number | null> {
    const child = this.#child;
    child?.kill('SIGTERM');
    await this.#exited;
    running.delete(this);
    return child?.exitCode ?? null;
  }

  async health(): Promise<Health> {
    const response = await fetch(`${this.url}/healthz`);
    return (await response.json()) as Health;
  }
}
