import type { PoolClient, QueryResult } from 'pg';
import { type DataSource, EntityManager, type QueryRunner } from 'typeorm';
import { DatabaseAwayError, DatabaseBusyError } from '../../common/http/problem/service-errors';
import { sqlState } from '../../common/http/problem/database-errors';
import type { Connection } from '../postgres/connection';
import { cut } from '../postgres/cut';
import type { Statement } from '../postgres/statement';
import type { UnansweredCommits } from '../postgres/unanswered-commits';
import type { WriteSeats } from './write-seats';

/** PostgreSQL did not run the statement, because one before it was refused. */
const TRANSACTION_ABORTED = '25P02';

/**
 * Sends its statements to the connection itself: through TypeORM's runner, with its events and its log that nobody listens to,
 * a statement costs this process twice as much.
 */
class TransactionManager extends EntityManager {
  constructor(
    dataSource: DataSource,
    private readonly runner: QueryRunner,
    private readonly client: PoolClient,
  ) {
    super(dataSource, runner);
  }

  override async query<Result>(text: string, values: readonly unknown[] = []): Promise<Result> {
    // The connection may be another's by now, and TypeORM refuses the statement.
    if (this.runner.isReleased) return super.query(text, [...values]);
    const { command, rows, rowCount } = await this.client.query(text, [...values]);
    return (command === 'UPDATE' || command === 'DELETE' ? [rows, rowCount] : rows) as Result;
  }
}

/** What limits the transactions of writes. */
export interface WriteLimits {
  readonly seats: WriteSeats;
  readonly unanswered: UnansweredCommits;
  readonly timeoutMs: number;
}

type Replies = readonly PromiseSettledResult<QueryResult>[];

/**
 * A transaction whose connection is cut when it takes too long, because servers before PostgreSQL 17 cannot limit the time of
 * a transaction. Once COMMIT was sent, the connection is kept for its reply, and only the caller waits no longer. Whoever opens
 * it sends BEGIN with the first statements.
 */
export class WriteTransaction {
  private isCut = false;
  private isCommitting = false;
  private stopWaiting: (() => void) | null = null;
  private late: Promise<void> | null = null;
  private readonly watchdog: NodeJS.Timeout;

  private constructor(
    private readonly runner: QueryRunner,
    readonly client: PoolClient & Connection,
    readonly manager: EntityManager,
    private readonly limits: WriteLimits,
  ) {
    this.watchdog = setTimeout(() => this.timeOut(), limits.timeoutMs);
  }

  /** @throws CommitsUnansweredError, DatabaseBusyError before anything was sent. */
  static async open(dataSource: DataSource, limits: WriteLimits): Promise<WriteTransaction> {
    limits.unanswered.requireFew();
    await limits.seats.take();
    try {
      const runner = dataSource.createQueryRunner();
      const client = (await runner.connect()) as PoolClient & Connection;
      // TypeORM would send BEGIN in a message of its own, so it is told that the transaction has begun.
      Object.assign(runner, { isTransactionActive: true, transactionDepth: 1 });
      const manager = new TransactionManager(dataSource, runner, client);
      return new WriteTransaction(runner, client, manager, limits);
    } catch (error) {
      limits.seats.giveBack();
      throw error;
    }
  }

  /** Whether COMMIT was sent, and may have been run. Until its answer arrives, only the server knows whether the transaction is committed. */
  get mayHaveCommitted(): boolean {
    return this.isCommitting;
  }

  /** Resolves when a COMMIT that nobody waits for any longer is over; null if there is none. */
  get lateCommit(): Promise<void> | null {
    return this.late;
  }

  /**
   * Sends the statements and COMMIT in one message. When the server refuses a statement, it runs none of those behind it, and
   * so commits nothing.
   *
   * @param isInProgress whether the server still works on this transaction, as another connection says.
   * @throws Error when the transaction was aborted by a statement that nobody waited for: then nothing is committed.
   * @throws DatabaseAwayError when COMMIT is not answered in time, or not for sure: its outcome is unknown then.
   */
  async commit(statements: readonly Statement[], isInProgress: () => Promise<boolean>): Promise<void> {
    this.isCommitting = true;
    const { warnings } = this.client;
    const sent = Promise.allSettled([
      ...statements.map(({ text, values }) => this.client.query(text, [...values])),
      this.client.query('COMMIT', []),
    ]);
    const replies = await Promise.race([sent, this.timeIsUp()]);
    this.stopWaiting = null;
    if (!replies) {
      this.keepForReply(sent, isInProgress);
      throw new DatabaseAwayError();
    }
    const committed = replies.at(-1);
    if (committed?.status !== 'fulfilled') throw this.whyNotCommitted(statements, replies);
    this.noteEnd();
    // PostgreSQL answers the COMMIT of an aborted transaction with ROLLBACK.
    const { command } = committed.value;
    if (command !== 'COMMIT') throw new Error(`the database answered COMMIT with ${command}`);
    // Somebody has cancelled the wait for the standby. It is committed here, and a failover may lose it.
    if (this.client.warnings !== warnings) throw new DatabaseAwayError();
    await this.end();
  }

  /** Begins again over the same connection, in which a statement was refused. */
  async beginAgain(): Promise<void> {
    await this.manager.query('ROLLBACK');
    await this.manager.query('BEGIN ISOLATION LEVEL READ COMMITTED');
  }

  private timeOut(): void {
    if (this.stopWaiting) return this.stopWaiting();
    this.isCut = true;
    cut(this.client);
  }

  private timeIsUp(): Promise<null> {
    return new Promise((resolve) => (this.stopWaiting = () => resolve(null)));
  }

  private keepForReply(sent: Promise<Replies>, isInProgress: () => Promise<boolean>): void {
    this.late = sent
      .then(async (replies) => {
        if (replies.at(-1)?.status === 'fulfilled') this.noteEnd();
        else cut(this.client);
        await this.end();
      })
      .catch(() => undefined);
    this.limits.unanswered.add({ client: this.client, over: this.late, isInProgress });
  }

  private noteEnd(): void {
    Object.assign(this.runner, { isTransactionActive: false, transactionDepth: 0 });
  }

  private whyNotCommitted(statements: readonly Statement[], replies: Replies): unknown {
    const errors = replies.map((reply): unknown => (reply.status === 'rejected' ? reply.reason : null));
    if (sqlState(errors.at(-1)) === TRANSACTION_ABORTED) this.isCommitting = false;
    const refused = errors.findIndex((error) => error !== null);
    return statements[refused]?.meaningOf?.(errors[refused]) ?? errors[refused];
  }

  /**
   * Rolls back, and cuts the connection if it does not confirm that. Such a connection must not go back to the pool: its
   * transaction may still be open, and the next COMMIT on it would commit this one too.
   *
   * @returns what to throw instead of the error.
   */
  async rollBack(error: unknown): Promise<unknown> {
    if (this.late) return error;
    if (this.runner.isTransactionActive)
      await this.runner.rollbackTransaction().catch(() => cut(this.client));
    // TypeORM releases a runner whose connection has failed, and refuses its next statement with an error of its own.
    const isLost = this.runner.isReleased;
    await this.end();
    // If the connection was cut after COMMIT was sent, the change may have happened.
    if (this.isCut && !this.isCommitting) return new DatabaseBusyError();
    return isLost ? new DatabaseAwayError() : error;
  }

  private async end(): Promise<void> {
    clearTimeout(this.watchdog);
    try {
      await this.runner.release();
    } finally {
      this.limits.seats.giveBack();
    }
  }
}
