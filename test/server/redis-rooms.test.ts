import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { TestContext } from 'node:test';

import type { ListedPeer } from '../../src/protocol/broadcaster-messages.ts';
import type { InstanceId, PeerId, PersonName, RoomName } from '../../src/protocol/ids.ts';
import { createRedisClient, RedisLink } from '../../src/server/redis-link.ts';
import { RedisRooms } from '../../src/server/redis-rooms.ts';
import { RoomsUnreachable } from '../../src/server/rooms.ts';
import type { Admission, SeatClaim } from '../../src/server/seat.ts';
import { whyWithout } from '../support/programs.ts';
import { emptied, RedisServer } from '../support/redis.ts';

const skip = whyWithout('redis-server') ?? false;
/** Only ever reached by a test that fails. */
const PATIENCE_MS = 15_000;
const LOBBY = 'lobby' as RoomName;

type News =
  | { readonly lost: string }
  | { readonly replaced: string }
  | { readonly refused: string }
  | { readonly listed: readonly string[] };

/** The rooms as one process has them, without the process. */
class Process {
  readonly rooms: RedisRooms;
  readonly link: RedisLink;
  readonly #heard: News[] = [];
  readonly #lookers = new Set<() => void>();
  readonly #patience = new Set<NodeJS.Timeout>();

  static async open(t: TestContext, url: string, graceMs = 300): Promise<Process> {
    let up = (): void => {};
    const isUp = new Promise<void>((resolve) => (up = resolve));
    const process = new Process(url, graceMs, up);
    t.after(() => process.die());
    await isUp;
    return process;
  }

  private constructor(url: string, graceMs: number, up: () => void) {
    this.link = new RedisLink(url, {
      up: (again) => {
        up();
        if (again) this.rooms.resume();
      },
      down: () => {},
    });
    this.rooms = new RedisRooms(this.link, graceMs, {
      lost: (_, id) => this.#hear({ lost: id }),
      replaced: (_, __, socketId) => this.#hear({ replaced: socketId }),
      refused: (socketId) => this.#hear({ refused: socketId }),
      listed: (_, peers) => this.#hear({ listed: names(peers) }),
      failed: (error) => assert.fail(String(error)),
    });
  }

  admit(name: string, capacity = 16, socketId = `socket of ${name}`): Promise<Admission> {
    return this.rooms.admit(claimOf(name, capacity, socketId));
  }

