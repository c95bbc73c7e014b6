import type { AppConfig } from '../../config/app-config';
import type { CacheConnection } from './cache-session';
import { MemoryConnection } from './memory-session';

/** Returns a connection to Redis if the environment names one, and otherwise the memory of the process. */
export async function openConnection(config: AppConfig): Promise<CacheConnection> {
  const url = config.get('REDIS_URL');
  if (!url) return new MemoryConnection();
  // The client is many modules, which are loaded only where there is a Redis.
  const { RedisAddress } = await import('./redis-address.js');
  const { RedisConnection } = await import('./redis-connection.js');
  const sentinels = config.get('REDIS_SENTINELS')?.split(',') ?? [];
  const address = new RedisAddress(url, sentinels, config.get('REDIS_SENTINEL_PRIMARY'));
  return new RedisConnection(address, config.get('REDIS_TIMEOUT_MS'));
}
