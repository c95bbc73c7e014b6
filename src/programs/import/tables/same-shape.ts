import { escapeIdentifier } from 'pg';
import { primaryKeyOf, ImportedTable } from '../imported-table';

/** A table that goes over column by column, under other names where `renamed` or `table` say so. */
export function sameShape(
  source: Omit<ImportedTable, 'target'>,
  renamed: Readonly<Record<string, string>> = {},
  table = source.name,
): ImportedTable {
  const id = primaryKeyOf(source);
  const sourceColumns = Object.keys(source.columns);
  const targetColumns = sourceColumns.map((column) => renamed[column] ?? column);
  const list = (columns: string[]): string => columns.map(escapeIdentifier).join(', ');
  return {
    ...source,
    target: {
      table,
      identity: renamed[id] ?? id,
      insert: `INSERT INTO ${table} (${list(targetColumns)})
        SELECT ${list(sourceColumns)} FROM accepted_${source.name} ORDER BY ${escapeIdentifier(id)}`,
    },
  };
}
