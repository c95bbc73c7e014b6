import type { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';

/** No row of a feed is longer; an open quote would swallow a file. */
const LONGEST_ROW = 1024 * 1024;

/** A row of a file, or the lines that are none. */
export interface Row {
  /** On which it begins; the header is 1. */
  readonly line: number;
  readonly values: readonly string[];
  /** Why there are no values. */
  readonly fault?: string;
}

/**
 * The rows of a CSV file as GTFS has it, header included, one at a time. A row that is none is a fault and the next one
 * is read, except after a row that does not end.
 */
export async function* readRows(file: Readable): AsyncGenerator<Row> {
  const faults: Row[] = [];
  const position = new Position();
  let ended = false;
  const parser = parse({
    bom: true,
    // Trimmed here: with that option, csv-parse drops what is left of a chunk after a wrong quote.
    trim: false,
    relax_quotes: true,
    relax_column_count_less: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: LONGEST_ROW,
    skip_records_with_error: true,
    on_skip: (error) => {
      if (!ended) faults.push({ line: position.afterLast, values: [], fault: faultOf(error) });
      position.skip(error);
      // Where the next row begins is anybody's guess.
      ended ||= error?.code === 'CSV_MAX_RECORD_SIZE';
      return undefined;
    },
    on_record: (values, { lines }) =>
      ended ? null : [position.startOf(values, lines).toString(), ...values],
  });
  file.once('error', (error) => parser.destroy(error));
  try {
    for await (const [line, ...values] of file.pipe(parser) as AsyncIterable<string[]>) {
      yield { line: Number(line), values: values.map((value) => value.trim()) };
      yield* faults.splice(0);
    }
  } finally {
    file.destroy();
  }
  yield* faults;
}

/** Where rows begin: csv-parse knows where they end, and takes a CRLF inside quotes for two lines. */
class Position {
  private last = 0;
  private overcounted = 0;

  get afterLast(): number {
    return this.last + 1;
  }

  startOf(values: readonly string[], lines: number): number {
    let breaks = 0;
    for (const value of values) {
      if (!/[\r\n]/.test(value)) continue;
      const found = value.match(/\r\n|\r|\n/g) ?? [];
      breaks += found.length;
      this.overcounted += found.filter((text) => text === '\r\n').length;
    }
    this.last = lines - this.overcounted;
    return this.last - breaks;
  }

  skip(error: CsvError | undefined): void {
    if (typeof error?.lines === 'number') this.last = error.lines - this.overcounted;
  }
}

function faultOf(error: CsvError | undefined): string {
  switch (error?.code) {
    case 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH':
      return 'it has more values than there are columns';
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quote is not closed: what follows it is not read';
    case 'CSV_MAX_RECORD_SIZE':
      return `it is longer than ${LONGEST_ROW} bytes, perhaps for a quote that is not closed: what follows it is not read`;
    default:
      return 'it is not CSV';
  }
}
