import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

import { createBroadcaster } from '../../../src/server/broadcaster.ts';
import type { Broadcaster, BroadcasterOptions } from '../../../src/server/broadcaster.ts';
import type { RedisServer } from '../../support/redis.ts';

export interface RunningBroadcaster {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  /** What a peer signs: `127.0.0.1:port`. */
  readonly host: string;
  readonly broadcaster: Broadcaster;
  readonly httpServer: Server;
  /** Ends the broadcaster and its HTTP server. May be called twice. */
  close(): Promise<void>;
}

let redis: RedisServer | null = null;

/** From here on every broadcaster of this process keeps its rooms in this Redis, each in a database of its own. */
export function keepRoomsIn(server: RedisServer): void {
  redis = server;
}

/** A real broadcaster on a free port of this machine, or on `port`: for one that is killed and comes back. */
export async function startBroadcaster(
  options: BroadcasterOptions = {},
  port = 0,
): Promise<RunningBroadcaster> {
  const httpServer = createServer((_, response) => response.writeHead(404).end());
  const broadcaster = createBroadcaster(httpServer, {
    ...(redis && { redis: redis.freshUrl() }),
    ...options,
  });
  while ((await broadcaster.readiness()) !== 'ready') await new Promise(setImmediate);
  await new Promise<void>((resolve, reject) => {
    httpServer.once('error', reject);
    httpServer.listen(port, '127.0.0.1', resolve);
  });
  const host = `127.0.0.1:${(httpServer.address() as AddressInfo).port}`;
  async function close(): Promise<void> {
    await broadcaster.close();
    const closed = new Promise<void>((resolve) => httpServer.close(() => resolve()));
    httpServer.closeAllConnections();
    await closed;
  }
  return { url: `http://${host}`, host, broadcaster, httpServer, close };
}

/** The same, for the time of one test. */
export async function broadcasterFor(
  t: TestContext,
  options: BroadcasterOptions = {},
): Promise<RunningBroadcaster> {
  const running = await startBroadcaster(options);
  t.after(() => running.close());
  return running;
}
