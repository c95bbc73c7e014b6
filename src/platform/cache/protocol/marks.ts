import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { AppConfig } from '../../config/app-config';
import { CacheStatistics } from '../cache-statistics';
import type { CacheNamespace } from '../store/cache-namespace';
import { CacheConnection, type CacheSession, type Mark } from '../store/cache-session';
import type { Trust } from './cache-location';
import {
  beginAndLockEpoch,
  type DatabaseIdentity,
  identifyDatabase,
  type LockedEpoch,
  namespaceOf,
  readTransactionOutcome,
  type TransactionOutcome,
} from './epoch';
import { EpochKeeper } from './epoch-keeper';
import { EpochWatch } from './epoch-watch';
import { SyncPoints } from './sync-points';

/** When a mark is older than this, a reader asks PostgreSQL how its transaction ended. */
const OVERDUE_MARK_MS = 2_000;
/** The shortest time between two questions about the same mark and key. */
const ASK_INTERVAL_MS = 500;
/** How many questions are remembered. */
const MAX_REMEMBERED_QUESTIONS = 10_000;
const POLL_MS = 5;
/** While so many marks wait for their release, further writes wait for theirs. */
const MAX_PENDING_RELEASES = 1_000;

/** The store could not be marked. The write is rolled back, and runs again as the epoch then says. */
export class MarkFailedError extends Error {}

/** Some process may still trust the epoch before. The write is rolled back, and runs again after the wait. */
export class EpochTooYoungError extends Error {
  constructor(readonly waitMs: number) {
    super();
  }
}

/** The transaction of a write, and the epoch that it runs in. */
export interface Writer extends LockedEpoch {
  readonly incarnation: string;
  readonly namespace: CacheNamespace;
  /** The id of the transaction, and a random part: after a crash PostgreSQL may give the same id again. */
  readonly mark: string;
}

/** The keys that a write marks. */
export interface Marking {
  readonly writer: Writer;
  readonly keys: readonly string[];
  /**
   * Resolves when all keys are marked.
   *
   * @throws MarkFailedError
   */
  readonly done: Promise<void>;
}

/** The writer's part of the protocol: it marks before COMMIT the keys that become stale, and releases them after it. */
@Injectable()
export class Marks {
  private readonly identities = new WeakMap<PoolClient, DatabaseIdentity>();
  /** When each question was last asked, by the monotonic clock. */
  private readonly askedAt = new Map<string, number>();
  private readonly pendingReleases = new Set<Promise<void>>();
  private releasedForOthers = 0;

  constructor(
    private readonly connection: CacheConnection,
    private readonly watch: EpochWatch,
    private readonly keeper: EpochKeeper,
    private readonly dataSource: DataSource,
    private readonly statistics: CacheStatistics,
    private readonly sync: SyncPoints,
    private readonly config: AppConfig,
  ) {}

  /**
   * Whether `begin` will probably succeed. If not, a write must take no other lock before `begin` has succeeded, because
   * a change of the epoch would have to wait for it.
   */
  get expectsEntry(): boolean {
    return this.watch.trust() !== null;
  }

  /** How many old marks this process has released in the place of their writers. */
  get resolved(): number {
    return this.releasedForOthers;
  }

  /**
   * Begins the transaction of a write. When this method returns its promise, BEGIN has been sent, so statements that the
   * caller sends next belong to the transaction.
   *
   * @throws EpochTooYoungError when the write has to wait.
   * @throws MarkFailedError when the store to be marked is away, before the write has changed anything.
   */
  async begin(client: PoolClient): Promise<Writer> {
    const [locked, identity] = await Promise.all([
      beginAndLockEpoch(client),
      this.identities.get(client) ?? identifyDatabase(client),
    ]);
    this.identities.set(client, identity);
    const { incarnation } = identity;
    const waitMs = this.watch.noteEpoch(incarnation, locked.epoch);
    if (waitMs > 0) throw new EpochTooYoungError(waitMs);
    if (locked.state === 'on' && !this.sessionFor(locked)) throw new MarkFailedError();
    return {
      ...locked,
      incarnation,
      namespace: namespaceOf(identity, locked.epoch, locked.runId),
      mark: `${locked.transactionId}:${randomUUID()}`,
    };
  }

  /** Begins to mark the keys while the write goes on. The write awaits `done` before its COMMIT. */
  mark(writer: Writer, keys: readonly string[]): Marking {
    // While the epoch is off, nobody trusts the cache, so there is nothing to mark.
    const done = writer.state === 'on' ? this.sendMark(writer, keys) : Promise.resolve();
    // A write that fails in the meantime does not await it.
    done.catch(() => undefined);
    return { writer, keys, done };
  }

