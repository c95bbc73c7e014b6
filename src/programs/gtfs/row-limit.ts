import { StartupError } from '../../common/program/startup-error';

/** Bounds the rows that are read of all files of a feed together. */
export class RowLimit {
  private rows = 0;

  constructor(private readonly most: number) {}

  /** @throws StartupError for the first row too many. */
  count(): void {
    this.rows += 1;
    if (this.rows <= this.most) return;
    throw new StartupError(
      `the feed has more than ${this.most} rows, and nothing is imported: a larger --max-rows allows more`,
    );
  }
}
