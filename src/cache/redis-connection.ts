import { createClient } from '@redis/client';
import { KeyvAdapter } from 'cache-manager';
import { RedisCache, redisInsStore } from 'cache-manager-redis-yet';
import { Keyv } from 'keyv';
import { Logger } from '@nestjs/common';
import { CacheAwayError } from '../common/problem/domain-error';

export type RedisClient = ReturnType<typeof createClient>;

/** How long a Redis that did not answer in time is left alone, in milliseconds. */
const REST_AFTER_TIMEOUT = 1_000;

/**
 * The connection to Redis. It never queues commands for a server that is away, reconnects for ever in the background,
 * and bounds every command in time.
 */
export class RedisConnection {
  readonly client: RedisClient;
  readonly keyv: Keyv;
  private readonly logger = new Logger(RedisConnection.name);
  private away = false;
  private restUntil = 0;

  constructor(
    url: string,
    private readonly timeout: number,
  ) {
    this.client = createClient({
      url,
      disableOfflineQueue: true,
      commandsQueueMaxLength: 10_000,
      socket: { connectTimeout: 1_000, reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, 1_000) },
    });
    // Without a listener the process would die with Redis.
    this.client.on('error', (error: Error) => this.report(error));
    this.client.on('ready', () => this.welcome());
    const store = redisInsStore(this.client as unknown as RedisCache['store']['client']);
    this.keyv = new Keyv(new KeyvAdapter(store), { useKeyPrefix: false, throwOnErrors: true });
    this.keyv.on('error', () => undefined);
  }

  /** Starts to connect, and waits for it no longer than for a command: the service runs without Redis too. */
  async open(): Promise<void> {
    const connected = this.client.connect().catch(() => undefined);
    await this.within(this.timeout, connected, true).catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.client.disconnect().catch(() => undefined);
  }

  /**
   * @param patience milliseconds that the answer may take.
   * @throws CacheAwayError when the command failed or was not answered in time; at once when there is no connection or
   * a command timed out just now.
   */
  async command<Reply>(send: () => Promise<Reply>, patience = this.timeout): Promise<Reply> {
    if (!this.client.isReady || performance.now() < this.restUntil) throw new CacheAwayError();
    try {
      return await this.within(patience, send());
    } catch (error) {
      throw new CacheAwayError(error);
    }
  }

  private async within<Reply>(patience: number, reply: Promise<Reply>, opening = false): Promise<Reply> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        if (!opening) this.restUntil = performance.now() + REST_AFTER_TIMEOUT;
        reject(new Error(`Redis did not answer within ${patience} ms`));
      }, patience);
    });
    try {
      return await Promise.race([reply, late]);
    } finally {
      clearTimeout(timer);
      // The loser of the race may still fail; nobody waits for it any more.
      reply.catch(() => undefined);
    }
  }

  private report(error: Error): void {
    if (this.away) return;
    this.away = true;
    this.logger.warn(`Redis is away, serving from the database: ${error.message || error.name}`);
  }

  private welcome(): void {
    if (this.away) this.logger.log('Redis is back');
    this.away = false;
  }
}
