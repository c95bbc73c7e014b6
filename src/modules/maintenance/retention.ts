import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../../common/time/clock';
import { AppConfig } from '../../platform/config/app-config';

/** The most rows that one statement deletes, so that it holds no lock for long and ends before its timeout. */
const BATCH_ROWS = 5_000;
/** The most batches of one run; the next run comes a minute later. */
const MOST_BATCHES = 40;
const DAY_MS = 86_400_000;

const OLD_POSITIONS = `
  DELETE FROM vehicle_positions WHERE position_id IN (
    SELECT position_id FROM vehicle_positions old
    WHERE observed_at < $1 AND EXISTS (
      SELECT FROM vehicle_positions later
      WHERE later.vehicle_id = old.vehicle_id AND later.observed_at > old.observed_at)
    ORDER BY observed_at LIMIT $2 FOR UPDATE SKIP LOCKED)`;

const OLD_ARRIVALS = `
  DELETE FROM arrivals WHERE arrival_id IN (
    SELECT arrival_id FROM arrivals WHERE estimated_arrival < $1
    ORDER BY estimated_arrival LIMIT $2 FOR UPDATE SKIP LOCKED)`;

/**
 * Deletes what a control centre sent long ago. No response shows these rows any more, because the last position of each
 * vehicle is kept. So no cached response becomes stale, and the rows are deleted without `Writes`.
 */
@Injectable()
export class Retention {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
    private readonly config: AppConfig,
  ) {}

  /** @param stopping ends the run after the current batch. */
  async run(stopping: AbortSignal): Promise<void> {
    await this.deleteOld(OLD_POSITIONS, this.config.get('POSITION_KEEP_DAYS'), stopping);
    await this.deleteOld(OLD_ARRIVALS, this.config.get('ARRIVAL_KEEP_DAYS'), stopping);
  }

  private async deleteOld(statement: string, days: number, stopping: AbortSignal): Promise<void> {
    if (days === 0) return;
    const before = new Date(this.clock.now().getTime() - days * DAY_MS);
    for (let batch = 0; batch < MOST_BATCHES && !stopping.aborted; batch += 1) {
      const [, deleted] = await this.dataSource.query<[unknown, number]>(statement, [before, BATCH_ROWS]);
      if (deleted < BATCH_ROWS) return;
    }
  }
}
