import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { Pool, type PoolClient, type PoolConfig } from 'pg';
import { sqlState } from '../../../common/http/problem/database-errors';
import { Connection, type ConnectionConfig } from '../../postgres/connection';
import { leaveOthers } from '../../postgres/pool';
import type { CacheNamespace } from '../store/cache-namespace';
import type { CacheConnection, CacheSession } from '../store/cache-session';
import { type Epoch, EPOCH_LOCK, FENCE_LIFETIME_MS, identifyDatabase, namespaceOf, readEpoch } from './epoch';
import { decideEpochAction, type StoreStatus } from './epoch-policy';
import type { EpochReading, EpochWatch } from './epoch-watch';

/** How long a change may wait for the writes in flight. In the meantime new writes queue behind it. */
const LOCK_TIMEOUT_MS = 200;
const STATEMENT_TIMEOUT_MS = 1_000;
/** The SQLSTATE for a lock that was not available in time. */
const LOCK_NOT_AVAILABLE = '55P03';
/** How long to wait after a failed change; perhaps the store is full. */
const RETRY_DELAY_MS = 1_000;
/** The longest wait before another attempt to get the lock. */
const MAX_LOCK_RETRY_DELAY_MS = 100;
/** The time between two examinations of the store, and between two renewals of a fence. */
const EXAMINE_INTERVAL_MS = 1_000;

