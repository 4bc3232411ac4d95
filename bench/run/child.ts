import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Asked to stop by the end of its channel, a child has so long before it is killed. */
const STOP_WITHIN_MS = 10_000;

export interface StartOptions {
  /** Put before the command: to run it in a network namespace. */
  readonly inside?: readonly string[];
  readonly timeLimitMs: number;
}

/** A script of ours as a process with a channel to us; ends with us, whatever happens. */
export class Child<Ready> {
  readonly ready: Ready;
  readonly #process: ChildProcess;
  readonly #exited: Promise<void>;

  /** Fulfils with the child once it has said its first word, which is its `ready`. */
  static async start<Ready>(
    script: URL,
    args: readonly string[],
    { inside = [], timeLimitMs }: StartOptions,
  ): Promise<Child<Ready>> {
    const command = [
      ...inside,
      process.execPath,
      '--import=tsx',
      '--enable-source-maps',
      fileURLToPath(script),
      ...args,
    ];
    const [file = process.execPath, ...rest] = command;
    const started = spawn(file, rest, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const exited = new Promise<void>((resolve) => started.once('exit', () => resolve()));
    let timer: NodeJS.Timeout | undefined;
    try {
      const ready = await new Promise<Ready>((resolve, reject) => {
        const give = (): void => reject(new Error(`${script.pathname} did not start.`));
        timer = setTimeout(give, timeLimitMs);
        started.once('exit', give);
        started.once('error', reject);
        started.once('message', (message) => resolve(message as Ready));
      });
      return new Child(started, exited, ready);
    } catch (error) {
      started.kill('SIGKILL');
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  private constructor(started: ChildProcess, exited: Promise<void>, ready: Ready) {
    this.#process = started;
    this.#exited = exited;
    this.ready = ready;
  }

  send(message: Readonly<Record<string, unknown>>): void {
    this.#process.send(message);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#process.on('message', listener);
  }

  onExit(listener: () => void): void {
    void this.#exited.then(listener);
  }

  async stop(): Promise<void> {
    if (this.#process.connected) this.#process.disconnect();
    const kill = setTimeout(() => this.#process.kill('SIGKILL'), STOP_WITHIN_MS);
    await this.#exited;
    clearTimeout(kill);
  }
}
