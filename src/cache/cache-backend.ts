import { Injectable, OnApplicationShutdown } from '@nestjs/common';
import type { Cache } from 'cache-manager';
import type { Keyv } from 'keyv';
import { AppConfig } from '../config/app-config';
import { CacheStore } from './cache-store';
import { MemoryCacheStore, MemoryConnection } from './memory-cache-store';
import { RedisCacheStore } from './redis-cache-store';
import { RedisConnection } from './redis-connection';

/** Redis when the environment names one, else the process's own memory. */
@Injectable()
export class CacheBackend implements OnApplicationShutdown {
  private constructor(private readonly connection: RedisConnection | MemoryConnection) {}

  static async open(config: AppConfig): Promise<CacheBackend> {
    const url = config.get('REDIS_URL');
    if (!url) return new CacheBackend(new MemoryConnection());
    const redis = new RedisConnection(url, config.get('REDIS_TIMEOUT_MS'));
    await redis.open();
    return new CacheBackend(redis);
  }

  get keyv(): Keyv {
    return this.connection.keyv;
  }

  storeOver(cache: Cache): CacheStore {
    return this.connection instanceof RedisConnection
      ? new RedisCacheStore(cache, this.connection)
      : new MemoryCacheStore(cache, this.connection);
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.connection instanceof RedisConnection) await this.connection.close();
  }
}
