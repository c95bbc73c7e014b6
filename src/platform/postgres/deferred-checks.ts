import { type Client, escapeIdentifier } from 'pg';

const TABLES = ['arrivals', 'cards', 'postings', 'recharges', 'trips'];

interface Definition {
  readonly table: string;
  readonly name: string;
  readonly definition: string;
}

/**
 * Removes the foreign keys and the secondary indexes of the large tables, and later adds them again, without a change. Most of
 * the time of a load would go into checking keys row by row and inserting into indexes in random order. It is several times
 * faster to check all rows at once, and to build an index from sorted rows. Both happen in the transaction of the load, so
 * nobody ever sees a table without them, and PostgreSQL checks every row before a key is there again. Primary keys, unique
 * and CHECK constraints and triggers are not removed.
 */
export class DeferredChecks {
  private foreignKeys: readonly Definition[] = [];
  private indexes: readonly Definition[] = [];

  constructor(private readonly client: Client) {}

  async drop(): Promise<void> {
    this.foreignKeys = await this.findForeignKeys();
    this.indexes = await this.findIndexes();
    for (const { table, name } of this.foreignKeys) {
      await this.client.query(`ALTER TABLE ${table} DROP CONSTRAINT ${escapeIdentifier(name)}`);
    }
    for (const { name } of this.indexes) await this.client.query(`DROP INDEX ${escapeIdentifier(name)}`);
  }

  async restore(): Promise<void> {
    await this.client.query(`SET LOCAL maintenance_work_mem = '256MB'`);
    for (const { definition } of this.indexes) await this.client.query(definition);
    for (const { table, name, definition } of this.foreignKeys) {
      await this.client.query(`ALTER TABLE ${table} ADD CONSTRAINT ${escapeIdentifier(name)} ${definition}`);
    }
  }

  private async findForeignKeys(): Promise<readonly Definition[]> {
    const { rows } = await this.client.query<Definition>(
      `SELECT conrelid::regclass::text AS table, conname AS name, pg_get_constraintdef(oid) AS definition
       FROM pg_constraint
       WHERE contype = 'f' AND conparentid = 0 AND conrelid = ANY ($1::regclass[])
       ORDER BY conrelid::regclass::text, conname`,
      [TABLES],
    );
    return rows;
  }

  /** ONLY is removed from the definition of a partitioned index. With it, the partitions would have no index. */
  private async findIndexes(): Promise<readonly Definition[]> {
    const { rows } = await this.client.query<Definition>(
      `SELECT indrelid::regclass::text AS table, relname AS name,
              replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ') AS definition
       FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
       WHERE NOT indisunique AND indrelid = ANY ($1::regclass[])
       ORDER BY relname`,
      [TABLES],
    );
    return rows;
  }
}
