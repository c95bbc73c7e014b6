import type { Client } from 'pg';
import {
  missingValues,
  refuseDanglingReferences,
  checkRows,
  flagDuplicates,
  flagRows,
  unlistedValues,
  type RowCheck,
} from '../bulk-load/row-checks';
import type { FeedTable } from './tables/feed-table';

/**
 * Finds what there is to say about each staged row of a file; those that it refers to were checked before.
 *
 * @param read the tables whose files could be read.
 */
export async function check(target: Client, table: FeedTable, read: ReadonlySet<string>): Promise<void> {
  const { name, required, anyOf = [], oneOf, refused = [], unique = {}, references = {}, noted = [] } = table;
  await target.query(
    checkRows(name, 'reasons', [
      ...missingValues(required),
      ...anyOf.map(allMissing),
      ...unlistedValues(oneOf),
      ...refused,
    ]),
  );
  for (const [shared, expressions] of Object.entries(unique)) {
    await target.query(
      flagDuplicates({ name, to: 'reasons', shared, expressions, called: 'line', by: 'source_row' }),
    );
  }
  for (const [column, [referred, id]] of Object.entries(references)) {
    // That a file is missing is said once, not about each row.
    if (!read.has(referred)) continue;
    await target.query(refuseDanglingReferences(name, column, { name: referred, id }));
  }
  for (const found of table.refusedRows ?? []) await target.query(flagRows(name, 'reasons', found));
  if (noted.length > 0) await target.query(checkRows(name, 'notes', noted));
  for (const found of table.notedRows ?? []) await target.query(flagRows(name, 'notes', found));
  // Which rows are left decides how they are joined.
  await target.query(`ANALYZE source_${name}`);
}

function allMissing(columns: readonly string[]): RowCheck {
  return {
    when: `num_nonnulls(${columns.join(', ')}) = 0`,
    reason: `'${columns.join(' and ')} are missing'`,
  };
}
