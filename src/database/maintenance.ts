import { Injectable, Logger, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { IdempotencyKeys } from './idempotency-keys';

const EVERY_MINUTE = 60_000;
/** How far ahead of the newest id its partition must exist: half a partition. */
const IDS_AHEAD = 5_000_000;

/** Makes partitions before they are needed, and forgets what need not be kept. */
@Injectable()
export class Maintenance implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Maintenance.name);
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotencyKeys: IdempotencyKeys,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.createPartitionsAhead();
    this.timer = setInterval(() => void this.run(), EVERY_MINUTE);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Nothing waits for it: what fails now is done a minute later. */
  async run(): Promise<void> {
    try {
      await this.createPartitionsAhead();
      await this.idempotencyKeys.forgetExpired(this.dataSource.manager);
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
