import type { ServerFigures } from './cache-session';
import { STORED_FORMAT_VERSION } from './stored-response';

/** Redis answers, and must not be used for this cache, until an operator has mended something. */
export class UnfitRedisError extends Error {}

/** The reply of Redis to the command INFO. */
export class RedisInfo {
  private readonly fields = new Map<string, string>();

  constructor(text: string) {
    for (const [, name = '', value = ''] of text.matchAll(/^(\w+):(.*)\r$/gm)) this.fields.set(name, value);
  }

  /**
   * Identifies the contents of the server. It changes with each start of the server, each time the server copies the
   * contents of another, and in a release that stores another format.
   */
  get contentsId(): string {
    return `${this.textOf('run_id')}.${this.textOf('master_replid')}.${STORED_FORMAT_VERSION}`;
  }

  /**
   * Accepts only a primary, and only one that never evicts a key without a time to live. Otherwise it could evict a
   * guard with marks. A node of a cluster has only some of the names, and which ones can change at any time.
   *
   * @throws UnfitRedisError saying what is wrong with the server.
   */
  requireTrustworthy(): void {
    if (!this.fields.has('run_id') || !this.fields.has('maxmemory_policy')) {
      throw new UnfitRedisError('Redis does not say by INFO which server it is, and what it evicts');
    }
    if (this.textOf('cluster_enabled') === '1' || this.textOf('redis_mode') === 'cluster') {
      throw new UnfitRedisError(
        'Redis is a node of a cluster (cluster-enabled yes): one server is needed, or a primary with Sentinels',
      );
    }
    const role = this.textOf('role');
    if (role !== 'master') throw new UnfitRedisError(`Redis is a ${role}, not the primary`);
    const policy = this.textOf('maxmemory_policy');
    if (policy.startsWith('allkeys')) {
      throw new UnfitRedisError(`Redis has maxmemory-policy ${policy}: noeviction or volatile-* is needed`);
    }
  }

  figures(): ServerFigures {
    return {
      redis_version: this.textOf('redis_version'),
      connected_clients: this.numberOf('connected_clients'),
      used_memory: this.numberOf('used_memory'),
      used_memory_human: this.textOf('used_memory_human'),
      used_memory_peak: this.numberOf('used_memory_peak'),
      used_memory_peak_human: this.textOf('used_memory_peak_human'),
      keyspace_hits: this.numberOf('keyspace_hits'),
      keyspace_misses: this.numberOf('keyspace_misses'),
      instantaneous_ops_per_sec: this.numberOf('instantaneous_ops_per_sec'),
      total_connections_received: this.numberOf('total_connections_received'),
      total_commands_processed: this.numberOf('total_commands_processed'),
      uptime_in_seconds: this.numberOf('uptime_in_seconds'),
    };
  }

  private textOf(name: string): string {
    return this.fields.get(name) ?? 'unknown';
  }

  private numberOf(name: string): number {
    return Number(this.fields.get(name) ?? 0);
  }
}
