import { RateLimiterRedis } from 'rate-limiter-flexible';
import { CacheAwayError } from '../../../common/http/problem/service-errors';
import { NAMESPACE_ROOT } from '../../cache/store/cache-namespace';
import type { CacheConnection, ScriptServer } from '../../cache/store/cache-session';
import { type Quota, WINDOW_MS } from './quota';

/** No epoch of the cache has such names, so they are neither listed nor cleared nor swept with it. */
const PREFIX = `${NAMESPACE_ROOT}limits}`;

/**
 * KEYS: the counter. ARGV: points, seconds of the window. Returns what was counted, and how many milliseconds the window has
 * left. A window that ends later than one can is of a clock that was set back. The package's own script uses commands that the service's user in Redis does not have.
 */
const COUNT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local count = tonumber(redis.call('HGET', KEYS[1], 'count') or 0)
local ends = tonumber(redis.call('HGET', KEYS[1], 'ends') or 0)
if ends <= now or ends > now + ARGV[2] * 1000 then count, ends = 0, now + ARGV[2] * 1000 end
count = count + ARGV[1]
redis.call('HSET', KEYS[1], 'count', string.format('%d', count), 'ends', string.format('%d', ends))
redis.call('PEXPIRE', KEYS[1], string.format('%d', ends - now))
return {count, ends - now}`;

/** Counts requests in Redis, for all processes together, in windows of a minute that begin with a caller's first request. */
export class RedisCounts {
  private readonly limiter: RateLimiterRedis;

  constructor(private readonly connection: CacheConnection) {
    const storeClient: ScriptServer = {
      eval: async (script, options) => {
        const scripts = connection.session?.scripts;
        if (!scripts) throw new CacheAwayError();
        return scripts.eval(script, options);
      },
    };
    this.limiter = new RateLimiterRedis({
      storeClient,
      // It calls `eval` as that package has it.
      useRedisPackage: true,
      keyPrefix: PREFIX,
      customIncrTtlLuaScript: COUNT,
      duration: WINDOW_MS / 1_000,
      // Keys have limits of their own, so each count is compared below.
      points: Number.MAX_SAFE_INTEGER,
    });
  }

  /**
   * @param most requests a minute.
   * @returns null while Redis is away, or when it can't count.
   */
  async take(caller: string, most: number): Promise<Quota | null> {
    if (!this.connection.session) return null;
    try {
      const { consumedPoints, msBeforeNext } = await this.limiter.consume(caller);
      return {
        isExceeded: consumedPoints > most,
        most,
        remaining: Math.max(most - consumedPoints, 0),
        moreInMs: msBeforeNext,
      };
    } catch {
      return null;
    }
  }
}
