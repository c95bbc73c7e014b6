import { Injectable, OnModuleInit } from '@nestjs/common';
import { CacheConnection } from '../../cache/store/cache-session';
import { AppConfig } from '../../config/app-config';
import type { Quota } from './quota';
import type { RedisCounts } from './redis-counts';
import type { LimitName } from './limit-headers';
import { CallerBuckets, type Counted } from './request-buckets';

/**
 * Counts requests for all processes together where there is a Redis, and else in this process. A Redis that is away refuses
 * nothing: this process counts alone until it is back.
 */
@Injectable()
export class SharedCounts implements OnModuleInit {
  private readonly buckets = new CallerBuckets();
  private redis: RedisCounts | null = null;

  constructor(
    private readonly connection: CacheConnection,
    private readonly config: AppConfig,
  ) {}

  async onModuleInit(): Promise<void> {
    if (!this.config.get('REDIS_URL')) return;
    // The package is loaded only where there is a Redis.
    const { RedisCounts } = await import('./redis-counts.js');
    this.redis = new RedisCounts(this.connection);
  }

  /** @param most requests a minute. */
  async take(limit: LimitName, caller: Counted, most: number): Promise<Quota> {
    const counted = await this.redis?.take(`${limit}:${caller.name}`, most);
    return counted ?? this.buckets.take(caller, most, `${limit}:`);
  }
}
