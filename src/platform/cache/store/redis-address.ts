import { createClient, type RedisClientOptions } from '@redis/client';

const PATIENCE = 500;

/** Where Redis is: at a URL, or where one of the Sentinels says that the primary of this name is now. */
export class RedisAddress {
  /** @param sentinels each as host:port; none means that the URL's own host is the server. */
  constructor(
    private readonly url: string,
    private readonly sentinels: readonly string[],
    private readonly primaryName: string,
  ) {}

  /** @throws when no Sentinel knows the primary. */
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
      socket: { connectTimeout: PATIENCE, reconnectStrategy: false },
    });
    client.on('error', () => undefined);
    const patience = setTimeout(() => void client.disconnect().catch(() => undefined), PATIENCE);
    try {
      await client.connect();
      return await client.sendCommand(['SENTINEL', 'get-master-addr-by-name', this.primaryName]);
    } finally {
      clearTimeout(patience);
      client.disconnect().catch(() => undefined);
    }
  }
}
