import type { CounterMaker } from './limits.ts';
import type { BroadcasterObserver } from './observer.ts';
import { RedisLink } from './redis-link.ts';
import { countInRedis } from './redis-limits.ts';
import { RedisRooms } from './redis-rooms.ts';
import type { Rooms, SharedRoomNews } from './rooms.ts';
import { StreamAdapter } from './stream-adapter.ts';

/** All that a broadcaster shares with others through one Redis. Whoever made it closes it, after its rooms. */
export class RedisBackbone {
  /** For Socket.IO's option `adapter`. */
  readonly adapter: StreamAdapter['create'];
  readonly makeCounter: CounterMaker;
  readonly #link: RedisLink;
  readonly #streams: StreamAdapter;
  #rooms: RedisRooms | null = null;

  constructor(url: string, log: Required<BroadcasterObserver>) {
    this.#link = new RedisLink(url, {
      up: (again) => {
        log.roomsReachable();
        if (again) this.#rooms?.resume();
      },
      down: (why) => log.roomsUnreachable(why),
    });
    this.#streams = new StreamAdapter(this.#link, url);
    this.adapter = this.#streams.create;
    this.makeCounter = countInRedis(this.#link);
  }

  openRooms(graceMs: number, news: SharedRoomNews): Rooms {
    return (this.#rooms = new RedisRooms(this.#link, graceMs, news));
  }

  async close(): Promise<void> {
    await this.#streams.close();
    this.#link.close();
  }
}
