import type { Pool } from 'pg';
import { DataSource, QueryFailedError, type QueryRunner } from 'typeorm';
import { sqlState } from '../../common/http/problem/database-errors';
import { OUTDATED_STATEMENT } from './statement-batch';

/**
 * TypeORM's data source, but a statement of its own is sent over a connection of the pool without a query runner, whose
 * events and bookkeeping cost the process as much again as the statement.
 */
export class PooledDataSource extends DataSource {
  /** @throws QueryFailedError if the statement fails; the error of the driver if there is no connection. */
  override async query<Result>(text: string, values?: unknown[], runner?: QueryRunner): Promise<Result> {
    const { master } = this.driver as unknown as { readonly master?: Pool };
    if (runner || !master) return super.query<Result>(text, values, runner);
    const client = await master.connect();
    try {
      const { command, rows, rowCount } = await client
        .query<Record<string, unknown>>(text, values)
        // Nothing was run, and the client prepares the statement anew.
        .catch((error: unknown) => {
          if (sqlState(error) !== OUTDATED_STATEMENT) throw error;
          return client.query<Record<string, unknown>>(text, values);
        });
      const isChange = command === 'UPDATE' || command === 'DELETE';
      return (isChange ? [rows, rowCount] : rows) as Result;
    } catch (error) {
      throw new QueryFailedError(text, values, error as Error);
    } finally {
      client.release();
    }
  }
}
