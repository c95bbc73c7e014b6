import { Injectable, Logger, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Sealer } from '../../platform/audit/seals/sealer';
import { auditEntries } from '../../platform/audit/seals/sealed-source';
import { sealedPostings } from '../ledger/sealed-postings';
import { Chore } from './chore';
import { TotalsRollup } from './totals-rollup';
import { UnansweredCommits } from '../../platform/postgres/unanswered-commits';
import { IdempotencyKeys } from '../../platform/writes/idempotency-keys';
import { Retention } from './retention';

/**
 * Each request for a total reads the rows that the totals do not include yet: fewer than LEAST_TO_ROLL_UP, or what two seconds
 * brought.
 */
const ROLLUP_INTERVAL_MS = 1_000;
const LEAST_TO_ROLL_UP = 100;
const SEAL_INTERVAL_MS = 10_000;
/** How long a stop may wait for it. */
const LAST_SEAL_MS = 1_000;
const TIDY_INTERVAL_MS = 60_000;
/** The partitions must exist for this many ids after the newest one: half a partition. */
const IDS_AHEAD = 5_000_000;

/** Creates partitions before they are needed, deletes expired rows, keeps the running totals, and seals what is over. */
@Injectable()
export class Maintenance implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Maintenance.name);
  private readonly stopping = new AbortController();
  private readonly chores: Chore[] = [];
  private readonly failing = new Set<string>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotencyKeys: IdempotencyKeys,
    private readonly totalsRollup: TotalsRollup,
    private readonly retention: Retention,
    private readonly sealer: Sealer,
    private readonly unanswered: UnansweredCommits,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.createPartitionsAhead();
    this.chores.push(
      new Chore(ROLLUP_INTERVAL_MS, () => this.rollUpTotals()),
      new Chore(SEAL_INTERVAL_MS, () => this.seal()),
      new Chore(TIDY_INTERVAL_MS, () => this.tidy()),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.chores.map((chore) => chore.stop()));
    // What was written last would stay without a seal until the next start.
    await this.seal(AbortSignal.timeout(LAST_SEAL_MS));
  }

  async rollUpTotals(): Promise<void> {
    await this.attempt('totals', () =>
      this.totalsRollup.rollUp({ least: LEAST_TO_ROLL_UP, signal: this.stopping.signal }),
    );
  }

  async seal(signal = this.stopping.signal): Promise<void> {
    for (const source of [auditEntries, sealedPostings])
      await this.attempt(`seals of ${source.name}`, async () => {
        await this.sealer.seal(source, signal);
      });
  }

  async tidy(): Promise<void> {
    await this.attempt('tidying', async () => {
      await this.createPartitionsAhead();
      await this.idempotencyKeys.deleteExpired(this.dataSource.manager);
      await this.retention.run(this.stopping.signal);
    });
  }

  /** A failure is only logged, once until the work succeeds, because no request waits for it and the next run does it. */
  private async attempt(name: string, work: () => Promise<void>): Promise<void> {
    // Each attempt would be one more session that waits at the server.
    if (this.unanswered.refusesWrites) return;
    try {
      await work();
      this.failing.delete(name);
    } catch (error) {
      if (this.failing.has(name)) return;
      this.failing.add(name);
      this.logger.warn(
        `maintenance (${name}) failed and will be tried again within a minute: ${String(error)}`,
      );
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
