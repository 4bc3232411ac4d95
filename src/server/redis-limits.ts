import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';

import type { CounterMaker } from './limits.ts';
import type { RedisLink } from './redis-link.ts';

/**
 * Counts in Redis, for all processes together. An entry ends with its window by Redis's own expiry. While Redis is away
 * each process counts for itself.
 */
export function countInRedis(link: RedisLink): CounterMaker {
  return ({ keyPrefix, points, duration }) =>
    new RateLimiterRedis({
      storeClient: link.client,
      useRedisPackage: true,
      // A transaction would wait for it otherwise.
      rejectIfRedisNotReady: true,
      keyPrefix: `rtc-chat:${keyPrefix}`,
      points,
      // Redis counts in whole seconds here, and none would mean for ever.
      duration: Math.max(1, Math.ceil(duration)),
      insuranceLimiter: new RateLimiterMemory({ keyPrefix, points, duration }),
    });
}
