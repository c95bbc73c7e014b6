import { escapeIdentifier, escapeLiteral } from 'pg';

const LONGEST_REASON = 300;

/** A check of each staged row: where the condition holds, the reason is added to the row. Both are SQL expressions. */
export interface RowCheck {
  readonly when: string;
  readonly reason: string;
}

/** A row with `reasons` is refused; a row with `notes` alone is imported. */
export type FindingColumn = 'reasons' | 'notes';

/** SQL that adds the findings of all checks to the rows of `source_<name>` that are not refused yet. */
export function checkRows(name: string, to: FindingColumn, checks: readonly RowCheck[]): string {
  const said = checks.map(({ when, reason }) => `CASE WHEN ${when} THEN ${reason} END`).join(', ');
  return `UPDATE source_${name} SET ${to} = source_${name}.${to} || found.said
    FROM (
      SELECT s.source_row, array_remove(ARRAY[${said}]::text[], NULL) AS said FROM source_${name} s WHERE reasons = '{}'
    ) found
    WHERE found.source_row = source_${name}.source_row AND found.said <> '{}'`;
}

export function missingValues(columns: readonly string[]): RowCheck[] {
  return columns.map((column) => ({
    when: `${escapeIdentifier(column)} IS NULL`,
    reason: escapeLiteral(`${column} is missing`),
  }));
}

export function unlistedValues(oneOf: Readonly<Record<string, readonly string[]>> = {}): RowCheck[] {
  return Object.entries(oneOf).map(([column, words]) => {
    const name = escapeIdentifier(column);
    return {
      when: `${name} NOT IN (${words.map(escapeLiteral).join(', ')})`,
      reason: `format(${escapeLiteral(`${column} %L is not one of ${words.join(', ')}`)}, left(${name}, 40))`,
    };
  });
}

/** Rows that a query finds, because their finding depends on other rows. */
export interface FoundRows {
  /** SQL that gives the `source_row` of each. */
  readonly rows: string;
  /** What to say about one: an SQL expression over its columns. */
  readonly reason: string;
}

/** SQL that adds a finding to those rows. It joins, because a subquery in a condition would run once for each row. */
export function flagRows(name: string, to: FindingColumn, { rows, reason }: FoundRows): string {
  return `UPDATE source_${name} s SET ${to} = array_append(s.${to}, ${reason})
    FROM (${rows}) found WHERE found.source_row = s.source_row`;
}

/** The reason includes why the referenced row was refused, so that the report shows the first cause. */
export function refuseDanglingReferences(
  name: string,
  column: string,
  referred: { readonly name: string; readonly id: string },
): string {
  const from = escapeIdentifier(column);
  const id = escapeIdentifier(referred.id);
  return `UPDATE source_${name} s
    SET reasons = array_append(s.reasons, coalesce(
      left(format('%s %s was refused: ', ${escapeLiteral(column)}, s.${from}) || dangling.reason, ${LONGEST_REASON}),
      format('%s %s is not among the ${referred.name}', ${escapeLiteral(column)}, s.${from})))
    FROM (
      SELECT row.source_row, refused.reason
      FROM source_${name} row LEFT JOIN (
        SELECT DISTINCT ON (${id}) ${id} AS id, reasons[1] AS reason
        FROM source_${referred.name} WHERE reasons <> '{}' ORDER BY ${id}, source_row
      ) refused ON refused.id = row.${from}
      WHERE row.${from} IS NOT NULL
        AND NOT EXISTS (SELECT FROM accepted_${referred.name} kept WHERE kept.${id} = row.${from})
    ) dangling
    WHERE dangling.source_row = s.source_row`;
}

/** A value that only one row may have, and that several rows have. */
export interface Duplicates {
  readonly name: string;
  readonly to: FindingColumn;
  /** The shared value: its name in the report, and the SQL expressions that it consists of. */
  readonly shared: string;
  readonly expressions: readonly string[];
  /** How the report names the first row: a word such as `line`, and the column with its value. */
  readonly called: string;
  readonly by: string;
}

/** The first row keeps the value, and each later one gets a finding. */
export function flagDuplicates({ name, to, shared, expressions, called, by }: Duplicates): string {
  const known = expressions.map((expression) => `${expression} IS NOT NULL`).join(' AND ');
  const said = escapeLiteral(`${shared} is that of an earlier row, ${called} `);
  return `UPDATE source_${name} s SET ${to} = array_append(s.${to}, ${said} || repeated.first_id)
    FROM (
      SELECT source_row, first_value(${by}) OVER same AS first_id, row_number() OVER same AS place
      FROM accepted_${name} WHERE ${known}
      WINDOW same AS (PARTITION BY ${expressions.join(', ')} ORDER BY ${by}, source_row)
    ) repeated
    WHERE repeated.source_row = s.source_row AND repeated.place > 1`;
}
