import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** One address before several broadcasters, as a load balancer is: new connections go to the one it was told last. */
export class Front {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #target: string;

  /** `target` is a URL. */
  static async start(target: string): Promise<Front> {
    const front = new Front(target);
    await new Promise<void>((resolve) => front.#server.listen(0, '127.0.0.1', resolve));
    return front;
  }

  private constructor(target: string) {
    this.#target = target;
    this.#server = createServer((client) => this.#pass(client));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Connections that are open stay where they are. */
  turnTo(target: string): void {
    this.#target = target;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
  }

  #pass(client: Socket): void {
    const { hostname, port } = new URL(this.#target);
    const server = connect(Number(port), hostname);
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#open.add(socket);
      socket.pipe(other);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#open.delete(socket);
        other.destroy();
      });
    }
  }
}
