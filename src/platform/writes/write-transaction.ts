import type { PoolClient } from 'pg';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { DatabaseAwayError, DatabaseBusyError } from '../../common/http/problem/service-errors';
import { cut } from '../postgres/cut';

/**
 * A transaction whose connection is cut when it takes too long: servers before PostgreSQL 17 cannot bound one. Its first
 * statement begins it.
 */
export class WriteTransaction {
  private isCut = false;
  private isCommitting = false;
  private readonly watchdog: NodeJS.Timeout;

  private constructor(
    private readonly runner: QueryRunner,
    readonly client: PoolClient,
    timeout: number,
  ) {
    this.watchdog = setTimeout(() => {
      this.isCut = true;
      cut(client);
    }, timeout);
  }

  /** @param timeout milliseconds. */
  static async open(dataSource: DataSource, timeout: number): Promise<WriteTransaction> {
    const runner = dataSource.createQueryRunner();
    const client = (await runner.connect()) as PoolClient;
    // TypeORM would begin it in a message of its own, before every other.
    Object.assign(runner, { isTransactionActive: true, transactionDepth: 1 });
    return new WriteTransaction(runner, client, timeout);
  }

  get manager(): EntityManager {
    return this.runner.manager;
  }

  /** Whether COMMIT was sent: if it was not answered, only the server knows what became of it. */
  get mayHaveCommitted(): boolean {
    return this.isCommitting;
  }

  /** @throws when a statement was refused that nobody waited for: then nothing is committed. */
  async commit(): Promise<void> {
    this.isCommitting = true;
    // Not by TypeORM, which does not tell: PostgreSQL answers ROLLBACK to the COMMIT of a refused transaction.
    const { command } = await this.client.query('COMMIT');
    Object.assign(this.runner, { isTransactionActive: false, transactionDepth: 0 });
    if (command !== 'COMMIT') throw new Error(`the database answered COMMIT with ${command}`);
    await this.end();
  }

  /**
   * A connection that did not confirm the rollback must not go back to the pool: its transaction may still be open, and
   * the next COMMIT on it would be the refused one's too.
   *
   * @returns what to throw for the error.
   */
  async rollBack(error: unknown): Promise<unknown> {
    if (this.runner.isTransactionActive)
      await this.runner.rollbackTransaction().catch(() => cut(this.client));
    // TypeORM releases a runner whose connection has failed, and refuses its next statement in words of its own.
    const isLost = this.runner.isReleased;
    await this.end();
    // A commit that was cut may have happened: then nobody can say that nothing was changed.
    if (this.isCut && !this.isCommitting) return new DatabaseBusyError();
    return isLost ? new DatabaseAwayError() : error;
  }

  private async end(): Promise<void> {
    clearTimeout(this.watchdog);
    await this.runner.release();
  }
}
