import type { createClient } from '@redis/client';
import { reach } from './reach';
import type { Variant } from './variant';

/** The plain pattern: a miss loads and stores whatever it loaded; a write deletes. */
export class PlainCache {
  constructor(private readonly redis: ReturnType<typeof createClient>) {}

  async read(
    key: string,
    { ttlMs }: Variant,
    load: () => Promise<object>,
  ): Promise<{ text: string; isHit: boolean }> {
    const stored = await this.redis.get(key).catch(() => null);
    if (stored !== null) return { text: stored, isHit: true };
    await reach('after miss', key);
    const text = JSON.stringify(await load());
    await reach('after load', key);
    await this.redis.set(key, text, { PX: ttlMs }).catch(() => undefined);
    return { text, isHit: false };
  }

  async delete(keys: readonly string[], { onCacheError }: Variant): Promise<void> {
    try {
      await this.redis.del([...keys]);
    } catch (error) {
      if (onCacheError === 'fail') throw error;
    }
  }
}