  /** Removes the marks after COMMIT or ROLLBACK. If it fails, readers load from the database until they resolve the marks. */
  async release({ writer, keys, done }: Marking): Promise<void> {
    if (writer.state === 'off') return;
    await this.sync.reach('before release', writer.transactionId);
    await done.catch(() => undefined);
    const session = this.sessionFor(writer);
    if (!session) return;
    try {
      await session.release(writer.namespace, keys, writer.mark);
      this.statistics.stepListener?.('released', keys, writer.transactionId);
    } catch {
      // Readers resolve the marks.
    }
  }

  /**
   * Begins to release the marks after COMMIT. Who reads in the meantime loads what was committed. A release never fails, and
   * ends at the latest when the store has not answered for REDIS_TIMEOUT_MS.
   *
   * @returns at once, unless too many releases are pending.
   */
  async releaseSoon(marking: Marking): Promise<void> {
    const release = this.release(marking).finally(() => this.pendingReleases.delete(release));
    this.pendingReleases.add(release);
    if (this.pendingReleases.size > MAX_PENDING_RELEASES) await release;
  }

  /**
   * Prepares another attempt after a failed mark. The first time it waits shortly for the store to come back. If the
   * store is still away, or fails again, it puts up a fence, so that nobody trusts the cache.
   *
   * @param attempt how many marks of this write have failed.
   */
  async recover(attempt: number): Promise<void> {
    const waitMs = this.connection.isSingleProcess ? 0 : this.config.get('REDIS_TIMEOUT_MS');
    const deadline = performance.now() + waitMs;
    while (attempt === 1 && !this.connection.session && performance.now() < deadline) await sleep(POLL_MS);
    if (attempt > 1 || !this.connection.session) await this.keeper.raiseFence();
  }

  /**
   * Whether a write whose COMMIT got no reply may still be in progress. Its caller cannot be told that it did commit:
   * after a crash of PostgreSQL the same transaction id may belong to another write.
   */
  async mayCommit(writer: Writer): Promise<boolean> {
    return !isOver(await this.outcomeOf(writer).catch(() => 'unknown' as const));
  }

  /**
   * Whether the server still works on this transaction. It does not if it was restarted, or if another one has taken its place.
   *
   * @throws Error while the database is away.
   */
  async isInProgress(writer: Writer): Promise<boolean> {
    return (await this.outcomeOf(writer)) === 'in progress';
  }

  /** Called by a reader that met these marks. It releases the old ones whose transactions have ended. */
  resolve(trust: Trust, key: string, marks: readonly Mark[]): void {
    for (const { mark, ageMs } of marks) {
      if (ageMs >= OVERDUE_MARK_MS && this.mayAsk(`${mark} ${key}`)) void this.resolveOne(trust, key, mark);
    }
  }

  private async resolveOne(
    { namespace, session, incarnation }: Trust,
    key: string,
    mark: string,
  ): Promise<void> {
    const [transactionId = ''] = mark.split(':');
    const outcome = await readTransactionOutcome(this.dataSource, transactionId, incarnation).catch(
      () => 'unknown' as const,
    );
    if (!isOver(outcome)) return;
    await session
      .release(namespace, [key], mark)
      .then(() => (this.releasedForOthers += 1))
      .catch(() => undefined);
  }

  private outcomeOf({ transactionId, incarnation }: Writer): Promise<TransactionOutcome> {
    return readTransactionOutcome(this.dataSource, transactionId, incarnation);
  }

  private mayAsk(question: string): boolean {
    const now = performance.now();
    if (now - (this.askedAt.get(question) ?? -Infinity) < ASK_INTERVAL_MS) return false;
    if (this.askedAt.size >= MAX_REMEMBERED_QUESTIONS) this.askedAt.clear();
    this.askedAt.set(question, now);
    return true;
  }

  private async sendMark(writer: Writer, keys: readonly string[]): Promise<void> {
    const session = this.sessionFor(writer);
    if (!session) throw new MarkFailedError();
    try {
      await session.mark(writer.namespace, keys, writer.mark);
    } catch {
      // The time for which the store has answered is counted from the opening of the next session.
      session.close();
      throw new MarkFailedError();
    }
    this.statistics.countEvictions(keys.length);
    this.statistics.stepListener?.('marked', keys, writer.transactionId);
    await this.sync.reach('after mark', writer.transactionId);
  }

  /** Only the store that the epoch names may be marked. */
  private sessionFor({ runId }: LockedEpoch): CacheSession | null {
    const { session } = this.connection;
    return session?.runId === runId ? session : null;
  }
}

function isOver(outcome: TransactionOutcome): boolean {
  return outcome === 'committed' || outcome === 'aborted';
}
