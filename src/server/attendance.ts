import type { Session } from './session.ts';

const MIN_RETRY_MS = 500;

/** Which joins are taken: all, none, or nothing at all any more. */
type Phase = 'open' | 'draining' | 'closed';

/** Who is connected to this process, and how they are sent away when it is to end. */
export class Attendance {
  /** By the ids of their sockets. */
  readonly #sessions = new Map<string, Session>();
  readonly #spreadMs: number;
  #phase: Phase = 'open';
  #emptied: (() => void) | null = null;

  /** `spreadMs`: within how long those who are sent away are to come back, so that they do not come all at once. */
  constructor(spreadMs: number) {
    this.#spreadMs = spreadMs;
  }

  get phase(): Phase {
    return this.#phase;
  }

  enter(session: Session): void {
    this.#sessions.set(session.socket.id, session);
    // Let in before the end had begun.
    if (this.#phase !== 'open') this.#sayClosing(session);
  }

  find(socketId: string): Session | undefined {
    return this.#sessions.get(socketId);
  }

  exit(session: Session): void {
    this.#sessions.delete(session.socket.id);
    if (this.#sessions.size === 0) this.#emptied?.();
  }

  /**
   * Tells everyone. Who is here is still served, and sent away at some moment of the second half of `drainMs`. Fulfils
   * when nobody is here any more, at the end of that time at the latest.
   */
  async drain(drainMs: number): Promise<void> {
    this.#phase = 'draining';
    const departures = [...this.#sessions.values()].map((session) => {
      this.#sayClosing(session);
      return setTimeout(sendAway, drainMs * (0.5 + Math.random() / 2), session);
    });
    await this.#empty(drainMs);
    for (const departure of departures) clearTimeout(departure);
  }

  /** Ends all connections; their last packets are waited for so long. */
  async close(lastPacketsMs: number): Promise<void> {
    this.#phase = 'closed';
    for (const session of this.#sessions.values()) sendAway(session);
    await this.#empty(lastPacketsMs);
  }

  /** Some time between the least and the whole spread, another one each time. */
  retryAfterMs(): number {
    return Math.round(MIN_RETRY_MS + Math.random() * Math.max(0, this.#spreadMs - MIN_RETRY_MS));
  }

  #sayClosing({ socket }: Session): void {
    socket.emit('closing', { retryAfterMs: this.retryAfterMs() });
  }

  async #empty(withinMs: number): Promise<void> {
    if (this.#sessions.size === 0 || withinMs === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, withinMs)));
    const empty = new Promise<void>((resolve) => (this.#emptied = resolve));
    await Promise.race([empty, late]);
    clearTimeout(timer);
  }
}

/** Ends the connection, not the socket: a client comes back by itself from the one, not from the other. */
export function sendAway({ socket }: Session): void {
  socket.conn.close();
}
