import type { ServerFigures } from './cache-session';
import { FORM } from './stored-answer';

/** What Redis says of itself by INFO. */
export class RedisInfo {
  private readonly fields = new Map<string, string>();

  constructor(text: string) {
    for (const [, name = '', value = ''] of text.matchAll(/^(\w+):(.*)\r$/gm)) this.fields.set(name, value);
  }

  /**
   * Another one after each start of the server, and after each time it took over the contents of another server; and in
   * a release that stores another form.
   */
  get contentsId(): string {
    return `${this.words('run_id')}.${this.words('master_replid')}.${FORM}`;
  }

  /**
   * Only a primary may be asked, and only one that never evicts what has no time to live: else a guard could go.
   *
   * @throws Error saying what is wrong with it.
   */
  requireTrustworthy(): void {
    if (!this.fields.has('run_id') || !this.fields.has('maxmemory_policy')) {
      throw new Error('Redis does not say by INFO which server it is, and what it evicts');
    }
    const role = this.words('role');
    if (role !== 'master') throw new Error(`Redis is a ${role}, not the primary`);
    const policy = this.words('maxmemory_policy');
    if (policy.startsWith('allkeys')) {
      throw new Error(`Redis has maxmemory-policy ${policy}: noeviction or volatile-* is needed`);
    }
  }

  figures(): ServerFigures {
    return {
      redis_version: this.words('redis_version'),
      connected_clients: this.number('connected_clients'),
      used_memory: this.number('used_memory'),
      used_memory_human: this.words('used_memory_human'),
      used_memory_peak: this.number('used_memory_peak'),
      used_memory_peak_human: this.words('used_memory_peak_human'),
      keyspace_hits: this.number('keyspace_hits'),
      keyspace_misses: this.number('keyspace_misses'),
      instantaneous_ops_per_sec: this.number('instantaneous_ops_per_sec'),
      total_connections_received: this.number('total_connections_received'),
      total_commands_processed: this.number('total_commands_processed'),
      uptime_in_seconds: this.number('uptime_in_seconds'),
    };
  }

  private words(name: string): string {
    return this.fields.get(name) ?? 'unknown';
  }

  private number(name: string): number {
    return Number(this.fields.get(name) ?? 0);
  }
}
