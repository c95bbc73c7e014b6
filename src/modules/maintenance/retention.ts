import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../../common/time/clock';
import { ROWS_PER_PARTITION } from '../../platform/audit/seals/sealed-source';
import { AppConfig } from '../../platform/config/app-config';
import { firstKeptMinute, MINUTE_TABLES } from './period-totals';

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

/** Before rows are deleted, it is said that they are not kept: until then they are counted, and read. */
const END_OLD_MINUTES = 'UPDATE totals_calendar SET minutes_from = $1 WHERE minutes_from < $1';

const oldMinutes = (table: string): string => `
  DELETE FROM ${table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE minute < $1 ORDER BY minute LIMIT $2))`;

/** Partitions of the audit trail that have entries, and are behind the newest; the oldest first. */
const FULL_PARTITIONS = `
  SELECT inhrelid::regclass::text AS name FROM pg_inherits
  JOIN generate_series(0, (SELECT last_value / ${ROWS_PER_PARTITION} - 1 FROM audit_entries_entry_id_seq)) n
    ON inhrelid = to_regclass('audit_entries_p' || n)
  WHERE inhparent = 'audit_entries'::regclass ORDER BY n`;

/**
 * Deletes what a control centre sent long ago, and old audit entries by the partition. No response shows what a control
 * centre sent then, because the last position of each vehicle is kept. So no cached response becomes stale, and the rows are
 * deleted without `Writes`.
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
    await this.deleteOldMinutes(stopping);
    await this.dropOldEntries(this.config.get('AUDIT_KEEP_DAYS'), stopping);
  }

  private async deleteOldMinutes(stopping: AbortSignal): Promise<void> {
    const before = firstKeptMinute(this.clock.now());
    await this.dataSource.query(END_OLD_MINUTES, [before]);
    for (const table of MINUTE_TABLES) await this.deleteBatches(oldMinutes(table), before, stopping);
  }

  /** Drops only sealed partitions, the oldest first. So if a later one is missing, it was not dropped here. */
  private async dropOldEntries(days: number, stopping: AbortSignal): Promise<void> {
    if (days === 0) return;
    const before = new Date(this.clock.now().getTime() - days * DAY_MS);
    for (const { name } of await this.dataSource.query<{ name: string }[]>(FULL_PARTITIONS)) {
      const [newest] = await this.dataSource.query<{ isOld: boolean }[]>(
        `SELECT occurred_at < $1 AND entry_id <= coalesce(
                  (SELECT max(through_id) FROM seals WHERE source = 'audit_entries'), 0) AS "isOld"
         FROM ${name} ORDER BY entry_id DESC LIMIT 1`,
        [before],
      );
      if (!newest) continue;
      if (!newest.isOld || stopping.aborted) return;
      await this.dataSource.transaction(async (manager) => {
        // Writers wait behind it for their own locks.
        await manager.query(`SET LOCAL lock_timeout = '500ms'`);
        await manager.query(`DROP TABLE ${name}`);
      });
    }
  }

  private async deleteOld(statement: string, days: number, stopping: AbortSignal): Promise<void> {
    if (days === 0) return;
    await this.deleteBatches(statement, new Date(this.clock.now().getTime() - days * DAY_MS), stopping);
  }

  private async deleteBatches(statement: string, before: Date, stopping: AbortSignal): Promise<void> {
    for (let batch = 0; batch < MOST_BATCHES && !stopping.aborted; batch += 1) {
      const [, deleted] = await this.dataSource.query<[unknown, number]>(statement, [before, BATCH_ROWS]);
      if (deleted < BATCH_ROWS) return;
    }
  }
}
