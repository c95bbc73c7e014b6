import { Injectable, Logger, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ClosedTotals } from './closed-totals';
import { Sealer } from '../../platform/audit/seals/sealer';
import { auditEntries } from '../../platform/audit/seals/sealed-source';
import { sealedPostings } from '../ledger/sealed-postings';
import { IdempotencyKeys } from '../../platform/writes/idempotency-keys';
import { Retention } from './retention';

/** What is not summed up yet is read by every total: at a busy hour's pace some thousand rows. */
const EVERY_TEN_SECONDS = 10_000;
const EVERY_MINUTE = 60_000;
/** How far ahead of the newest id its partition must exist: half a partition. */
const IDS_AHEAD = 5_000_000;

/** Makes partitions before they are needed, forgets what need not be kept, sums up what is over, and seals it. */
@Injectable()
export class Maintenance implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Maintenance.name);
  private readonly stopping = new AbortController();
  private readonly chores: Chore[] = [];

  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotencyKeys: IdempotencyKeys,
    private readonly closedTotals: ClosedTotals,
    private readonly retention: Retention,
    private readonly sealer: Sealer,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.createPartitionsAhead();
    this.chores.push(
      new Chore(EVERY_TEN_SECONDS, () => this.sumUp()),
      new Chore(EVERY_TEN_SECONDS, () => this.seal()),
      new Chore(EVERY_MINUTE, () => this.tidy()),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.chores.map((chore) => chore.stop()));
  }

  async sumUp(): Promise<void> {
    await this.attempt(() => this.closedTotals.close(this.stopping.signal));
  }

  async seal(): Promise<void> {
    for (const source of [auditEntries, sealedPostings])
      await this.attempt(async () => {
        await this.sealer.seal(source, this.stopping.signal);
      });
  }

  async tidy(): Promise<void> {
    await this.attempt(async () => {
      await this.createPartitionsAhead();
      await this.idempotencyKeys.forgetExpired(this.dataSource.manager);
      await this.retention.run(this.stopping.signal);
    });
  }

  /** Nothing waits for it. */
  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.warn(`maintenance failed, trying again soon: ${String(error)}`);
    }
  }

  private async createPartitionsAhead(): Promise<void> {
    await this.dataSource.query(
      `SELECT create_partitions_through('trips', (SELECT last_value FROM trips_trip_id_seq) + $1),
              create_partitions_through('recharges', (SELECT last_value FROM recharges_recharge_id_seq) + $1),
              create_partitions_through('postings', (SELECT last_value FROM postings_posting_id_seq) + $1),
              create_partitions_through('audit_entries', (SELECT last_value FROM audit_entries_entry_id_seq) + $1)`,
      [IDS_AHEAD],
    );
  }
}

/** Work that is done at once and then at intervals, in milliseconds, one time after the other. */
class Chore {
  private readonly timer: NodeJS.Timeout;
  private running: Promise<void> | null = null;

  constructor(
    interval: number,
    private readonly work: () => Promise<void>,
  ) {
    this.timer = setInterval(() => this.run(), interval).unref();
    this.run();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private run(): void {
    this.running ??= this.work().finally(() => (this.running = null));
  }
}
