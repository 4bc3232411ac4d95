import { createClient } from 'redis';

/** Redis is asked whether it is there so often. */
const PING_MS = 500;
/**
 * It hangs when it has not answered so many looks later: longer than a pause of its own, shorter than people wait. Looks are
 * counted, not time: a process that was held up itself finds the answer only after its first look.
 */
const HANG_LOOKS = 3;
/** Between two attempts to connect: short, because everybody who joins is waiting. */
const MAX_RETRY_MS = 500;

export type RedisClient = ReturnType<typeof createRedisClient>;

/** A client that has an error handler, without which a lost connection would end the process. */
export function createRedisClient(options: Parameters<typeof createClient>[0]) {
  const client = createClient({
    ...options,
    socket: {
      ...options?.socket,
      reconnectStrategy: (retries: number) =>
        Math.min(50 * 2 ** retries, MAX_RETRY_MS) * (0.75 + Math.random() / 2),
    },
  });
  // What it means is told by 'ready' and by what is asked of the client meanwhile.
  client.on('error', () => {});
  return client;
}

export interface RedisLinkHandlers {
  /** It answers. `again`: after it had not. */
  up(again: boolean): void;
  /** It does not answer, or not any more; `why` is for the operator. */
  down(why: string): void;
}

/**
 * The way to Redis for everything that wants an answer at once. While Redis is away, or takes connections and says nothing,
 * every command fails in the same turn: nothing queues up, and whoever waits is told. Comes back by itself until it is
 * closed by whoever made it.
 */
export class RedisLink {
  readonly client: RedisClient;
  readonly #handlers: RedisLinkHandlers;
  readonly #timer: NodeJS.Timeout;
  #state: 'new' | 'up' | 'down' | 'closed' = 'new';
  /** Since Redis was asked; null where nothing is asked. */
  #looks: number | null = null;

  constructor(url: string, handlers: RedisLinkHandlers) {
    this.#handlers = handlers;
    this.client = createRedisClient({ url, disableOfflineQueue: true });
    this.client.on('ready', () => this.#up());
    this.client.on('error', (error: Error) => this.#down(whyOf(error)));
    this.#connect();
    this.#timer = setInterval(() => this.#watch(), PING_MS);
    this.#timer.unref();
  }

  get isUp(): boolean {
    return this.#state === 'up';
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    clearInterval(this.#timer);
    this.client.destroy();
  }

  #connect(): void {
    this.#looks = null;
    this.client.connect().catch(() => {
      // Only when it is destroyed meanwhile: the strategy above never gives up.
    });
  }

  #up(): void {
    if (this.#state === 'closed') return;
    const again = this.#state === 'down';
    this.#state = 'up';
    this.#handlers.up(again);
  }

  #down(why: string): void {
    this.#looks = null;
    if (this.#state === 'closed' || this.#state === 'down') return;
    this.#state = 'down';
    this.#handlers.down(why);
  }

  /** TCP notices only after minutes that a peer takes everything and answers nothing. */
  #watch(): void {
    if (!this.client.isReady) return;
    if (this.#looks === null) {
      this.#looks = 0;
      this.client.ping().then(
        () => (this.#looks = null),
        () => (this.#looks = null),
      );
    } else if (++this.#looks >= HANG_LOOKS) {
      this.#down('it takes connections and does not answer');
      // Whatever still waits for an answer is told now; the new connection is ready as soon as Redis answers.
      this.client.destroy();
      this.#connect();
    }
  }
}

/** Of several addresses that were tried Node tells in a list. */
function whyOf(error: Error): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : error.message;
}
