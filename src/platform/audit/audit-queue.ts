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
/** Rows of one statement. */
const BATCH = 500;
/** So many wait at most, some ten megabytes; what comes while the queue is full is counted instead. */
const MOST_WAITING = 20_000;

/**
 * The transaction has its number before an id is drawn, since a filter is evaluated before what is selected. Numbered by
 * the order in which they came.
 */
const WRITE = `
  INSERT INTO audit_entries (occurred_at, client, key_id, role, request_id, operation, object_kind, object_id,
                             outcome, changes, reason, address)
  SELECT (row->>0)::timestamptz, row->>1, row->>2, row->>3, row->>4, row->>5, row->>6, row->>7, row->>8,
         (row->>9)::jsonb, row->>10, row->>11
  FROM jsonb_array_elements($1::jsonb) AS given (row)
  WHERE pg_current_xact_id() IS NOT NULL`;

/** Entries of the trail that belong to no transaction, on their way to the database. Nobody waits for it. */
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

  /** The pool is closed before the last hook. What requests in flight still add is written at once. */
  async beforeApplicationShutdown(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    this.isStopping = true;
    await this.flush();
    // What came while the last batch was on its way.
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

  /** Writes what waits. While the database is away it stays, and is tried again with the next. */
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

  /** The trail itself says where it has a gap. */
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

  /** One entry that the database cannot take must not keep the others back. */
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
  return /^2[23]/.test(sqlState(error) ?? '');
}
