import { Keyv } from 'keyv';
import type { Prefix } from './names';

/** What a reader who found nothing is told to do. */
export type Acquired =
  /** There is a value after all. */
  | { readonly kind: 'value'; readonly text: string }
  /** Load, and fill with this lease. */
  | { readonly kind: 'lease' }
  /** Another loads; milliseconds until its lease ends. */
  | { readonly kind: 'wait'; readonly remaining: number }
  /** Writers are about to commit: load, and fill nothing. */
  | { readonly kind: 'marked'; readonly marks: readonly Mark[] }
  /** The store has lost its contents since the epoch began. */
  | { readonly kind: 'dead' };

/** A mark that its writer has not released, and for how long, in milliseconds. */
export interface Mark {
  readonly mark: string;
  readonly age: number;
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
 * One connection to the store, from its opening to its first error; it never connects again, so that no command moves
 * to another server. Every command is atomic, is bounded in time, and throws CacheAwayError when it failed: then the
 * session is closed, unless the server only refused it.
 */
export abstract class CacheSession {
  /** Tells the contents of one server from those of another, and of its next life. */
  abstract readonly runId: string;
  /** By the monotonic clock, in milliseconds. */
  readonly openedAt = performance.now();

  /** Whether no other server's memory can be in use for this database: then a new run id needs no suspicion. */
  abstract readonly isSole: boolean;

  /** Whether the session may still be used; false for ever after the first error. */
  abstract readonly isOpen: boolean;

  abstract get(prefix: Prefix, key: string): Promise<string | null>;
  /** A lease, unless there is a value (which `refresh` ignores), a mark or another's lease. */
  abstract acquire(
    prefix: Prefix,
    key: string,
    token: string,
    leaseTime: number,
    refresh: boolean,
  ): Promise<Acquired>;
  /** Stores only if the lease is still there; whether it did. */
  abstract fill(
    prefix: Prefix,
    key: string,
    token: string,
    text: string,
    timeToLive: number,
  ): Promise<boolean>;
  /** Before COMMIT: drops values and leases, and keeps readers from filling until the release. */
  abstract mark(prefix: Prefix, keys: readonly string[], mark: string): Promise<void>;
  /** After COMMIT or ROLLBACK: drops values and leases, and this mark. */
  abstract release(prefix: Prefix, keys: readonly string[], mark: string): Promise<void>;
  /** Drops values and leases, and no mark; how many values there were. */
  abstract drop(prefix: Prefix, keys: readonly string[]): Promise<number>;

  /** Opens an epoch: a name that is lost together with all others. */
  abstract bringToLife(prefix: Prefix): Promise<void>;
  abstract isAlive(prefix: Prefix): Promise<boolean>;
  /** Looks whether the server is still one that a cache may trust. */
  abstract examine(): Promise<void>;
  /** Removes what older epochs of this database left behind. */
  abstract sweep(current: Prefix): Promise<void>;

  /** Goes on at the position that the call before answered; keys that are there all the time are listed. */
  abstract list(prefix: Prefix, position: number | null): Promise<StoredKeys>;
  /** Drops every value; how many there were. */
  abstract clear(prefix: Prefix): Promise<number>;
  abstract figures(): Promise<ServerFigures>;
  abstract ping(): Promise<void>;
  /** Writes, reads and removes a key of its own, which no answer has. */
  abstract probe(text: string): Promise<ProbeTimes>;
  abstract close(): void;
}

/** Keeps one session open, as far as the server allows. */
export abstract class CacheConnection {
  /** The session in use, or null while the store is away. */
  abstract readonly session: CacheSession | null;
  /** Whether only the process that holds the database's cache lock may have a session. */
  abstract readonly isExclusive: boolean;

  /** Says whether this process holds that lock. */
  allow(_isAllowed: boolean): void {
    // For every process: nothing depends on the lock.
  }

  /** A store for who injects CACHE_MANAGER: without the protocol's promises, and apart from its names. */
  plainStore(): Keyv {
    return new Keyv();
  }

  /** Begins to connect; resolves with the first session or the first failure. */
  abstract open(): Promise<void>;
  abstract close(): Promise<void>;
}
