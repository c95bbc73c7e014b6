import { SingleBar, Presets } from 'cli-progress';
import { type TableCounts, rowsOf } from '../bulk-load/outcome';

/** Shows how far an import is. */
export interface Progress {
  /** @param rows of the source; each advances once when it is read, and once when it is dealt with. */
  start(rows: number): void;
  /** What is being done from now on, in a word or two. */
  step(doing: string): void;
  advance(rows: number): void;
  finished(counts: TableCounts): void;
  stop(): void;
}

/** A bar where somebody watches, else a line per table. */
export function showProgress(log: (line: string) => void): Progress {
  return process.stdout.isTTY ? new ProgressBar() : new ProgressLines(log);
}

class ProgressBar implements Progress {
  private readonly bar = new SingleBar(
    {
      format: '{bar} {percentage}% | {duration_formatted} | {doing}',
      stream: process.stdout,
      hideCursor: true,
    },
    Presets.shades_classic,
  );

  start(rows: number): void {
    this.bar.start(rows * 2, 0, { doing: '' });
  }

  step(doing: string): void {
    this.bar.update({ doing });
  }

  advance(rows: number): void {
    this.bar.increment(rows);
  }

  finished({ accepted, refused }: TableCounts): void {
    this.bar.increment(accepted + refused);
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

  step(): void {
    // A line per table is enough.
  }

  advance(): void {
    // The same.
  }

  finished({ table, accepted, refused }: TableCounts): void {
    this.log(
      `${table}: ${rowsOf(accepted)} accepted${refused > 0 ? `, ${refused.toLocaleString('en')} refused` : ''}`,
    );
  }

  stop(): void {
    // Every line is there already.
  }
}