/** Changes the epoch where that is necessary, and puts up a fence while this instance cannot reach the store. */
export class EpochKeeper implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly instance = randomUUID();
  /** How often this process has changed the epoch, by what it became. */
  readonly changes: Record<Epoch['state'], number> = { on: 0, off: 0 };
  private readonly logger = new Logger(EpochKeeper.name);
  private readonly pool: Pool;
  private changing: Promise<void> | null = null;
  private raising: Promise<void> | null = null;
  private nextExaminationAt = 0;

  constructor(
    databaseUrl: string,
    private readonly connection: CacheConnection,
    private readonly watch: EpochWatch,
  ) {
    const options: PoolConfig & ConnectionConfig & { readonly Client: typeof Connection } = {
      Client: Connection,
      connectionString: databaseUrl,
      application_name: 'travel-recharge-cache',
      requiresPrimary: true,
      // One connection to change the epoch, and one for fences.
      max: 2,
      connectionTimeoutMillis: STATEMENT_TIMEOUT_MS,
      session: {
        statement_timeout: `${STATEMENT_TIMEOUT_MS}`,
        // If this process is paused while it holds the lock, every write waits for it.
        idle_in_transaction_session_timeout: `${STATEMENT_TIMEOUT_MS}`,
        // Epochs and fences belong to one incarnation of the server, so a failover may lose them; and what a write has
        // read of them is on the standby before the write is.
        synchronous_commit: 'local',
      },
      query_timeout: STATEMENT_TIMEOUT_MS,
      keepAlive: true,
    };
    this.pool = new Pool(options);
    this.pool.on('error', () => undefined);
  }

  /** Resolves when the cache is in use, or cannot be used for now. */
  async onApplicationBootstrap(): Promise<void> {
    await this.connection.open();
    await this.watch
      .read()
      .then((reading) => this.react(reading))
      .then(() => this.changing)
      .then(() => this.watch.read())
      .catch(() => undefined);
    void this.watch.run((reading) => this.react(reading));
  }

  async onApplicationShutdown(): Promise<void> {
    this.watch.stop();
    await this.changing;
    await this.pool.end();
    await this.connection.close();
  }

  /**
   * Called when this instance has to write and cannot reach the store. A fence tells all instances, with their next
   * reading of the epoch, that nobody may trust the cache. The write can go on when the epoch is off.
   */
  async raiseFence(): Promise<void> {
    // All writes that find the store away at the same time share one attempt. If it fails, they attempt it again.
    this.raising ??= this.writeFence()
      .then(() => this.change())
      .catch(() => sleep(Math.random() * MAX_LOCK_RETRY_DELAY_MS))
      .finally(() => (this.raising = null));
    await this.raising;
  }

  /** Removes the fence of this instance when it ends. An instance that reaches the store switches the cache on again. */
  async removeFence(): Promise<void> {
    await this.raising;
    await this.changing;
    await this.pool.query('DELETE FROM cache_fences WHERE instance = $1', [this.instance]);
    await this.pool.end();
  }

  /** Does what a reading asks for. Nothing here waits for PostgreSQL, because the next reading must not be late. */
  private async react(reading: EpochReading): Promise<void> {
    leaveOthers(this.pool, reading.identity.incarnation);
    if (performance.now() >= this.nextExaminationAt) {
      this.nextExaminationAt = performance.now() + EXAMINE_INTERVAL_MS;
      await this.connection.session?.examine().catch(() => undefined);
      void this.renewFence().catch(() => undefined);
    }
    const { session } = this.connection;
    const store = await storeStatus(session, reading, reading.namespace);
    switch (decideEpochAction(reading, this.instance, store)) {
      case 'reconnect':
        return session?.close();
      case 'raise fence':
        this.logger.warn('another store is in use for this database: not caching for now');
        return void this.writeFence().catch(() => undefined);
      case 'lift fence':
      case 'change epoch':
        return void this.change();
      case 'nothing':
    }
  }

  private async renewFence(): Promise<void> {
    await this.pool.query('UPDATE cache_fences SET renewed_at = clock_timestamp() WHERE instance = $1', [
      this.instance,
    ]);
  }

  private async writeFence(): Promise<void> {
    await this.pool.query(
      `INSERT INTO cache_fences (instance, renewed_at) VALUES ($1, clock_timestamp())
       ON CONFLICT (instance) DO UPDATE SET renewed_at = EXCLUDED.renewed_at`,
      [this.instance],
    );
  }

  /** Makes one change at a time. If the lock is not available, the next attempt comes after a random delay. */
  private change(): Promise<void> {
    this.changing ??= this.changeUnderLock()
      .catch((error: unknown) =>
        sleep(
          sqlState(error) === LOCK_NOT_AVAILABLE ? Math.random() * MAX_LOCK_RETRY_DELAY_MS : RETRY_DELAY_MS,
        ),
      )
      .finally(() => (this.changing = null));
    return this.changing;
  }

  /** The exclusive lock waits until no write is in flight, so no write can run in two epochs. */
  private async changeUnderLock(): Promise<void> {
    const client = await this.pool.connect();
    try {
      await client.query(`BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS};
                          SELECT pg_advisory_xact_lock(${EPOCH_LOCK})`);
      const opened = await this.decideAndWrite(client);
      await client.query('COMMIT');
      client.release();
      // The sweep is not awaited, because on a Redis with many keys of others it takes long.
      if (opened) void opened.session.sweep(opened.namespace).catch(() => undefined);
    } catch (error) {
      // Closing the connection ends the transaction, whatever its state.
      client.release(error as Error);
      throw error;
    }
  }

  /**
   * Decides again, because another instance may have been quicker, and writes the new epoch. Returns where the opened
   * epoch is stored, or null when no epoch was switched on.
   */
  private async decideAndWrite(client: PoolClient): Promise<OpenedEpoch | null> {
    const identity = await identifyDatabase(client);
    const epoch = await readEpoch(client);
    const { session } = this.connection;
    const namespace = namespaceOf(identity, epoch.epoch, epoch.runId);
    const store = await storeStatus(session, epoch, namespace);
    const action = decideEpochAction(epoch, this.instance, store);
    if (action !== 'change epoch' && action !== 'lift fence') return null;

    const isLifting = action === 'lift fence';
    await this.removeOldFences(client, isLifting);
    const remaining = epoch.fences.filter((fence) => !isLifting || fence !== this.instance);
    if (remaining.length > 0) {
      if (epoch.state === 'on') await this.writeEpoch(client, await nextEpoch(client), 'off', epoch.runId);
      return null;
    }
    if (!session) return null;
    const next = await nextEpoch(client);
    const nextNamespace = namespaceOf(identity, next, session.runId);
    await session.setAlive(nextNamespace);
    await this.writeEpoch(client, next, 'on', session.runId);
    return { session, namespace: nextNamespace };
  }

  /** Removes expired fences, and that of this instance if it is lifted; not those that others have put up since. */
  private async removeOldFences(client: PoolClient, isLifting: boolean): Promise<void> {
    await client.query(
      `DELETE FROM cache_fences
       WHERE (instance = $1 AND $2) OR renewed_at <= clock_timestamp() - interval '${FENCE_LIFETIME_MS} ms'`,
      [this.instance, isLifting],
    );
  }

  private async writeEpoch(
    client: PoolClient,
    epoch: string,
    state: Epoch['state'],
    runId: string,
  ): Promise<void> {
    await client.query(
      'UPDATE cache_epoch SET epoch = $1, state = $2, redis_run_id = $3, changed_at = clock_timestamp()',
      [epoch, state, runId],
    );
    this.changes[state] += 1;
    this.logger.log(`cache epoch ${epoch}: ${state}`);
  }
}

interface OpenedEpoch {
  readonly session: CacheSession;
  readonly namespace: CacheNamespace;
}

/** Draws the number from a sequence, which returns no number twice, whether or not the transaction commits. */
async function nextEpoch(client: PoolClient): Promise<string> {
  const { rows } = await client.query<{ epoch: string }>(`SELECT nextval('cache_epochs')::text AS epoch`);
  return rows[0]?.epoch ?? '';
}

async function storeStatus(
  session: CacheSession | null,
  { runId, state }: Epoch,
  namespace: CacheNamespace,
): Promise<StoreStatus | null> {
  if (!session) return null;
  const mustAsk = state === 'on' && session.runId === runId;
  const isAlive = mustAsk ? await session.isAlive(namespace).catch(() => null) : true;
  if (isAlive === null) return null;
  return {
    runId: session.runId,
    isAlive,
    openForMs: performance.now() - session.openedAt,
    isOnlyStore: session.isOnlyStore,
  };
}
