import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import { visible } from '../../common/text/visible';

/** In many countries a spreadsheet separates values by semicolons, whatever quotes are around them. */
const FORMULA_AFTER_SEMICOLON = /(;\s*)(?=[=+\-@])/g;

/**
 * Writes a report as CSV. It has ids and names of somebody else, and is opened in spreadsheets and shown in terminals: a
 * value that a spreadsheet would take for a formula gets an apostrophe before it, as OWASP advises, and characters that
 * show nothing or do something are written as their numbers.
 *
 * @param rows objects with these columns; null is empty.
 */
export async function writeReport(
  path: string,
  columns: readonly string[],
  rows: Iterable<object> | AsyncIterable<object>,
): Promise<void> {
  const table = stringify({
    header: true,
    columns: [...columns],
    escape_formulas: true,
    cast: { string: (value) => visible(value).replace(FORMULA_AFTER_SEMICOLON, "$1'") },
  });
  await pipeline(Readable.from(rows), table, createWriteStream(path));
}
