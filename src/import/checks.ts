import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import {
  ColumnType,
  ImportedTable,
  LARGEST_ID,
  LARGEST_PARTITIONED_ID,
  Remark,
  idOf,
} from './imported-table';
import { tableNamed } from './tables/imported-tables';

const LONGEST_REASON = 300;

/** Finds a reason against each staged row that can't be taken; the tables that it refers to were checked before. */
export async function check(target: Client, table: ImportedTable): Promise<void> {
  for (const [column, value] of Object.entries(table.assumed ?? {})) {
    await target.query(assume(table, column, value));
  }
  await target.query(
    remark(table, 'reasons', [
      ...missing(table),
      ...implausible(table),
      ...unknownWords(table),
      ...(table.refused ?? []),
    ]),
  );
  for (const [column, referred] of Object.entries(table.references ?? {})) {
    await target.query(refuseDangling(table, column, tableNamed(referred)));
  }
  const unique = { [idOf(table)]: [idOf(table)], ...table.unique };
  for (const [name, expressions] of Object.entries(unique)) {
    await target.query(remarkRepeated(table, 'reasons', name, expressions));
  }
  for (const [name, expressions] of Object.entries(table.repeatable ?? {})) {
    await target.query(remarkRepeated(table, 'notes', name, expressions));
  }
  await target.query(remark(table, 'notes', table.noted ?? []));
}

function assume(table: ImportedTable, column: string, value: string): string {
  const name = escapeIdentifier(column);
  return `UPDATE source_${table.name}
    SET ${name} = ${escapeLiteral(value)}, notes = array_append(notes, ${escapeLiteral(`${column} is missing: taken as ${value}`)})
    WHERE ${name} IS NULL`;
}

/** Adds what is to be said about each row, all of it. */
function remark({ name }: ImportedTable, to: 'reasons' | 'notes', remarks: readonly Remark[]): string {
  const said = remarks.map(({ when, reason }) => `CASE WHEN ${when} THEN ${reason} END`).join(', ');
  return `UPDATE source_${name} SET ${to} = source_${name}.${to} || found.said
    FROM (
      SELECT s.source_row, array_remove(ARRAY[${said}]::text[], NULL) AS said FROM source_${name} s WHERE reasons = '{}'
    ) found
    WHERE found.source_row = source_${name}.source_row AND found.said <> '{}'`;
}

function missing(table: ImportedTable): Remark[] {
  return [idOf(table), ...(table.required ?? [])].map((column) => ({
    when: `${escapeIdentifier(column)} IS NULL`,
    reason: escapeLiteral(`${column} is missing`),
  }));
}

/** What a column's type alone rules out. Comparing also finds NaN, which PostgreSQL puts above every number. */
function implausible(table: ImportedTable): Remark[] {
  const largestId = table.target.partitioned ? LARGEST_PARTITIONED_ID : LARGEST_ID;
  const id = escapeIdentifier(idOf(table));
  return [
    {
      when: `${id} NOT BETWEEN 1 AND ${largestId}`,
      reason: `${escapeLiteral(idOf(table))} || ' is not between 1 and ${largestId}'`,
    },
    ...Object.entries(table.columns).flatMap(([column, type]) => {
      const rule = PLAUSIBLE[type];
      if (!rule) return [];
      const name = escapeIdentifier(column);
      const said = `${escapeLiteral(column)} || ' ' || ${name} || ${escapeLiteral(` ${rule.complaint}`)}`;
      return [{ when: rule.fails(name), reason: said }];
    }),
  ];
}

const outsideOfTime = {
  fails: (column: string): string => `${column} NOT BETWEEN '0001-01-01' AND '9999-12-31'`,
  complaint: 'is not a date of the years 1 to 9999',
};

const PLAUSIBLE: Readonly<
  Partial<Record<ColumnType, { fails: (column: string) => string; complaint: string }>>
> = {
  date: outsideOfTime,
  time: outsideOfTime,
  money: {
    fails: (column) =>
      `${column} <> trunc(${column}) OR ${column} NOT BETWEEN -${Number.MAX_SAFE_INTEGER} AND ${Number.MAX_SAFE_INTEGER}`,
    complaint: 'is not a whole amount',
  },
};

function unknownWords({ oneOf = {} }: ImportedTable): Remark[] {
  return Object.entries(oneOf).map(([column, words]) => {
    const name = escapeIdentifier(column);
    return {
      when: `${name} NOT IN (${words.map(escapeLiteral).join(', ')})`,
      reason: `format(${escapeLiteral(`${column} %L is not one of ${words.join(', ')}`)}, left(${name}, 40))`,
    };
  });
}

/** What became of the row that it refers to is part of the reason, so that the first cause can be read. */
function refuseDangling({ name }: ImportedTable, column: string, referred: ImportedTable): string {
  const from = `s.${escapeIdentifier(column)}`;
  const id = escapeIdentifier(idOf(referred));
  return `UPDATE source_${name} s
    SET reasons = array_append(s.reasons, coalesce(
      (SELECT left(format('%s %s was refused: %s', ${escapeLiteral(column)}, ${from}, refused.reasons[1]), ${LONGEST_REASON})
       FROM source_${referred.name} refused WHERE refused.${id} = ${from} ORDER BY source_row LIMIT 1),
      format('%s %s is not among the ${referred.name}', ${escapeLiteral(column)}, ${from})))
    WHERE ${from} IS NOT NULL
      AND NOT EXISTS (SELECT FROM accepted_${referred.name} kept WHERE kept.${id} = ${from})`;
}

/** The first one keeps what only one row can have. */
function remarkRepeated(
  table: ImportedTable,
  to: 'reasons' | 'notes',
  name: string,
  expressions: readonly string[],
): string {
  const id = idOf(table);
  const known = expressions.map((expression) => `${expression} IS NOT NULL`).join(' AND ');
  const said = escapeLiteral(`${name} is that of an earlier row, ${id} `);
  return `UPDATE source_${table.name} s SET ${to} = array_append(s.${to}, ${said} || repeated.first_id)
    FROM (
      SELECT source_row, first_value(${id}) OVER same AS first_id, row_number() OVER same AS place
      FROM accepted_${table.name} WHERE ${known}
      WINDOW same AS (PARTITION BY ${expressions.join(', ')} ORDER BY ${id}, source_row)
    ) repeated
    WHERE repeated.source_row = s.source_row AND repeated.place > 1`;
}
