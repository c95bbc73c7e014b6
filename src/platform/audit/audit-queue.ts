import { randomUUID } from 'node:crypto';
import {
  BeforeApplicationShutdown,
  Injectable,
  Logger,
  OnApplicationBootstrap,
  OnApplicationShutdown,
} from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '../../common/time/clock';
import { sqlState } from '../../common/http/problem/database-errors';
import { UnansweredCommits } from '../postgres/unanswered-commits';
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

/**
 * Claims a batch for this process ($1), each number ($2) once. If the answer to a commit was lost, the next attempt waits here
 * until the first one has ended, and finds out whether it was committed. Rows of processes that ended long ago are removed.
 */
const CLAIM = `
  WITH ended AS (DELETE FROM audit_writers WHERE writer <> $1 AND written_at < now() - interval '1 day')
  INSERT INTO audit_writers AS known (writer, batch, written_at) VALUES ($1, $2, now())
  ON CONFLICT (writer) DO UPDATE SET batch = excluded.batch, written_at = excluded.written_at
    WHERE known.batch < excluded.batch
  RETURNING batch`;

/**
 * A queue of entries that belong to no transaction. They are written later, each once, and no request waits for that. A batch
 * that was begun stays the same until the database has answered, because it may have been committed.
 */
@Injectable()
export class AuditQueue implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly logger = new Logger(AuditQueue.name);
  private readonly writer = randomUUID();
  private readonly waiting: AuditValues[] = [];
  private batch: readonly AuditValues[] = [];
  private number = 1;
  /** How many of the next entries are written one by one, since the database refused a batch with them. */
  private alone = 0;
  private lost = 0;
  private isStopping = false;
  private timer: NodeJS.Timeout | null = null;
  private flushing: Promise<void> | null = null;

  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
    private readonly unanswered: UnansweredCommits,
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
    const missing = this.count + this.lost;
    if (missing > 0) this.logger.error(`${missing} audit entries were lost: the database did not take them`);
  }

  add(values: AuditValues): void {
    if (this.count < MOST_WAITING) this.waiting.push(values);
    else this.lost += 1;
    if (this.isStopping) void this.flush();
  }

  /** Writes the queue. While the database is away, or answers no commits, the entries stay in it and are tried again later. */
  flush(): Promise<void> {
    if (this.unanswered.refusesWrites) return Promise.resolve();
    this.flushing ??= this.write().finally(() => (this.flushing = null));
    return this.flushing;
  }

  /** How many entries are not written. */
  private get count(): number {
    return this.waiting.length + this.batch.length;
  }

  private async write(): Promise<void> {
    this.confessLosses();
    try {
      while (this.hasNext()) await this.writeBatch();
    } catch (error) {
      this.logger.warn(`audit entries are not written, trying again soon: ${String(error)}`);
    }
  }

  private hasNext(): boolean {
    if (this.batch.length === 0) this.batch = this.waiting.splice(0, this.alone > 0 ? 1 : BATCH);
    return this.batch.length > 0;
  }

  private async writeBatch(): Promise<void> {
    try {
      await this.dataSource.transaction((manager) => this.insert(manager));
      this.number += 1;
      this.finish();
    } catch (error) {
      if (!isRefusedForItself(error)) throw error;
      this.separate();
    }
  }

  /** Adds an entry that says how many entries are missing. */
  private confessLosses(): void {
    // While the database is away, more may be lost.
    if (this.lost === 0 || this.batch.length > 0) return;
    const reason = `${this.lost} entries were lost: too many came, or the database refused them`;
    this.waiting.push([
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
    ]);
    this.logger.error(`${this.lost} audit entries were lost: too many came, or the database refused them`);
    this.lost = 0;
  }

  /** One entry that the database refuses does not block the others. */
  private separate(): void {
    if (this.batch.length === 1) {
      this.lost += 1;
      return this.finish();
    }
    this.alone = this.batch.length;
    this.waiting.unshift(...this.batch);
    this.batch = [];
  }

  private finish(): void {
    this.batch = [];
    this.alone = Math.max(0, this.alone - 1);
  }

  private async insert(manager: EntityManager): Promise<void> {
    const claimed = await manager.query<unknown[]>(CLAIM, [this.writer, this.number]);
    if (claimed.length > 0) await manager.query(WRITE, [JSON.stringify(this.batch)]);
  }
}

/** SQLSTATE classes 22 (the data) and 23 (a constraint). */
function isRefusedForItself(error: unknown): boolean {
  const state = sqlState(error) ?? '';
  return /^2[23]/.test(state) && state !== NOT_ADDED;
}
