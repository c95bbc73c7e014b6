import type { Logger } from '@nestjs/common';

/** Logs that work which is repeated fails: once, until it has succeeded again. */
export class FailureLog {
  private isFailing = false;

  /** @param failure what does not happen then, such as `the list is not kept up`. */
  constructor(
    private readonly logger: Pick<Logger, 'warn'>,
    private readonly failure: string,
  ) {}

  /** Does the work. What it throws is logged, and not thrown. */
  async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.isFailing = false;
    } catch (error) {
      if (!this.isFailing) this.logger.warn(`${this.failure}: ${String(error)}`);
      this.isFailing = true;
    }
  }
}
