import { after, test } from 'node:test';

import { whyWithout } from '../support/programs.ts';
import { RedisServer } from '../support/redis.ts';
import { keepRoomsIn } from './support/broadcaster.ts';

/** What holds for rooms in memory holds for rooms in Redis: the same tests. */
const why = whyWithout('redis-server');
if (why) test('rooms in Redis are as rooms in memory', { skip: why });
else {
  const redis = await RedisServer.start();
  after(() => redis.end());
  keepRoomsIn(redis);
  await import('./seats.test.ts');
  await import('./signals.test.ts');
  await import('./join-on-connect.test.ts');
}
