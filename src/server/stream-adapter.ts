import { createAdapter } from '@socket.io/redis-streams-adapter';

import { createRedisClient } from './redis-link.ts';
import type { RedisClient, RedisLink } from './redis-link.ts';

const STREAM = 'rtc-chat:relay';
/** The most that lies in the stream: 5 s of 2,000 signals a second. */
const MAX_ENTRIES = 10_000;
/** Signals name addresses: they stay as long as a process may need that has just lost its connection, and no longer. */
const KEPT_MS = 3_000;
const TRIM_EVERY_MS = 1_000;
/** How long a reader waits for news in one go; also how soon it notices that nobody is there any more. */
const BLOCK_MS = 1_000;
const DEAD_MS = 5_000;
/** Before a reader that was refused asks again. */
const PAUSE_MS = 100;

/** What is too old goes, then the stream itself; it also goes when nobody is left to do this. */
const TRIM = `
local time = redis.call('TIME')
redis.call('XTRIM', KEYS[1], 'MINID', time[1] * 1000 - tonumber(ARGV[1]))
if redis.call('XLEN', KEYS[1]) == 0 then return redis.call('DEL', KEYS[1]) end
return redis.call('PEXPIRE', KEYS[1], 2 * ARGV[1])
`;

type Read = Parameters<RedisClient['xRead']>;
type Entries = readonly { readonly messages: readonly { readonly id: string }[] }[];

/**
 * Socket.IO's Redis Streams adapter over clients that suit it: what it writes fails at once while Redis is away (the
 * adapter then goes on to the sockets of this process), what it reads with waits. Version 0.3.1 lets rejections of
 * connecting and subscribing go unhandled, asks for "news from now on" anew as long as there is none, so that one between
 * two questions is lost, and leaves its stream behind; all three are put right here.
 */
export class StreamAdapter {
  readonly #link: RedisLink;
  readonly #url: string;
  readonly #readers: RedisClient[] = [];
  readonly #timer: NodeJS.Timeout;
  /** For Socket.IO's option `adapter`. */
  readonly create: ReturnType<typeof createAdapter>;
  #closed = false;

  constructor(link: RedisLink, url: string) {
    this.#link = link;
    this.#url = url;
    this.create = createAdapter(this.#writer(), {
      streamName: STREAM,
      channelPrefix: 'rtc-chat',
      maxLen: MAX_ENTRIES,
      blockTimeInMs: BLOCK_MS,
      // Ours is; an embedder's namespaces may carry what they like.
      onlyPlaintext: false,
    });
    this.#timer = setInterval(() => void this.#trim(), TRIM_EVERY_MS);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#trim();
    this.#closed = true;
    for (const reader of this.#readers) reader.destroy();
  }

  async #trim(): Promise<void> {
    if (!this.#link.isUp) return;
    try {
      await this.#link.client.eval(TRIM, { keys: [STREAM], arguments: [String(KEPT_MS)] });
    } catch {
      // It went away this moment. The next round does it.
    }
  }

  /** What the adapter needs of a client of the package `redis`, which it knows by `sSubscribe`. */
  #writer(): object {
    const { client } = this.#link;
    return {
      sSubscribe: () => Promise.resolve(),
      xAdd: (...args: Parameters<RedisClient['xAdd']>) => client.xAdd(...args),
      sendCommand: (args: readonly string[]) => client.sendCommand(args),
      // For serverSideEmit and fetchSockets, which only namespaces of an embedder use. It is not waited for.
      publish: (channel: string, message: Buffer) =>
        client.publish(channel, message).catch(() => 0),
      duplicate: () => this.#reader(),
    };
  }

  #reader(): object {
    const client = createRedisClient({
      url: this.#url,
      pingInterval: BLOCK_MS,
      socket: { socketTimeout: DEAD_MS },
    });
    this.#readers.push(client);
    let newest: string | null = null;
    return {
      on: () => {},
      sSubscribe: () => Promise.resolve(),
      // Never fulfilled when it is closed before it has connected: nobody is left to go on.
      connect: () => client.connect().catch(() => new Promise(() => {})),
      subscribe: (...args: Parameters<RedisClient['subscribe']>) =>
        client.subscribe(...args).catch(() => {}),
      disconnect: () => {},
      xRead: async ([{ key }]: [{ readonly key: string }], options: Read[1]) => {
        try {
          newest ??= await newestEntry(client, key);
          const read = (await client.xRead([{ key, id: newest }], options)) as Entries | null;
          newest = read?.[0]?.messages.at(-1)?.id ?? newest;
          return read;
        } catch {
          // The adapter asks again in the same turn, also while Redis refuses everything because it is loading.
          await this.#pause();
          return null;
        }
      },
    };
  }

  /** For ever once it is closed, so that nobody asks again. */
  #pause(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.#closed) setTimeout(resolve, PAUSE_MS).unref();
    });
  }
}

async function newestEntry(client: RedisClient, stream: string): Promise<string> {
  const newest = await client.xRevRange(stream, '+', '-', { COUNT: 1 });
  return newest?.[0]?.id ?? '0-0';
}
