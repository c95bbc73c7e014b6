import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { Pool, type PoolClient, type PoolConfig } from 'pg';
import { sqlState } from '../../../common/http/problem/database-errors';
import { Connection, type ConnectionConfig } from '../../postgres/connection';
import type { CacheConnection, CacheSession } from '../store/cache-session';
import { type Epoch, EPOCH_LOCK, FENCE_EXPIRES, identify, prefixOf, readEpoch } from './epoch';
import type { EpochWatch, Look } from './epoch-watch';
import { judge, type OwnStore } from './judgement';

/** How long a change may wait for the writes in flight, in milliseconds: new ones queue behind it meanwhile. */
const LOCK_TIME = 200;
const STATEMENT_TIME = 1_000;
/** The SQLSTATE of a lock that could not be had in time. */
const LOCK_NOT_AVAILABLE = '55P03';
/** How long a store that refused a new epoch, being full perhaps, is left alone, in milliseconds. */
const RETRY_AFTER = 1_000;
/** Milliseconds between two examinations of the store, and two renewals of a fence. */
const EXAMINE_EVERY = 1_000;

/** Keeps the epoch right: changes it, and fences this instance off while it cannot reach the store. */
export class EpochKeeper implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly instance = randomUUID();
  private readonly logger = new Logger(EpochKeeper.name);
  private readonly pool: Pool;
  private changing: Promise<void> | null = null;
  private stepping: Promise<void> | null = null;
  private examineAt = 0;

  constructor(
    databaseUrl: string,
    private readonly connection: CacheConnection,
    private readonly watch: EpochWatch,
  ) {
    const options: PoolConfig & ConnectionConfig & { readonly Client: typeof Connection } = {
      Client: Connection,
      connectionString: databaseUrl,
      application_name: 'travel-recharge-cache',
      // One to change the epoch, one for fences.
      max: 2,
      connectionTimeoutMillis: STATEMENT_TIME,
      session: {
        statement_timeout: `${STATEMENT_TIME}`,
        // Should this process stand still with the lock in its hands: every write waits for it.
        idle_in_transaction_session_timeout: `${STATEMENT_TIME}`,
      },
      query_timeout: STATEMENT_TIME,
      keepAlive: true,
    };
    this.pool = new Pool(options);
    this.pool.on('error', () => undefined);
  }

  /** Resolves when the cache is in use, or cannot be for now. */
  async onApplicationBootstrap(): Promise<void> {
    await this.connection.open();
    await this.watch
      .look()
      .then((look) => this.tend(look))
      .then(() => this.changing)
      .then(() => this.watch.look())
      .catch(() => undefined);
    void this.watch.run((look) => this.tend(look));
  }

  async onApplicationShutdown(): Promise<void> {
    this.watch.stop();
    await this.changing;
    await this.pool.end();
    await this.connection.close();
  }

  /**
   * This instance has to write and cannot reach the store: from now on nobody may trust the cache. It is heard of at
   * the next look; the write goes on when the epoch says `off`.
   */
  async standAside(): Promise<void> {
    // One for all writes that find the store away at once. What fails is tried again by their next attempt.
    this.stepping ??= this.putUpFence()
      .then(() => this.change())
      .catch(() => sleep(Math.random() * 100))
      .finally(() => (this.stepping = null));
    await this.stepping;
  }

  /** Takes this instance's fence away for good; who can reach the store switches the cache on again. */
  async withdraw(): Promise<void> {
    await this.stepping;
    await this.changing;
    await this.pool.query('DELETE FROM cache_fences WHERE instance = $1', [this.instance]);
    await this.pool.end();
  }

  /** What has to be done after a look. Nothing here waits for PostgreSQL: the next look must not be late. */
  private async tend(look: Look): Promise<void> {
    if (performance.now() >= this.examineAt) {
      this.examineAt = performance.now() + EXAMINE_EVERY;
      await this.connection.session?.examine().catch(() => undefined);
      void this.renewFence().catch(() => undefined);
    }
    const { session } = this.connection;
    switch (judge(look, this.instance, await ownStore(session, look))) {
      case 'reconnect':
        return session?.close();
      case 'fence':
        this.logger.warn('another store is in use for this database: not caching for now');
        return void this.putUpFence().catch(() => undefined);
      case 'lift':
      case 'change':
        return void this.change();
      case 'nothing':
    }
  }

  private async renewFence(): Promise<void> {
    await this.pool.query('UPDATE cache_fences SET renewed_at = clock_timestamp() WHERE instance = $1', [
      this.instance,
    ]);
  }

  private async putUpFence(): Promise<void> {
    await this.pool.query(
      `INSERT INTO cache_fences (instance, renewed_at) VALUES ($1, clock_timestamp())
       ON CONFLICT (instance) DO UPDATE SET renewed_at = EXCLUDED.renewed_at`,
      [this.instance],
    );
  }

  /** One at a time. Whoever could not have the lock asks again, after a while of its own. */
  private change(): Promise<void> {
    this.changing ??= this.changeOnce()
      .catch((error: unknown) =>
        sleep(sqlState(error) === LOCK_NOT_AVAILABLE ? Math.random() * 100 : RETRY_AFTER),
      )
      .finally(() => (this.changing = null));
    return this.changing;
  }

  /** Under the exclusive lock no write is in flight, so none straddles two epochs. */
  private async changeOnce(): Promise<void> {
    const client = await this.pool.connect();
    try {
      await client.query(`BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = ${LOCK_TIME};
                          SELECT pg_advisory_xact_lock(${EPOCH_LOCK})`);
      const opened = await this.decide(client);
      await client.query('COMMIT');
      client.release();
      // Not awaited: another server's many keys may take it long.
      void opened?.().catch(() => undefined);
    } catch (error) {
      // Ends the transaction with its connection, whatever state that is in.
      client.release(error as Error);
      throw error;
    }
  }

  /** Judges again, as others may have been quicker, and writes the new epoch; answers what to do after the commit. */
  private async decide(client: PoolClient): Promise<(() => Promise<void>) | null> {
    const identity = await identify(client);
    const epoch = await readEpoch(client);
    const { session } = this.connection;
    const prefix = prefixOf(identity, epoch.epoch, epoch.runId);
    const verdict = judge(epoch, this.instance, await ownStore(session, { ...epoch, prefix }));
    if (verdict !== 'change' && verdict !== 'lift') return null;

    const standing = epoch.fences.filter((fence) => verdict !== 'lift' || fence !== this.instance);
    // Not those that others have put up since.
    await client.query(
      `DELETE FROM cache_fences
       WHERE (instance = $1 AND $2) OR renewed_at <= clock_timestamp() - interval '${FENCE_EXPIRES} ms'`,
      [this.instance, verdict === 'lift'],
    );
    if (standing.length > 0) {
      if (epoch.state === 'on') await this.write(client, await nextEpoch(client), 'off', epoch.runId);
      return null;
    }
    if (!session) return null;
    const next = await nextEpoch(client);
    const nextPrefix = prefixOf(identity, next, session.runId);
    await session.bringToLife(nextPrefix);
    await this.write(client, next, 'on', session.runId);
    return () => session.sweep(nextPrefix);
  }

  private async write(
    client: PoolClient,
    epoch: string,
    state: Epoch['state'],
    runId: string,
  ): Promise<void> {
    await client.query(
      'UPDATE cache_epoch SET epoch = $1, state = $2, redis_run_id = $3, changed_at = clock_timestamp()',
      [epoch, state, runId],
    );
    this.logger.log(`cache epoch ${epoch}: ${state}`);
  }
}

/** From a sequence, which gives no number twice, whatever becomes of the transaction. */
async function nextEpoch(client: PoolClient): Promise<string> {
  const { rows } = await client.query<{ epoch: string }>(`SELECT nextval('cache_epochs')::text AS epoch`);
  return rows[0]?.epoch ?? '';
}

async function ownStore(
  session: CacheSession | null,
  { prefix, runId, state }: Pick<Look, 'prefix' | 'runId' | 'state'>,
): Promise<OwnStore | null> {
  if (!session) return null;
  const asks = state === 'on' && session.runId === runId;
  const isAlive = asks ? await session.isAlive(prefix).catch(() => null) : true;
  if (isAlive === null) return null;
  return {
    runId: session.runId,
    isAlive,
    openFor: performance.now() - session.openedAt,
    isSole: session.isSole,
  };
}
