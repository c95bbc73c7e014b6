import type { PoolClient } from 'pg';
import { type DataSource, EntityManager, type QueryRunner } from 'typeorm';
import { DatabaseAwayError, DatabaseBusyError } from '../../common/http/problem/service-errors';
import { sqlState } from '../../common/http/problem/database-errors';
import { cut } from '../postgres/cut';
import type { Statement } from '../postgres/statement';
import { commitsInFlight } from './commits-in-flight';

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

/**
 * A transaction whose connection is cut when it takes too long, because servers before PostgreSQL 17 cannot limit the time of
 * a transaction. Whoever opens it sends BEGIN with the first statements.
 */
export class WriteTransaction {
  private isCut = false;
  private isCommitting = false;
  private readonly watchdog: NodeJS.Timeout;

  private constructor(
    private readonly runner: QueryRunner,
    readonly client: PoolClient,
    readonly manager: EntityManager,
    timeoutMs: number,
  ) {
    this.watchdog = setTimeout(() => {
      this.isCut = true;
      cut(client);
    }, timeoutMs);
  }

  static async open(dataSource: DataSource, timeoutMs: number): Promise<WriteTransaction> {
    const runner = dataSource.createQueryRunner();
    const client = (await runner.connect()) as PoolClient;
    // TypeORM would send BEGIN in a message of its own, so it is told that the transaction has begun.
    Object.assign(runner, { isTransactionActive: true, transactionDepth: 1 });
    const manager = new TransactionManager(dataSource, runner, client);
    return new WriteTransaction(runner, client, manager, timeoutMs);
  }

  /** Whether COMMIT was sent, and may have been run. Until its answer arrives, only the server knows whether the transaction is committed. */
  get mayHaveCommitted(): boolean {
    return this.isCommitting;
  }

  /**
   * Sends the statements and COMMIT in one message. When the server refuses a statement, it runs none of those behind it, and
   * so commits nothing.
   *
   * @throws Error when the transaction was aborted by a statement that nobody waited for: then nothing is committed.
   */
  async commit(statements: readonly Statement[]): Promise<void> {
    this.isCommitting = true;
    commitsInFlight.sent(this);
    const replies = await Promise.allSettled([
      ...statements.map(({ text, values }) => this.client.query(text, [...values])),
      this.client.query('COMMIT', []),
    ]);
    commitsInFlight.ended(this);
    const committed = replies.at(-1);
    if (committed?.status !== 'fulfilled') throw this.whyNotCommitted(statements, replies);
    Object.assign(this.runner, { isTransactionActive: false, transactionDepth: 0 });
    // PostgreSQL answers the COMMIT of an aborted transaction with ROLLBACK.
    const { command } = committed.value;
    if (command !== 'COMMIT') throw new Error(`the database answered COMMIT with ${command}`);
    await this.end();
  }

  private whyNotCommitted(
    statements: readonly Statement[],
    replies: readonly PromiseSettledResult<unknown>[],
  ): unknown {
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
    await this.runner.release();
  }
}
