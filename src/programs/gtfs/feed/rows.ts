import { Readable } from 'node:stream';
import { CsvError, type CsvErrorCode, parse } from 'csv-parse';
import { toUtf8 } from './to-utf8';

/** No row of a feed is longer; an open quote would swallow a file. */
const LONGEST_ROW = 1024 * 1024;

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

const TOO_LONG = `it is longer than ${LONGEST_ROW} bytes, perhaps for a quote that is not closed: what follows it is not read`;

/** A row of a file, or the lines that are none. */
export interface Row {
  /** On which it begins; the header is 1. */
  readonly line: number;
  /** Without the spaces around them. */
  readonly values: readonly string[];
  /** Why the row can't be used. */
  readonly fault?: string;
}

/**
 * The rows of a CSV file as GTFS has it, header included, one at a time. A row that is none is a fault and the next one
 * is read, except after a row that does not end: there the file is left. Values beyond the header are no fault where
 * they are empty.
 */
export async function* readRows(file: Readable): AsyncGenerator<Row> {
  const faults: Row[] = [];
  const position = new Position();
  const end = (fault: string): void => {
    if (!position.hasEnded) faults.push({ line: position.afterLast, values: [], fault });
    position.hasEnded = true;
  };
  const parser = parse({
    // Trimmed here: with that option, csv-parse drops what is left of a chunk after a wrong quote.
    trim: false,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: LONGEST_ROW,
    skip_records_with_error: true,
    on_skip: (error) => {
      end(faultOf(error));
      return undefined;
    },
    on_record: (values, { lines, bytes }) => {
      if (bytes > position.endless) end(TOO_LONG);
      return position.hasEnded ? null : [position.startOf(values, lines).toString(), ...values];
    },
  });
  const source = Readable.from(position.follow(toUtf8(file)), { objectMode: false });
  source.once('error', (error) => parser.destroy(error));
  let width = Infinity;
  try {
    for await (const [line, ...raw] of source.pipe(parser) as AsyncIterable<string[]>) {
      const values = raw.map(clean);
      if (width === Infinity) width = values.length;
      const fault = faultAmong(values, width);
      yield { line: Number(line), values: values.slice(0, width), ...(fault && { fault }) };
    }
  } finally {
    source.destroy();
    file.destroy();
  }
  // It had only empty values, which are no row to csv-parse.
  if (position.endless < Infinity) end(TOO_LONG);
  yield* faults;
}

/** Spaces around a value are none of it, also those before its quotes, which csv-parse then takes for a part of it. */
function clean(value: string): string {
  const trimmed = value.trim();
  const isQuoted = trimmed.length > 1 && trimmed !== value && /^\s/.test(value) && /^".*"$/s.test(trimmed);
  return isQuoted ? trimmed.slice(1, -1).replaceAll('""', '"').trim() : trimmed;
}

function faultAmong(values: readonly string[], width: number): string | undefined {
  if (values.some((value) => value.includes('\ufffd'))) {
    return 'it is not text in UTF-8: it has other bytes, or U+FFFD, which they became elsewhere';
  }
  const hasMore = values.length > width && values.slice(width).some((value) => value !== '');
  return hasMore ? 'it has more values than there are columns' : undefined;
}

/** Where rows begin: csv-parse knows where they end, and takes a CRLF inside quotes for two lines. */
class Position {
  /** The byte at which a line begins that does not end. */
  endless = Infinity;
  /** Whether no further row is read: where the next one begins is anybody's guess. */
  hasEnded = false;
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

  /** The bytes of a file, no further than it makes sense: csv-parse itself counts no commas, and reads to the end. */
  async *follow(file: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let lineStart = 0;
    let read = 0;
    for await (const chunk of file) {
      if (this.hasEnded) return;
      const lastBreak = Math.max(chunk.lastIndexOf(LINE_FEED), chunk.lastIndexOf(CARRIAGE_RETURN));
      read += chunk.length;
      if (lastBreak !== -1) lineStart = read - chunk.length + lastBreak + 1;
      if (read - lineStart > LONGEST_ROW) {
        this.endless = lineStart;
        return;
      }
      yield chunk;
    }
  }
}

/** What can be said better than that it is not CSV, by the code of the parser. */
const FAULTS: ReadonlyMap<CsvErrorCode, string> = new Map([
  ['CSV_QUOTE_NOT_CLOSED', 'a quote is not closed: what follows it is not read'],
  ['CSV_MAX_RECORD_SIZE', TOO_LONG],
]);

function faultOf(error: CsvError | undefined): string {
  return (error && FAULTS.get(error.code)) ?? 'it is not CSV';
}
