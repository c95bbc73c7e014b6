import { Injectable, Logger, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ClosedTotals } from './closed-totals';
import { IdempotencyKeys } from './idempotency-keys';
import { Retention } from './retention';

const EVERY_MINUTE = 60_000;
/** How far ahead of the newest id its partition must exist: half a partition. */
const IDS_AHEAD = 5_000_000;

/** Makes partitions before they are needed, forgets what need not be kept, and sums up what is over. */
@Injectable()
export class Maintenance implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Maintenance.name);
  private readonly stopping = new AbortController();
  private timer?: NodeJS.Timeout;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotencyKeys: IdempotencyKeys,
    private readonly closedTotals: ClosedTotals,
    private readonly retention: Retention,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.createPartitionsAhead();
    const run = (): void => void (this.running = this.running.then(() => this.run()));
    run();
    this.timer = setInterval(run, EVERY_MINUTE);
    this.timer.unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    await this.running;
  }

  /** Nothing waits for it: what fails now is done a minute later. */
  async run(): Promise<void> {
    try {
      await this.createPartitionsAhead();
      await this.idempotencyKeys.forgetExpired(this.dataSource.manager);
      await this.closedTotals.close(this.stopping.signal);
      await this.retention.run(this.stopping.signal);
    } catch (error) {
      this.logger.warn(`maintenance failed, trying again in a minute: ${String(error)}`);
    }
  }

  private async createPartitionsAhead(): Promise<void> {
    await this.dataSource.query(
      `SELECT create_partitions_through('trips', (SELECT last_value FROM trips_trip_id_seq) + $1),
              create_partitions_through('recharges', (SELECT last_value FROM recharges_recharge_id_seq) + $1),
              create_partitions_through('postings', (SELECT last_value FROM postings_posting_id_seq) + $1)`,
      [IDS_AHEAD],
    );
  }
}
