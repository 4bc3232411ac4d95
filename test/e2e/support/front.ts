import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/**
 * One address before several broadcasters, as a load balancer is: each new connection goes to the next of them in turn, and
 * past those that refuse it.
 */
export class Front {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #targets: readonly string[];
  #next = 0;

  /** `targets` are URLs. */
  static async start(...targets: readonly string[]): Promise<Front> {
    const front = new Front(targets);
    await new Promise<void>((resolve) => front.#server.listen(0, '127.0.0.1', resolve));
    return front;
  }

  private constructor(targets: readonly string[]) {
    this.#targets = targets;
    this.#server = createServer((client) => this.#accept(client));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Connections that are open stay where they are. */
  turnTo(...targets: readonly string[]): void {
    this.#targets = targets;
    this.#next = 0;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
  }

  #accept(client: Socket): void {
    this.#open.add(client);
    client.on('error', () => client.destroy()).on('close', () => this.#open.delete(client));
    this.#pass(client, this.#targets.length);
  }

  /** `left`: how many are still to be tried. */
  #pass(client: Socket, left: number): void {
    if (left === 0 || client.destroyed) {
      client.destroy();
      return;
    }
    const { hostname, port } = new URL(this.#targets[this.#next++ % this.#targets.length]!);
    const server = connect(Number(port), hostname);
    this.#open.add(server);
    const refused = (): void => this.#pass(client, left - 1);
    server.on('close', () => this.#open.delete(server)).once('error', refused);
    server.once('connect', () => {
      server.off('error', refused);
      for (const [socket, other] of [
        [client, server],
        [server, client],
      ] as const) {
        socket.pipe(other);
        socket.on('error', () => other.destroy()).on('close', () => other.destroy());
      }
      // It may have gone while nobody was listening.
      if (client.destroyed) server.destroy();
    });
  }
}
