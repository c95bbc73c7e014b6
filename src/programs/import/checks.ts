import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { ColumnType, ImportedTable, LARGEST_ID, LARGEST_PARTITIONED_ID, idColumnOf } from './imported-table';
import {
  Remark,
  RemarkColumn,
  missing,
  refuseDangling,
  remark,
  remarkRepeated,
  unknownWords,
} from '../bulk-load/remarks';
import { tableNamed } from './tables/imported-tables';
import { textFaults, tidyTexts } from './texts';

/** Finds a reason against each staged row that can't be taken; the tables that it refers to were checked before. */
export async function check(target: Client, table: ImportedTable): Promise<void> {
  const tidying = tidyTexts(table);
  if (tidying) await target.query(tidying);
  for (const [column, value] of Object.entries(table.assumed ?? {})) {
    await target.query(assume(table, column, value));
  }
  await target.query(
    remark(table.name, 'reasons', [
      ...missing([idColumnOf(table), ...(table.required ?? [])]),
      ...textFaults(table),
      ...implausible(table),
      ...unknownWords(table.oneOf),
      ...(table.refused ?? []),
    ]),
  );
  for (const [column, referred] of Object.entries(table.references ?? {})) {
    await target.query(
      refuseDangling(table.name, column, { name: referred, id: idColumnOf(tableNamed(referred)) }),
    );
  }
  const unique = { [idColumnOf(table)]: [idColumnOf(table)], ...table.unique };
  for (const [name, expressions] of Object.entries(unique)) {
    await target.query(repeated(table, 'reasons', name, expressions));
  }
  for (const [name, expressions] of Object.entries(table.repeatable ?? {})) {
    await target.query(repeated(table, 'notes', name, expressions));
  }
  await target.query(remark(table.name, 'notes', table.noted ?? []));
}

function assume(table: ImportedTable, column: string, value: string): string {
  const name = escapeIdentifier(column);
  return `UPDATE source_${table.name}
    SET ${name} = ${escapeLiteral(value)}, notes = array_append(notes, ${escapeLiteral(`${column} is missing: taken as ${value}`)})
    WHERE ${name} IS NULL`;
}

/** What a column's type alone rules out. Comparing also finds NaN, which PostgreSQL puts above every number. */
function implausible(table: ImportedTable): Remark[] {
  const largestId = table.target.partitioned ? LARGEST_PARTITIONED_ID : LARGEST_ID;
  const id = escapeIdentifier(idColumnOf(table));
  return [
    {
      when: `${id} NOT BETWEEN 1 AND ${largestId}`,
      reason: `${escapeLiteral(idColumnOf(table))} || ' is not between 1 and ${largestId}'`,
    },
    ...Object.entries(table.columns).flatMap(([column, type]) => {
      const rule = typeof type === 'object' ? undefined : PLAUSIBLE[type];
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
  Partial<Record<ColumnType & string, { fails: (column: string) => string; complaint: string }>>
> = {
  date: outsideOfTime,
  // In whichever time zone it was meant, it is of these years everywhere.
  time: {
    ...outsideOfTime,
    fails: (column) => `${column} NOT BETWEEN '0001-01-02' AND '9999-12-31'`,
  },
  money: {
    fails: (column) =>
      `${column} <> trunc(${column}) OR ${column} NOT BETWEEN -${Number.MAX_SAFE_INTEGER} AND ${Number.MAX_SAFE_INTEGER}`,
    complaint: 'is not a whole amount',
  },
};

function repeated(
  table: ImportedTable,
  to: RemarkColumn,
  shared: string,
  expressions: readonly string[],
): string {
  const id = idColumnOf(table);
  return remarkRepeated({ name: table.name, to, shared, expressions, called: id, by: id });
}
