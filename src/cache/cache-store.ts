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

/** A page of keys; a cursor of null is the last. */
export interface StoredKeys {
  readonly total: number;
  readonly keys: readonly StoredKey[];
  readonly next_cursor: string | null;
}

/** What the server behind the cache says of itself, in the words of Redis's INFO. */
export type ServerFigures = Readonly<Record<string, string | number>>;

/**
 * Where cached answers live. `read`, `fill` and `evict` never throw and never take longer than the configured time:
 * a cache that is away costs a miss, not a request. The others throw when the store is away.
 */
export abstract class CacheStore {
  abstract read(key: string): Promise<StoredAnswer | undefined>;
  /** @param timeToLive in milliseconds */
  abstract fill(key: string, answer: StoredAnswer, timeToLive: number): Promise<void>;
  abstract evict(keys: readonly string[]): Promise<void>;
  abstract ping(): Promise<void>;
  abstract list(cursor: string | undefined): Promise<StoredKeys>;
  abstract figures(): Promise<ServerFigures>;
  /** Removes one key; whether it was there. */
  abstract remove(key: string): Promise<boolean>;
  /** Removes every key of ours, and nothing else; how many there were. */
  abstract clear(): Promise<number>;
}
