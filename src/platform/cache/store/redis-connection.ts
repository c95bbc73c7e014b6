import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { RedisStore } from 'cache-manager-redis-yet';
import { Keyv } from 'keyv';
import { CacheAwayError } from '../../../common/http/problem/service-errors';
import { CacheConnection } from './cache-session';
import type { RedisAddress } from './redis-address';
import { UnfitRedisError } from './redis-info';
import { RedisSession } from './redis-session';

/** The longest wait between two attempts to connect. */
const MAX_RETRY_DELAY_MS = 1_000;

/** Opens one session after another: when one is closed, the next is opened. */
export class RedisConnection extends CacheConnection {
  readonly isSingleProcess = false;
  private readonly logger = new Logger(RedisConnection.name);
  private current: RedisSession | null = null;
  private closing = new AbortController();
  /** What was logged last, while there is no session. */
  private reported: string | null = null;

  /** @param timeoutMs how long a command may take. */
  constructor(
    private readonly address: RedisAddress,
    private readonly timeoutMs: number,
  ) {
    super();
  }

  override complaint: string | null = null;

  get session(): RedisSession | null {
    return this.current?.isOpen ? this.current : null;
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => void this.keepConnected(resolve));
  }

  async close(): Promise<void> {
    this.closing.abort();
    // Marks whose release was lost would keep others from the cache for two seconds.
    await this.current?.drain();
    this.current?.close();
  }

  /** Uses the store of `cache-manager-redis-yet` over the current session. */
  override plainStore(): Keyv {
    const keyv = new Keyv({
      store: {
        get: (key: string) => this.store().get(key),
        set: (key: string, value: unknown, ttl?: number) => this.store().set(key, value, ttl),
        delete: (key: string) => this.store().del(key),
        // That package would empty the whole Redis database, with the keys of others in it.
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
        this.current = await RedisSession.open(await this.address.find(), this.timeoutMs);
        if (this.isClosing()) break;
        failures = 0;
        this.reportBack();
        afterFirst();
        this.reportAway(await this.current.closed);
      } catch (error) {
        this.reportAway(error as Error);
        afterFirst();
      }
      await sleep(Math.min(25 * 2 ** failures, MAX_RETRY_DELAY_MS), null, {
        signal: this.closing.signal,
      }).catch(() => undefined);
    }
    this.current?.close();
  }

  private isClosing(): boolean {
    return this.closing.signal.aborted;
  }

  private reportAway(error: Error): void {
    if (this.isClosing()) return;
    this.complaint = error instanceof UnfitRedisError ? error.message : null;
    if (this.complaint !== null)
      return this.reportOnce(`the cache is off, serving from the database: ${this.complaint}`);
    // The reasons change while a server is away, and do not matter.
    if (this.reported === null)
      this.reportOnce(`Redis is away, serving from the database: ${error.message || error.name}`);
  }

  private reportOnce(line: string): void {
    if (line !== this.reported) this.logger.warn(line);
    this.reported = line;
  }

  private reportBack(): void {
    if (this.reported !== null) this.logger.log('Redis is back');
    this.reported = this.complaint = null;
  }
}
