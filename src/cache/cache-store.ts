/** An answer as it is stored: its status and the bytes of its body. */
export interface StoredAnswer {
  readonly status: number;
  readonly body: string;
}

/** A key as `/cache/keys` shows it; `ttl` in seconds, `size_bytes` of the stored value. */
export interface StoredKey {
  readonly key: string;
  readonly type: string;
  readonly ttl: number;
  readonly size_bytes: number;
}

/** Some of the keys; a next position of null says that there are no more. */
export interface StoredKeys {
  readonly total: number;
  readonly keys: readonly StoredKey[];
  readonly next: number | null;
}

/** What the server behind the cache says of itself, in the words of Redis's INFO. */
export interface ServerFigures {
  readonly redis_version: string;
  readonly connected_clients: number;
  readonly used_memory: number;
  readonly used_memory_human: string;
  readonly used_memory_peak: number;
  readonly used_memory_peak_human: string;
  readonly keyspace_hits: number;
  readonly keyspace_misses: number;
  readonly instantaneous_ops_per_sec: number;
  readonly total_connections_received: number;
  readonly total_commands_processed: number;
  readonly uptime_in_seconds: number;
}

/** How long a trial took, in milliseconds: its read, and writing, reading and removing together. */
export interface ProbeTimes {
  readonly read: number;
  readonly total: number;
}

/**
 * Where cached answers live. `read`, `fill` and `evict` never throw and never take longer than the configured time:
 * a cache that is away costs a miss, not a request. The others throw CacheAwayError when the store is away.
 */
export abstract class CacheStore {
  abstract read(key: string): Promise<StoredAnswer | undefined>;
  /** @param timeToLive in milliseconds */
  abstract fill(key: string, answer: StoredAnswer, timeToLive: number): Promise<void>;
  abstract evict(keys: readonly string[]): Promise<void>;
  abstract ping(): Promise<void>;
  /** Writes, reads and removes a key of its own, which no answer has. */
  abstract probe(answer: StoredAnswer): Promise<ProbeTimes>;
  /** Goes on at the position that the call before answered; keys that are there all the time are listed. */
  abstract list(position: number | null): Promise<StoredKeys>;
  abstract figures(): Promise<ServerFigures>;
  /** Removes one key; whether it was there. */
  abstract remove(key: string): Promise<boolean>;
  /** Removes every key of ours, and nothing else; how many there were. */
  abstract clear(): Promise<number>;
}
