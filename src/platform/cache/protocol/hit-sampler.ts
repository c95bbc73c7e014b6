import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../config/app-config';
import { CacheStatistics } from '../cache-statistics';
import { isSameResponse, type StoredResponse } from '../store/stored-response';
import type { CacheLoader } from './cache-loader';
import type { Trust } from './cache-location';
import { EpochWatch } from './epoch-watch';

/** Compares one hit in `CACHE_SAMPLE_ONE_IN` with the database, and counts those that differ. */
@Injectable()
export class HitSampler {
  constructor(
    private readonly watch: EpochWatch,
    private readonly statistics: CacheStatistics,
    private readonly config: AppConfig,
  ) {}

  isDue(): boolean {
    const oneIn = this.config.get('CACHE_SAMPLE_ONE_IN');
    return oneIn > 0 && Math.random() * oneIn < 1;
  }

  /**
   * Loads what was a hit. If the same response is stored before and after the load, no write came in between, so the
   * loaded response must equal the stored one.
   */
  async compare(trust: Trust, key: string, loader: CacheLoader, hit: StoredResponse): Promise<void> {
    try {
      const loaded = await loader.load();
      const after = await trust.get(key);
      if (after?.createdAt !== hit.createdAt || !trust.namespace.equals(this.watch.trust()?.namespace))
        return;
      this.statistics.increment('samples');
      if (!isSameResponse(loaded, hit.response)) this.statistics.increment('differences');
    } catch {
      // Without the database there is nothing to compare with.
    }
  }
}
