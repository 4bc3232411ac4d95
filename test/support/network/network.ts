import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** What happens to packets in one direction; `emulator.py` says what each means. */
export interface Conditions {
  readonly delay_ms?: number;
  readonly jitter_ms?: number;
  readonly loss?: number;
  readonly duplicate?: number;
  readonly reorder?: number;
  readonly rate?: number;
  readonly cut?: boolean;
}

export interface NetworkStats {
  readonly forwarded: number;
  readonly bytes: number;
  readonly lost: number;
  readonly cut: number;
  readonly duplicated: number;
  readonly overflowed: number;
}

const EMULATOR = fileURLToPath(new URL('emulator.py', import.meta.url));
/** Only ever reached when something is broken. */
const PATIENCE_MS = 10_000;

let made = 0;

/**
 * Network namespaces on this machine with an emulated network between them. Needs root, Linux, iproute2, Python 3.
 * Closed by whoever made it; the namespaces go with it, also when this process dies.
 */
export class Network<Name extends string = string> {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #prefix: string;
  readonly #addresses: Map<Name, string>;
  /** The block that its addresses are of; as many were given away. */
  readonly #block: string;
  #given: number;
  readonly #waiting: {
    readonly resolve: (line: string) => void;
    readonly reject: (error: Error) => void;
  }[] = [];
  readonly #ended: Promise<void>;

  /** A namespace for each name. Names are of at most four letters. */
  static async start<Name extends string>(
    names: readonly Name[],
    seed = 1,
  ): Promise<Network<Name>> {
    const network = new Network(names, seed);
    try {
      await network.#answer();
      return network;
    } catch (error) {
      await network.close();
      throw error;
    }
  }

  private constructor(names: readonly Name[], seed: number) {
    const number = made++;
    this.#prefix = `rtc-chat-${process.pid}-${number}`;
    // Of the block for such purposes (RFC 2544): no machine has a route there.
    this.#block = `198.18.${number % 256}`;
    this.#addresses = new Map(names.map((name, index) => [name, `${this.#block}.${index + 1}`]));
    this.#given = names.length;
    const nodes = [...this.#addresses].map(([name, address]) => `${name}=${address}`);
    this.#child = spawn('python3', [EMULATOR, this.#prefix, ...nodes], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, SEED: String(seed) },
    });
    this.#ended = new Promise((resolve) => {
      const over = (error: Error): void => {
        for (const { reject } of this.#waiting.splice(0)) reject(error);
        resolve();
      };
      this.#child.once('error', over);
      this.#child.once('exit', () => over(new Error('The network emulator has ended.')));
    });
    this.#child.stdin.on('error', () => undefined);
    createInterface({ input: this.#child.stdout }).on('line', (line) =>
      this.#waiting.shift()?.resolve(line),
    );
  }

  addressOf(name: Name): string {
    const address = this.#addresses.get(name);
    if (address === undefined) throw new Error(`There is no node ${name}.`);
    return address;
  }

  /** What is put before a command that is to run in the namespace of `name`. */
  inside(name: Name): readonly string[] {
    return ['ip', 'netns', 'exec', `${this.#prefix}-${name}`];
  }

  /** The same for all packets, whatever was said before. */
  async everywhere(conditions: Conditions): Promise<void> {
    await this.#tell({ everywhere: true, ...conditions });
  }

  /** Both ways between two. What is not named stays as it is. */
  async between(first: Name, second: Name, conditions: Conditions): Promise<void> {
    await this.#tell({ between: [first, second], ...conditions });
  }

  /** One way. */
  async from(from: Name, to: Name, conditions: Conditions): Promise<void> {
    await this.#tell({ from, to, ...conditions });
  }

  /** Another address instead of the present one: as in another network, from one moment to the next. */
  async move(name: Name): Promise<void> {
    // The last one of a block is for everybody; a long run begins again where nobody is any more.
    this.#given = (this.#given % 254) + 1;
    const address = `${this.#block}.${this.#given}`;
    if ([...this.#addresses.values()].includes(address)) return this.move(name);
    await this.#tell({ move: name, address });
    this.#addresses.set(name, address);
  }

  async stats(): Promise<NetworkStats> {
    return (await this.#tell({ stats: true })) as unknown as NetworkStats;
  }

  /** Deletes the namespaces. May be called twice. What still runs in them loses its network. */
  async close(): Promise<void> {
    this.#child.stdin.end();
    const kill = setTimeout(() => this.#child.kill('SIGTERM'), PATIENCE_MS);
    await this.#ended;
    clearTimeout(kill);
  }

  #tell(command: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> {
    this.#child.stdin.write(`${JSON.stringify(command)}\n`);
    return this.#answer();
  }

  async #answer(): Promise<Readonly<Record<string, unknown>>> {
    const line = await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error('The network emulator does not answer.')),
        PATIENCE_MS,
      );
      this.#waiting.push({
        resolve: (text) => {
          clearTimeout(timer);
          resolve(text);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
    });
    const answer = JSON.parse(line) as Readonly<Record<string, unknown>>;
    if (typeof answer['error'] === 'string') throw new Error(answer['error']);
    return answer;
  }
}
