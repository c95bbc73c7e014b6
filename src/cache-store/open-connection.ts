import { Keyv } from 'keyv';
import { AppConfig } from '../config/app-config';
import { CacheConnection } from './cache-session';
import { MemoryConnection } from './memory-session';
import { RedisAddress } from './redis-address';
import { RedisConnection } from './redis-connection';

/** Redis when the environment names one, else the process's own memory. */
export function openConnection(config: AppConfig): CacheConnection {
  const url = config.get('REDIS_URL');
  if (!url) return new MemoryConnection();
  const sentinels = config.get('REDIS_SENTINELS')?.split(',') ?? [];
  const address = new RedisAddress(url, sentinels, config.get('REDIS_SENTINEL_PRIMARY'));
  return new RedisConnection(address, config.get('REDIS_TIMEOUT_MS'));
}

/** A plain store for who injects CACHE_MANAGER: without the protocol's promises, and apart from its names. */
export function keyvOver(connection: CacheConnection): Keyv {
  if (!(connection instanceof RedisConnection)) return new Keyv();
  const keyv = new Keyv({
    store: {
      get: (key: string) => connection.store().get(key),
      set: (key: string, value: unknown, ttl?: number) => connection.store().set(key, value, ttl),
      delete: (key: string) => connection.store().del(key),
      // The named package would empty the whole database of Redis, whoever else uses it.
      clear: () => Promise.reject(new Error('the cache is cleared by POST /cache/clear')),
    },
    useKeyPrefix: false,
    throwOnErrors: true,
  });
  keyv.on('error', () => undefined);
  return keyv;
}
