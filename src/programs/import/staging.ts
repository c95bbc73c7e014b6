import { pipeline } from 'node:stream/promises';
import { Client, escapeIdentifier } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { ImportedTable, primaryKeyOf, sqlTypeOf } from './imported-table';

/**
 * Takes rows as COPY writes them into a table of this session, `source_<table>`, beside which `accepted_<table>`
 * shows those without a reason against them.
 */
export async function stage(
  target: Client,
  table: ImportedTable,
  rows: AsyncIterable<Buffer>,
): Promise<void> {
  const columns = Object.entries(table.columns);
  const definitions = columns.map(([name, type]) => `${escapeIdentifier(name)} ${sqlTypeOf(type)}`);
  await target.query(
    `CREATE TEMP TABLE source_${table.name} (
       ${definitions.join(', ')},
       source_row bigint GENERATED ALWAYS AS IDENTITY,
       reasons text[] NOT NULL DEFAULT '{}',
       notes text[] NOT NULL DEFAULT '{}'
     );
     CREATE TEMP VIEW accepted_${table.name} AS SELECT * FROM source_${table.name} WHERE reasons = '{}'`,
  );
  const names = columns.map(([name]) => escapeIdentifier(name)).join(', ');
  await pipeline(rows, target.query(copyFrom(`COPY source_${table.name} (${names}) FROM STDIN`)));
  await target.query(
    `CREATE INDEX ON source_${table.name} (${escapeIdentifier(primaryKeyOf(table))}); ANALYZE source_${table.name}`,
  );
}
