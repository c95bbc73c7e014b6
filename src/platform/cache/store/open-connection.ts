import type { AppConfig } from '../../config/app-config';
import type { CacheConnection } from './cache-session';
import { MemoryConnection } from './memory-session';

/** Redis when the environment names one, else the process's own memory. */
export async function openConnection(config: AppConfig): Promise<CacheConnection> {
  const url = config.get('REDIS_URL');
  if (!url) return new MemoryConnection();
  // The client is many modules: only who has a Redis waits for them.
  const { RedisAddress } = await import('./redis-address.js');
  const { RedisConnection } = await import('./redis-connection.js');
  const sentinels = config.get('REDIS_SENTINELS')?.split(',') ?? [];
  const address = new RedisAddress(url, sentinels, config.get('REDIS_SENTINEL_PRIMARY'));
  return new RedisConnection(address, config.get('REDIS_TIMEOUT_MS'));
}
