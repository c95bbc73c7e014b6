import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { RedisStore } from 'cache-manager-redis-yet';
import { Keyv } from 'keyv';
import { CacheAwayError } from '../../../common/http/problem/service-errors';
import { CacheConnection } from './cache-session';
import type { RedisAddress } from './redis-address';
import { RedisSession } from './redis-session';

const LONGEST_PAUSE = 1_000;

/** Redis, as one session after another. */
export class RedisConnection extends CacheConnection {
  readonly isExclusive = false;
  private readonly logger = new Logger(RedisConnection.name);
  private current: RedisSession | null = null;
  private closing = new AbortController();
  private away = false;

  /** @param timeout milliseconds that a command may take. */
  constructor(
    private readonly address: RedisAddress,
    private readonly timeout: number,
  ) {
    super();
  }

  get session(): RedisSession | null {
    return this.current?.isOpen ? this.current : null;
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => void this.keepConnected(resolve));
  }

  close(): Promise<void> {
    this.closing.abort();
    this.current?.close();
    return Promise.resolve();
  }

  /** Over the session in use, by the named package's store. */
  override plainStore(): Keyv {
    const keyv = new Keyv({
      store: {
        get: (key: string) => this.store().get(key),
        set: (key: string, value: unknown, ttl?: number) => this.store().set(key, value, ttl),
        delete: (key: string) => this.store().del(key),
        // The named package would empty the whole database of Redis, whoever else uses it.
        clear: () => Promise.reject(new Error('the cache is cleared by POST /cache/clear')),
      },
      useKeyPrefix: false,
      throwOnErrors: true,
    });
    keyv.on('error', () => undefined);
    return keyv;
  }

  private store(): RedisStore {
    if (!this.session) throw new CacheAwayError();
    return this.session.store;
  }

  private async keepConnected(afterFirst: () => void): Promise<void> {
    for (let failures = 0; !this.isClosing(); failures += 1) {
      try {
        this.current = await RedisSession.open(await this.address.find(), this.timeout);
        if (this.isClosing()) break;
        failures = 0;
        this.welcome();
        afterFirst();
        this.report(await this.current.closed);
      } catch (error) {
        this.report(error as Error);
        afterFirst();
      }
      await sleep(Math.min(25 * 2 ** failures, LONGEST_PAUSE), null, { signal: this.closing.signal }).catch(
        () => undefined,
      );
    }
    this.current?.close();
  }

  private isClosing(): boolean {
    return this.closing.signal.aborted;
  }

  private report(error: Error): void {
    if (this.away || this.isClosing()) return;
    this.away = true;
    this.logger.warn(`Redis is away, serving from the database: ${error.message || error.name}`);
  }

  private welcome(): void {
    if (this.away) this.logger.log('Redis is back');
    this.away = false;
  }
}
