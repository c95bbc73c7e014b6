import { SingleBar, Presets } from 'cli-progress';
import { rowsOf } from './report';
import { TableCounts } from './write';

/** Shows how far an import is. */
export interface Progress {
  /** @param rows of the source; each is read once and written once. */
  start(rows: number): void;
  read(table: string, rows: number): void;
  written(counts: TableCounts): void;
  posting(): void;
  stop(): void;
}

/** A bar where somebody watches, else a line per table. */
export function showProgress(log: (line: string) => void): Progress {
  return process.stdout.isTTY ? new ProgressBar() : new ProgressLines(log);
}

class ProgressBar implements Progress {
  private readonly bar = new SingleBar(
    {
      format: '{bar} {percentage}% | {duration_formatted} | {step}',
      stream: process.stdout,
      hideCursor: true,
    },
    Presets.shades_classic,
  );

  start(rows: number): void {
    this.bar.start(rows * 2, 0, { step: '' });
  }

  read(table: string, rows: number): void {
    this.bar.increment(rows, { step: `reading ${table}` });
  }

  written({ table, taken, refused }: TableCounts): void {
    this.bar.increment(taken + refused, { step: `writing ${table}` });
  }

  posting(): void {
    this.bar.update({ step: 'posting' });
  }

  stop(): void {
    this.bar.stop();
  }
}

class ProgressLines implements Progress {
  constructor(private readonly log: (line: string) => void) {}

  start(rows: number): void {
    this.log(`Reading ${rowsOf(rows)}`);
  }

  read(): void {
    // A line per table is enough, once it is written.
  }

  written({ table, taken, refused }: TableCounts): void {
    this.log(
      `${table}: ${rowsOf(taken)} taken${refused > 0 ? `, ${refused.toLocaleString('en')} refused` : ''}`,
    );
  }

  posting(): void {
    this.log('Posting');
  }

  stop(): void {
    // Every line is there already.
  }
}
