import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { PoolClient } from 'pg';
import { CacheStore } from '../cache/cache-store';
import type { Eviction } from '../cache/evictions';
import { sqlState, violatedConstraint } from '../common/problem/database-errors';
import { DatabaseAwayError, DatabaseBusyError, RequestInProgressError } from '../common/problem/domain-error';
import type { RepeatableRequest } from '../common/repeatable-request';
import { AppConfig } from '../config/app-config';
import { IdempotencyKeys, KeyInUse } from './idempotency-keys';

/** What a write answers, and what it touched: null when it found that nothing was left to do. */
export interface Outcome<Answer, Subject> {
  readonly answer: Answer;
  readonly touched: Subject | null;
}

export interface WriteOptions<Subject> {
  readonly evicts: Eviction<Subject>;
  readonly request?: RepeatableRequest | null;
}

/** A recharge with the same transaction_id committed first: run again, and find it. */
const TWIN_CONSTRAINT = 'recharge_transactions_pkey';
const MOST_ATTEMPTS = 5;

/**
 * The one way to change the database: the work runs in a transaction, and the answers that it made old are evicted
 * after the commit and before the caller hears of it.
 *
 * Locks are taken in this order, so that no two writes wait for each other in a circle: the idempotency key; the
 * card's row; the card's open trip; rows that are unique for ever (transaction_id, reversal). Accounts, routes and
 * stations are never locked against other writers.
 */
@Injectable()
export class Writes {
  constructor(
    private readonly dataSource: DataSource,
    private readonly cache: CacheStore,
    private readonly idempotencyKeys: IdempotencyKeys,
    private readonly config: AppConfig,
  ) {}

  /**
   * @param work reads and writes through the manager it is given; it may run several times.
   * @throws RequestInProgressError when a request with the same key is still running after the configured wait.
   */
  async run<Answer, Subject>(
    options: WriteOptions<Subject>,
    work: (manager: EntityManager) => Promise<Outcome<Answer, Subject>>,
  ): Promise<Answer> {
    const deadline = performance.now() + this.config.get('IDEMPOTENCY_WAIT_MS');
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { answer, touched } = await this.attempt(options, work);
        if (touched !== null) await this.cache.evict(options.evicts.keysFor(touched));
        return answer;
      } catch (error) {
        if (error instanceof KeyInUse) {
          if (performance.now() >= deadline) throw new RequestInProgressError();
        } else if (!isWorthAnotherAttempt(error) || attempt >= MOST_ATTEMPTS) {
          throw error;
        }
        await sleep(Math.min(5 * 2 ** attempt, 100) * (0.5 + Math.random()));
      }
    }
  }

  private async attempt<Answer, Subject>(
    { request }: WriteOptions<Subject>,
    work: (manager: EntityManager) => Promise<Outcome<Answer, Subject>>,
  ): Promise<Outcome<Answer, Subject>> {
    return this.inTransaction(async (manager) => {
      if (!request) return work(manager);
      const stored = await this.idempotencyKeys.take(manager, request);
      if (stored !== null) return { answer: stored as Answer, touched: null };
      const outcome = await work(manager);
      await this.idempotencyKeys.store(manager, request, outcome.answer);
      return outcome;
    });
  }

  private async inTransaction<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    const runner = this.dataSource.createQueryRunner();
    const client = (await runner.connect()) as PoolClient;
    const progress = { isCut: false, isCommitting: false };
    const watchdog = setTimeout(() => {
      progress.isCut = true;
      cut(client);
    }, this.config.get('DATABASE_TRANSACTION_TIMEOUT_MS'));
    try {
      await runner.startTransaction('READ COMMITTED');
      const result = await work(runner.manager);
      progress.isCommitting = true;
      await runner.commitTransaction();
      return result;
    } catch (error) {
      await rollBack(runner, client);
      // A commit that was cut may have happened: then nobody can say that nothing was changed.
      if (progress.isCut && !progress.isCommitting) throw new DatabaseBusyError();
      // TypeORM releases a runner whose connection has failed, and refuses its next statement in words of its own.
      throw runner.isReleased ? new DatabaseAwayError() : error;
    } finally {
      clearTimeout(watchdog);
      await runner.release();
    }
  }
}

/** Servers before PostgreSQL 17 cannot bound a transaction; without its connection it is rolled back. */
function cut(client: PoolClient): void {
  (client as PoolClient & { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}

/**
 * A connection that did not confirm the rollback must not go back to the pool: its transaction may still be open, and
 * the next COMMIT on it would be the refused one's too.
 */
async function rollBack(runner: QueryRunner, client: PoolClient): Promise<void> {
  if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => cut(client));
}

function isWorthAnotherAttempt(error: unknown): boolean {
  const state = sqlState(error);
  if (state === '40001' || state === '40P01') return true;
  return state === '23505' && violatedConstraint(error) === TWIN_CONSTRAINT;
}
