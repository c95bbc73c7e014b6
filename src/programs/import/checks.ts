import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import {
  ColumnType,
  ImportedTable,
  LARGEST_ID,
  LARGEST_PARTITIONED_ID,
  primaryKeyOf,
} from './imported-table';
import {
  RowCheck,
  FindingColumn,
  missingValues,
  refuseDanglingReferences,
  checkRows,
  flagDuplicates,
  unlistedValues,
} from '../bulk-load/row-checks';
import { tableNamed } from './tables/imported-tables';
import { textFaults, tidyTexts } from './texts';

/** Finds a reason against each staged row that can't be taken; the tables that it refers to were checked before. */
export async function check(target: Client, table: ImportedTable): Promise<void> {
  const tidying = tidyTexts(table);
  if (tidying) await target.query(tidying);
  for (const [column, value] of Object.entries(table.defaults ?? {})) {
    await target.query(fillDefault(table, column, value));
  }
  await target.query(
    checkRows(table.name, 'reasons', [
      ...missingValues([primaryKeyOf(table), ...(table.required ?? [])]),
      ...textFaults(table),
      ...implausibleValues(table),
      ...unlistedValues(table.oneOf),
      ...(table.refused ?? []),
    ]),
  );
  for (const [column, referred] of Object.entries(table.references ?? {})) {
    await target.query(
      refuseDanglingReferences(table.name, column, {
        name: referred,
        id: primaryKeyOf(tableNamed(referred)),
      }),
    );
  }
  const unique = { [primaryKeyOf(table)]: [primaryKeyOf(table)], ...table.unique };
  for (const [name, expressions] of Object.entries(unique)) {
    await target.query(repeated(table, 'reasons', name, expressions));
  }
  for (const [name, expressions] of Object.entries(table.shouldBeUnique ?? {})) {
    await target.query(repeated(table, 'notes', name, expressions));
  }
  await target.query(checkRows(table.name, 'notes', table.noted ?? []));
}

function fillDefault(table: ImportedTable, column: string, value: string): string {
  const name = escapeIdentifier(column);
  return `UPDATE source_${table.name}
    SET ${name} = ${escapeLiteral(value)}, notes = array_append(notes, ${escapeLiteral(`${column} is missing: imported as ${value}`)})
    WHERE ${name} IS NULL`;
}

/** What a column's type alone rules out. Comparing also finds NaN, which PostgreSQL puts above every number. */
function implausibleValues(table: ImportedTable): RowCheck[] {
  const largestId = table.target.partitioned ? LARGEST_PARTITIONED_ID : LARGEST_ID;
  const id = escapeIdentifier(primaryKeyOf(table));
  return [
    {
      when: `${id} NOT BETWEEN 1 AND ${largestId}`,
      reason: `${escapeLiteral(primaryKeyOf(table))} || ' is not between 1 and ${largestId}'`,
    },
    ...Object.entries(table.columns).flatMap(([column, type]) => {
      const rule = typeof type === 'object' ? undefined : VALUE_RULES[type];
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

const VALUE_RULES: Readonly<
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
  to: FindingColumn,
  shared: string,
  expressions: readonly string[],
): string {
  const id = primaryKeyOf(table);
  return flagDuplicates({ name: table.name, to, shared, expressions, called: id, by: id });
}
