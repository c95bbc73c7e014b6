import {
  BeforeApplicationShutdown,
  Injectable,
  Logger,
  OnApplicationBootstrap,
  OnApplicationShutdown,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../../common/time/clock';
import { sqlState } from '../../common/http/problem/database-errors';
import type { AuditValues } from './audit-trail';

const FLUSH_EVERY_MS = 250;
/** How many rows one statement inserts. */
const BATCH = 500;
/** The most entries in the queue, about ten megabytes. While the queue is full, further entries are only counted. */
const MOST_WAITING = 20_000;

/** The SQLSTATE of a division by zero: fewer rows were added than were given. */
const NOT_ADDED = '22012';

/**
 * The transaction gets its number before an id is drawn, because PostgreSQL evaluates the filter before the selected columns.
 * Ids follow the order of the entries. The statement fails if the database does not add each of them.
 */
const WRITE = `
  WITH added AS (INSERT INTO audit_entries (occurred_at, client, key_id, role, request_id, operation, object_kind, object_id,
                             outcome, changes, reason, address)
  SELECT (row->>0)::timestamptz, row->>1, row->>2, row->>3, row->>4, row->>5, row->>6, row->>7, row->>8,
         (row->>9)::jsonb, row->>10, row->>11
  FROM jsonb_array_elements($1::jsonb) AS given (row)
  WHERE pg_current_xact_id() IS NOT NULL
  RETURNING entry_id)
  SELECT 1 / (count(*) = jsonb_array_length($1::jsonb))::integer FROM added`;

/** A queue of entries that belong to no transaction. They are written later, and no request waits for that. */
@Injectable()
export class AuditQueue implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly logger = new Logger(AuditQueue.name);
  private readonly waiting: AuditValues[] = [];
  private lost = 0;
  private isStopping = false;
  private timer: NodeJS.Timeout | null = null;
  private flushing: Promise<void> | null = null;

  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.flush(), FLUSH_EVERY_MS).unref();
  }

  /** Runs before the pool is closed. Entries of requests that are still in flight are then written at once. */
  async beforeApplicationShutdown(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    this.isStopping = true;
    await this.flush();
    // Entries that came while the last batch was being written.
    await this.flush();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.flushing;
    const missing = this.waiting.length + this.lost;
    if (missing > 0) this.logger.error(`${missing} audit entries were lost: the database did not take them`);
  }

  add(values: AuditValues): void {
    if (this.waiting.length < MOST_WAITING) this.waiting.push(values);
    else this.lost += 1;
    if (this.isStopping) void this.flush();
  }

  /** Writes the queue. While the database is away, the entries stay in it and are tried again later. */
  flush(): Promise<void> {
    this.flushing ??= this.write().finally(() => (this.flushing = null));
    return this.flushing;
  }

  private async write(): Promise<void> {
    try {
      while (this.waiting.length > 0) {
        const batch = this.waiting.slice(0, BATCH);
        await this.insert(batch).catch((error: unknown) => this.insertEach(batch, error));
        this.waiting.splice(0, batch.length);
      }
      await this.confessLosses();
    } catch (error) {
      this.logger.warn(`audit entries are not written, trying again soon: ${String(error)}`);
    }
  }

  /** Writes an entry that says how many entries are missing. */
  private async confessLosses(): Promise<void> {
    if (this.lost === 0) return;
    const { lost } = this;
    const reason = `the queue was full: ${lost} entries were lost`;
    await this.insert([
      [
        this.clock.now().toISOString(),
        '',
        null,
        null,
        null,
        'audit',
        null,
        null,
        'refused',
        null,
        reason,
        null,
      ],
    ]);
    this.lost -= lost;
    this.logger.error(`${lost} audit entries were lost: more came than the database took`);
  }

  /** Writes each entry alone, so that one that the database refuses does not block the others. */
  private async insertEach(batch: readonly AuditValues[], refusal: unknown): Promise<void> {
    if (!isRefusedForItself(refusal)) throw refusal;
    for (const values of batch) {
      await this.insert([values]).catch((error: unknown) => {
        if (!isRefusedForItself(error)) throw error;
        this.lost += 1;
      });
    }
  }

  private async insert(batch: readonly AuditValues[]): Promise<void> {
    await this.dataSource.query(WRITE, [JSON.stringify(batch)]);
  }
}

/** SQLSTATE classes 22 (the data) and 23 (a constraint). */
function isRefusedForItself(error: unknown): boolean {
  const state = sqlState(error) ?? '';
  return /^2[23]/.test(state) && state !== NOT_ADDED;
}
