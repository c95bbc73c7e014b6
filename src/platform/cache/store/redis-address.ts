import { createClient, type RedisClientOptions } from '@redis/client';

/** How long a Sentinel may take to answer. */
const SENTINEL_TIMEOUT_MS = 500;

/** Where Redis is: at a URL, or at the address that a Sentinel knows for the primary of this name. */
export class RedisAddress {
  /** @param sentinels each as host:port. Without Sentinels the host of the URL is the server. */
  constructor(
    private readonly url: string,
    private readonly sentinels: readonly string[],
    private readonly primaryName: string,
  ) {}

  /** @throws Error when no Sentinel knows the primary. */
  async find(): Promise<RedisClientOptions> {
    if (this.sentinels.length === 0) return { url: this.url };
    for (const sentinel of this.sentinels) {
      const address = await this.ask(sentinel).catch(() => null);
      if (address) {
        const url = new URL(this.url);
        [url.hostname, url.port] = address;
        return { url: url.href };
      }
    }
    throw new Error(`no Sentinel knows the primary ${this.primaryName}`);
  }

  private async ask(sentinel: string): Promise<[host: string, port: string] | null> {
    const client = createClient({
      url: `redis://${sentinel}`,
      disableOfflineQueue: true,
      socket: { connectTimeout: SENTINEL_TIMEOUT_MS, reconnectStrategy: false },
    });
    client.on('error', () => undefined);
    const timer = setTimeout(() => void client.disconnect().catch(() => undefined), SENTINEL_TIMEOUT_MS);
    try {
      await client.connect();
      return await client.sendCommand(['SENTINEL', 'get-master-addr-by-name', this.primaryName]);
    } finally {
      clearTimeout(timer);
      client.disconnect().catch(() => undefined);
    }
  }
}