  /** As by SIGKILL: no word to Redis. */
  die(): void {
    // Of several that were waited for only the first was awaited.
    for (const timer of this.#patience) clearTimeout(timer);
    this.link.close();
    void this.rooms.close();
  }

  /** Fulfils when this is told. */
  heard(news: News): Promise<void> {
    return new Promise((resolve, reject) => {
      const told = (): string => JSON.stringify(this.#heard);
      const timer = setTimeout(
        () => reject(new Error(`not told ${JSON.stringify(news)}, but ${told()}`)),
        PATIENCE_MS,
      );
      this.#patience.add(timer);
      const look = (): void => {
        if (this.times(news) === 0) return;
        clearTimeout(timer);
        this.#lookers.delete(look);
        resolve();
      };
      this.#lookers.add(look);
      look();
    });
  }

  /** How often this was told. */
  times(news: News): number {
    const wanted = JSON.stringify(news);
    return this.#heard.filter((told) => JSON.stringify(told) === wanted).length;
  }

  #hear(news: News): void {
    this.#heard.push(news);
    for (const look of this.#lookers) look();
  }
}

const idOf = (name: string) => name.padEnd(22, '-') as PeerId;
const names = (peers: readonly ListedPeer[]): string[] => peers.map(({ name }) => name).toSorted();

function claimOf(name: string, capacity: number, socketId: string): SeatClaim {
  return {
    room: LOBBY,
    id: idOf(name),
    name: name as PersonName,
    instance: 'AAAAAAAAAAA' as InstanceId,
    socketId,
    takesOpenOffers: false,
    capacity,
  };
}

// They wait for renewals and leases, each beside the others.
describe('rooms in Redis', { skip, concurrency: true, timeout: 30_000 }, () => {
  let redis: RedisServer;
  before(async () => (redis = await RedisServer.start()));
  after(() => redis.end());

  test('a process that dies is found out by the others, and each of its peers is told of once', async (t) => {
    const url = redis.freshUrl();
    const [one, two, three] = await Promise.all([1, 2, 3].map(() => Process.open(t, url)));
    await one!.admit('Ada');
    await two!.admit('Ben');
    await three!.admit('Cleo');
    await three!.admit('Dora');
    three!.die();
    assert.deepEqual((await two!.rooms.find(LOBBY, idOf('Cleo')))?.socketId, 'socket of Cleo');
    const lost = ['Cleo', 'Dora'].map((name) => ({ lost: idOf(name) }));
    await Promise.all(lost.map((news) => Promise.race([one!.heard(news), two!.heard(news)])));
    assert.equal(await two!.rooms.find(LOBBY, idOf('Cleo')), null);
    await Promise.all([one, two].map((process) => process!.heard({ listed: ['Ada', 'Ben'] })));
    for (const news of lost) assert.equal(one!.times(news) + two!.times(news), 1);
  });

  test('whom nobody was told of is in the list that follows', async (t) => {
    const url = redis.freshUrl();
    const [one, two] = await Promise.all([Process.open(t, url), Process.open(t, url)]);
    await one.admit('Ada');
    await two.admit('Ben');
    await Promise.all([one, two].map((process) => process.heard({ listed: ['Ada', 'Ben'] })));
    await two.rooms.leave(LOBBY, idOf('Ben'), 'socket of Ben');
    await one.heard({ listed: ['Ada'] });
    await one.rooms.leave(LOBBY, idOf('Ada'), 'socket of Ada');
    await emptied(url);
  });

  test('a seat that another process has given away is noticed though nobody said so', async (t) => {
    const url = redis.freshUrl();
    const [one, two] = await Promise.all([Process.open(t, url), Process.open(t, url)]);
    await one.admit('Ada');
    const again = await two.admit('Ada', 16, 'another socket');
    assert.equal(again.admitted && again.replaced, 'socket of Ada');
    await one.heard({ replaced: 'socket of Ada' });
    assert.equal((await one.rooms.find(LOBBY, idOf('Ada')))?.socketId, 'another socket');
    assert.equal(await one.rooms.leave(LOBBY, idOf('Ada'), 'socket of Ada'), false);
  });

  test('when Redis has lost a room, who holds a seat there has it again, unless somebody was faster', async (t) => {
    const url = redis.freshUrl();
    const [one, two] = await Promise.all([Process.open(t, url), Process.open(t, url)]);
    await one.admit('Ada', 2);
    await two.admit('Ben');
    const client = createRedisClient({ url });
    t.after(() => client.destroy());
    await client.connect();
    await client.flushDb();
    const fast = await two.admit('Cleo', 2);
    assert.ok(fast.admitted);
    // One of three is too many: whoever renews last.
    await Promise.race([
      one.heard({ refused: 'socket of Ada' }),
      two.heard({ refused: 'socket of Ben' }),
    ]);
    const late = await one.admit('Dora');
    assert.ok(!late.admitted && late.code === 'room-full');
    const there = await Promise.all(
      ['Ada', 'Ben', 'Cleo'].map((name) => one.rooms.find(LOBBY, idOf(name))),
    );
    assert.equal(there.filter((seat) => seat !== null).length, 2);
  });

  test('a seat that was given although the answer was lost is given back', async (t) => {
    const own = await RedisServer.start();
    t.after(() => own.end());
    const url = own.freshUrl();
    const one = await Process.open(t, url, 60_000);
    own.suspend();
    await assert.rejects(one.admit('Ada'), RoomsUnreachable);
    await assert.rejects(one.rooms.count(), RoomsUnreachable);
    own.resume();
    // Redis now does what it had been asked; the grace period is longer than this test may take.
    await emptied(url);
    assert.deepEqual(await one.rooms.count(), { rooms: 0, peers: 0 });
  });
});
