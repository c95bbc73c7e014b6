import { escapeIdentifier, escapeLiteral } from 'pg';
import { faultInLinesSql, faultSql, tidyLinesSql, tidySql } from '../../common/text/text-sql';
import type { ImportedTable, TextType } from './imported-table';
import type { RowCheck } from '../bulk-load/row-checks';

const TIDIED = 'was tidied: its blanks, its invisible characters or the Unicode form of its accents';

/** SQL that tidies the texts of a staged table, and notes where that changed one; what shows nothing becomes null. */
export function tidyTexts(table: ImportedTable): string | null {
  const texts = textsOf(table);
  if (texts.length === 0) return null;
  const staged = `source_${table.name}`;
  const changed = texts.map(({ name }) => `${staged}.${name} IS DISTINCT FROM tidied.${name}`);
  const notes = texts.map(
    ({ name, label }) =>
      `CASE WHEN ${staged}.${name} <> coalesce(tidied.${name}, '') THEN ${escapeLiteral(`${label} ${TIDIED}`)} END`,
  );
  return `UPDATE ${staged} SET ${texts.map(({ name }) => `${name} = tidied.${name}`).join(', ')},
      notes = ${staged}.notes || array_remove(ARRAY[${notes.join(', ')}], NULL)
    FROM (SELECT source_row, ${texts.map(({ name, type }) => `${tidied(name, type)} AS ${name}`).join(', ')} FROM ${staged}) tidied
    WHERE tidied.source_row = ${staged}.source_row AND (${changed.join(' OR ')})`;
}

/** What is wrong with the texts of a tidied row. */
export function textFaults(table: ImportedTable): RowCheck[] {
  return textsOf(table).map(({ name, label, type }) => {
    const fault = type.kind === 'lines' ? faultInLinesSql(name, type.longest) : faultSql(name, type.longest);
    return { when: `(${fault}) IS NOT NULL`, reason: `${escapeLiteral(`${label} `)} || (${fault})` };
  });
}

interface TextColumn {
  /** As SQL names it, and as the report does. */
  readonly name: string;
  readonly label: string;
  readonly type: TextType;
}

function textsOf({ columns }: ImportedTable): TextColumn[] {
  return Object.entries(columns).flatMap(([label, type]) =>
    typeof type === 'object' ? [{ name: escapeIdentifier(label), label, type }] : [],
  );
}

function tidied(column: string, { kind }: TextType): string {
  if (kind === 'exact') return `CASE WHEN ${tidySql(column)} <> '' THEN ${column} END`;
  return `nullif(${kind === 'lines' ? tidyLinesSql(column) : tidySql(column)}, '')`;
}
