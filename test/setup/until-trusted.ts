import type { CacheStats } from '../../src/platform/cache/operations/dto/cache-responses.dto';
import { ask } from './api';
import type { Service } from './service';
import { until } from './until';

/** Waits until the service trusts its cache: it is ready before that, and then stores nothing. */
export async function untilTrusted(service: Pick<Service, 'url'>): Promise<void> {
  await until('the cache is trusted', async () => {
    const { body } = await ask<CacheStats>(service, '/cache/stats');
    return body.cache_stats.trusted;
  });
}
