import { Keyv } from 'keyv';
import type { Awaitable } from '../../../common/awaitable';
import type { CacheNamespace } from './cache-namespace';

/** What `acquire` tells a reader who found no value. */
export type AcquireResult =
  /** A value was stored in the meantime. */
  | { readonly kind: 'value'; readonly text: string }
  /** The reader has the lease: it loads, and fills. */
  | { readonly kind: 'lease' }
  /** Another reader has the lease, which ends after so many milliseconds. */
  | { readonly kind: 'wait'; readonly remainingMs: number }
  /** Writers are about to commit: the reader loads, and fills nothing. */
  | { readonly kind: 'marked'; readonly marks: readonly Mark[] }
  /** The store has lost its contents since the epoch began. */
  | { readonly kind: 'dead' };

/** A mark that its writer has not released yet, and how long ago it was set. */
export interface Mark {
  readonly mark: string;
  readonly ageMs: number;
}

/** A key as `/cache/keys` shows it: `ttl` is in seconds, `size_bytes` is the size of the stored value. */
export interface StoredKey {
  readonly key: string;
  readonly type: string;
  readonly ttl: number;
  readonly size_bytes: number;
}

/** Some of the keys. If `next` is null, there are no more. */
export interface StoredKeys {
  readonly total: number;
  readonly keys: readonly StoredKey[];
  readonly next: number | null;
}

/** The figures of the server behind the cache, with the names that the command INFO of Redis gives them. */
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

/** How long a probe took: its read alone, and writing, reading and removing together. */
export interface ProbeTimes {
  readonly readMs: number;
  readonly totalMs: number;
}

/** Runs scripts in a server, each atomically; they use only commands that DEPLOYMENT.md gives to the service's user. */
export interface ScriptServer {
  /** @throws CacheAwayError */
  eval(
    script: string,
    options: { readonly keys: readonly string[]; readonly arguments: readonly string[] },
  ): Promise<unknown>;
}

/**
 * One connection to the store, from its opening to its first error. It never connects again, so no command can move to
 * another server. Every command is atomic and bounded in time. A command that fails throws CacheAwayError and closes
 * the session, unless the server only refused that command.
 */
export abstract class CacheSession {
  /** Identifies the contents of the server. After a restart, or on another server, it is another one. */
  abstract readonly runId: string;
  /** When the session was opened, by the monotonic clock, in milliseconds. */
  readonly openedAt = performance.now();

  /** Whether no other store can serve this database. Then a changed run id is accepted at once. */
  abstract readonly isOnlyStore: boolean;

  /** Null where the store is the memory of this process. */
  readonly scripts: ScriptServer | null = null;

  /** Whether the session may still be used. After the first error it stays false. */
  abstract readonly isOpen: boolean;

  /** Returns null if nothing is stored. */
  abstract get(namespace: CacheNamespace, key: string): Awaitable<string | null>;
  /**
   * Gives the lease, unless there is a value, a mark, or the lease of another reader.
   *
   * @param isRefresh gives the lease although there is a value, which stays until it is replaced.
   */
  abstract acquire(
    namespace: CacheNamespace,
    key: string,
    token: string,
    leaseMs: number,
    isRefresh: boolean,
  ): Promise<AcquireResult>;
  /** Stores the text if the lease is still there, and returns whether it was. */
  abstract fill(
    namespace: CacheNamespace,
    key: string,
    token: string,
    text: string,
    ttlMs: number,
  ): Promise<boolean>;
  /** Before COMMIT: removes values and leases, and keeps readers from filling until the release. */
  abstract mark(namespace: CacheNamespace, keys: readonly string[], mark: string): Promise<void>;
  /** After COMMIT or ROLLBACK: removes values, leases, and this mark. */
  abstract release(namespace: CacheNamespace, keys: readonly string[], mark: string): Promise<void>;
  /** Removes values and leases, but no marks. Returns how many values there were. */
  abstract drop(namespace: CacheNamespace, keys: readonly string[]): Promise<number>;

  /** Opens an epoch: sets the name `alive`, which is lost whenever the other names are lost. */
  abstract setAlive(namespace: CacheNamespace): Promise<void>;
  /** Whether the store still has the name `alive` of this epoch. */
  abstract isAlive(namespace: CacheNamespace): Promise<boolean>;
  /** Checks that the server is still one that a cache may trust, and closes the session if it is not. */
  abstract examine(): Promise<void>;
  /** Removes the names of earlier epochs of this database. */
  abstract sweep(current: CacheNamespace): Promise<void>;

  /**
   * Lists one page of keys. A key that exists during the whole listing is on one of its pages.
   *
   * @param position the `next` of the page before, or null for the first page.
   */
  abstract list(namespace: CacheNamespace, position: number | null): Promise<StoredKeys>;
  /** Removes every value, and returns how many there were. */
  abstract clear(namespace: CacheNamespace): Promise<number>;
  abstract figures(): Promise<ServerFigures>;
  abstract ping(): Promise<void>;
  /** Writes, reads and removes a key that is used for nothing else. */
  abstract probe(text: string): Promise<ProbeTimes>;
  abstract close(): void;
}

/** Keeps one session open whenever the server allows it. */
export abstract class CacheConnection {
  /** The session in use, or null while the store is away. */
  abstract readonly session: CacheSession | null;
  /** Why a store that answers is not used, for the operator, without a full stop; null if there is no such reason. */
  readonly complaint: string | null = null;
  /** Whether only one process may have a session: the one that holds the cache lock of the database. */
  abstract readonly isSingleProcess: boolean;

  /** Says whether this process holds the cache lock. */
  setLockHeld(_isHeld: boolean): void {
    // A store for several processes does not depend on the lock.
  }

  /** The store behind CACHE_MANAGER. It keeps none of the promises of the protocol, and shares no names with it. */
  plainStore(): Keyv {
    return new Keyv();
  }

  /** Begins to connect, and resolves with the first session or the first failure. */
  abstract open(): Promise<void>;
  abstract close(): Promise<void>;
}
