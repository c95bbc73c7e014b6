/** Every name that this service has in Redis begins with this, whatever the database and the epoch. */
export const NAMESPACE_ROOT = '{travel-recharge:';

/**
 * The names of one epoch in the store. With one namespace, no name of another is ever read or written. The part in
 * braces puts all its names into one slot of a Redis cluster, so that one script may touch several of them.
 */
export class CacheNamespace {
  private readonly prefix: string;

  /**
   * @param database tells the names of one database from those of another.
   * @param epoch the number of the epoch: names of earlier epochs are found by it, and removed.
   * @param digest of everything that makes this epoch different from all others.
   */
  constructor(
    private readonly database: string,
    private readonly epoch: bigint,
    digest: string,
  ) {
    this.prefix = `${this.databasePrefix}${epoch}:${digest}}`;
  }

  /** The beginning of all names of this database, in every epoch. */
  get databasePrefix(): string {
    return `${NAMESPACE_ROOT}${this.database}:`;
  }

  /** The name that exists as long as the store has not lost the contents of this epoch. */
  get aliveName(): string {
    return `${this.prefix}alive`;
  }

  /** The name of the value that is stored under a key. */
  valueName(key: string): string {
    return `${this.prefix}:${key}`;
  }

  /** The name of the guard of a key: its lease and its marks. */
  guardName(key: string): string {
    return `${this.prefix}!${key}`;
  }

  /** The key that the name of a value or of a guard was made from. */
  keyFromName(name: string): string {
    return name.slice(this.prefix.length + 1);
  }

  equals(other: CacheNamespace | undefined): boolean {
    return this.prefix === other?.prefix;
  }

  /**
   * Whether a name belongs to an earlier epoch of the same database. A process that was paused may have an old
   * namespace, and must not remove names of a newer epoch.
   */
  isFromEarlierEpoch(name: string): boolean {
    const epoch = /^\d+(?=:)/.exec(name.slice(this.databasePrefix.length))?.[0];
    return name.startsWith(this.databasePrefix) && epoch !== undefined && BigInt(epoch) < this.epoch;
  }
}
