import { escapeIdentifier, escapeLiteral } from 'pg';
import { faultInLinesSql, faultSql, tidyLinesSql, tidySql } from '../../common/text/text-sql';
import type { ImportedTable, TextType } from './imported-table';
import type { RowCheck } from '../bulk-load/row-checks';

const TIDIED = 'was tidied: its blanks, its invisible characters or the Unicode form of its accents';

/** SQL for each kind of text: how it is tidied, and what is wrong with it then. */
interface TextSql {
  readonly tidied: (column: string) => string;
  readonly fault: (column: string, longest: number) => string;
}

const ONE_LINE: TextSql = { tidied: (column) => `nullif(${tidySql(column)}, '')`, fault: faultSql };

const KINDS: Readonly<Record<TextType['kind'], TextSql>> = {
  line: ONE_LINE,
  identifier: ONE_LINE,
  lines: { tidied: (column) => `nullif(${tidyLinesSql(column)}, '')`, fault: faultInLinesSql },
  exact: { tidied: (column) => `CASE WHEN ${tidySql(column)} <> '' THEN ${column} END`, fault: faultSql },
};

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
    const fault = KINDS[type.kind].fault(name, type.longest);
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
  return KINDS[kind].tidied(column);
}
