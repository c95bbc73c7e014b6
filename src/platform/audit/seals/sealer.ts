import { createHash } from 'node:crypto';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { Clock } from '../../../common/time/clock';
import { AppConfig } from '../../config/app-config';
import { messageOf } from '../../postgres/embedded/errno';
import { digestOfSeal, markOf, NO_SEAL, SEAL_COLUMNS, type Seal, type SealContent } from './seal';
import { type Head, SealFile } from './seal-file';
import {
  type CanonicalRow,
  digestOfRow,
  ROWS_PER_PARTITION,
  type SealedSource,
  type SealSource,
  selectCanonical,
} from './sealed-source';
import { treeOf } from './table-tree';

/** The lock that only one process at a time can have, for sealing. The number is arbitrary. */
const SEALING_LOCK = 7_316_020;
/** The most rows of one seal. They are read in one transaction, which should be short. */
const MOST_ROWS = 10_000;
/** How many rows are read and digested before other work of this process has its turn. */
const PAGE = 1_000;
/** How long to wait for transactions that may still add a row with a lower id. After it, the next run tries again. */
const WAIT_MS = 5_000;
const POLL_MS = 50;

/**
 * Transactions that may add rows to a table ($1) or one of its partitions, or those of them that are given ($2). The number of
 * a transaction in pg_locks is one of its session and is not used again; one that is prepared for two-phase commit gets
 * another, so all of those are waited for.
 */
const FIND_ADDING = `
  WITH RECURSIVE ${treeOf('SELECT $1::regclass::oid')}
  SELECT DISTINCT virtualtransaction AS transaction FROM pg_locks
  WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND pg_locks.relation IN (SELECT relation FROM tree)
    AND ($2::text[] IS NULL OR virtualtransaction = ANY ($2) OR virtualtransaction LIKE '-1/%')`;

/** Rows are sealed after ten seconds. The log says it when that has taken so long. */
const OVERDUE_MS = 60_000;

/** The first row that a process has seen without a seal, and since when. */
interface Unsealed {
  readonly after: number;
  readonly since: number;
  toldAt: number;
}

type SealWithoutMarks = Omit<Seal, 'marks'>;

/**
 * Seals rows to which nothing can be added any more, each source in a chain of its own. An id may be drawn long before its
 * row is committed, so rows are sealed only after every transaction has ended that was adding rows when the last of their ids
 * had been drawn. Such a transaction is seen by its lock on the table, which PostgreSQL takes before it draws an id. What
 * runs in other databases of the server, or adds nothing here, is not waited for.
 *
 * What is decided is not kept from one time to the next: all of it happens on one connection to one server. A process that
 * is killed leaves nothing behind, and one that is stopped keeps the others waiting no longer than its transaction may last.
 */
@Injectable()
export class Sealer {
  private readonly logger = new Logger(Sealer.name);
  private readonly known = new Map<SealSource, Head>();
  private readonly unsealed = new Map<SealSource, Unsealed>();
  private readonly file: SealFile | null;

  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
    config: AppConfig,
  ) {
    const path = config.get('SEAL_FILE');
    this.file = path === undefined ? null : new SealFile(path);
  }

  /** The last seal of each chain that this process has made or found: for metrics. */
  get heads(): ReadonlyMap<SealSource, Head> {
    return this.known;
  }

  /** Seals what can be sealed now, and returns how many seals were made. After the signal, the rest is left to the next run. */
  async seal(source: SealedSource, signal?: AbortSignal): Promise<number> {
    const runner = this.dataSource.createQueryRunner();
    try {
      const client = (await runner.connect()) as PoolClient;
      try {
        const closed = await this.findClosed(client, source, signal);
        let sealed = 0;
        // Even if there is nothing to seal, earlier seals may be missing in SEAL_FILE.
        while (!signal?.aborted && (await this.sealNext(client, source, closed ?? 0))) sealed += 1;
        return sealed;
      } finally {
        await this.complainOfOverdue(client, source).catch(() => undefined);
      }
    } finally {
      await runner.release();
    }
  }

  /** Somebody may keep rows from being sealed, and change them. Once a minute the log says so. */
  private async complainOfOverdue(client: PoolClient, source: SealedSource): Promise<void> {
    const { name, id } = source;
    const { rows } = await client.query<{ after: number }>(
      `SELECT sealed.through AS after FROM (
         SELECT coalesce(max(through_id), 0) AS through FROM seals WHERE source = $1) sealed
       WHERE EXISTS (SELECT FROM ${name} WHERE ${id} > sealed.through)`,
      [name],
    );
    const [found] = rows;
    const now = this.clock.now().getTime();
    const before = this.unsealed.get(name);
    if (!found) return void this.unsealed.delete(name);
    if (before?.after !== found.after)
      return void this.unsealed.set(name, { after: found.after, since: now, toldAt: -Infinity });
    const waitedMs = now - before.since;
    if (waitedMs < OVERDUE_MS || now - before.toldAt < OVERDUE_MS) return;
    before.toldAt = now;
    const seconds = Math.round(waitedMs / 1_000);
    this.logger.error(
      `the rows of ${name} after ${found.after} have not been sealed for ${seconds} s, and whoever owns the database can change them unseen: ${await this.findReason(client, name)}`,
    );
  }

  private async findReason(client: PoolClient, name: SealSource): Promise<string> {
    const { rows: sessions } = await client.query<{ reason: string }>(
      `SELECT format('session %s has the lock of sealing', pid) AS reason FROM pg_locks
       WHERE locktype = 'advisory' AND objid = $2 AND granted AND pid IS NOT NULL
       UNION ALL
       SELECT DISTINCT format('a transaction of session %s adds rows and does not end', pid) FROM pg_locks
       WHERE locktype = 'relation' AND relation = $1::regclass AND mode = 'RowExclusiveLock' AND granted`,
      [name, SEALING_LOCK],
    );
    return sessions.map(({ reason }) => reason).join('; ') || 'no session is seen that prevents it';
  }

  /** Returns the last id up to which nobody can add a row any more. It is null if there is nothing to seal, or not yet. */
  private async findClosed(
    client: PoolClient,
    { name, id, sequence }: SealedSource,
    signal: AbortSignal | undefined,
  ): Promise<number | null> {
    const { rows: drawn } = await client.query<{ newest: number }>(
      `SELECT last_value AS newest FROM ${sequence} WHERE is_called AND EXISTS (
         SELECT FROM ${name} WHERE ${id} > coalesce((SELECT max(through_id) FROM seals WHERE source = $1), 0))`,
      [name],
    );
    const newest = drawn[0]?.newest;
    if (newest === undefined) return null;
    const { rows: adding } = await client.query<{ transaction: string }>(FIND_ADDING, [name, null]);
    const waitedFor = adding.map(({ transaction }) => transaction);
    const end = performance.now() + WAIT_MS;
    while (waitedFor.length > 0) {
      const { rows: still } = await client.query(FIND_ADDING, [name, waitedFor]);
      if (still.length === 0) return newest;
      if (performance.now() >= end || signal?.aborted) return null;
      await sleep(POLL_MS);
    }
    return newest;
  }

  /** Makes one seal and returns true. It returns false if there is no row for it, or if another process is sealing. */
  private async sealNext(client: PoolClient, source: SealedSource, closed: number): Promise<boolean> {
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    try {
      const seal = (await isLockedFor(client)) ? await this.addSeal(client, source, closed) : null;
      await client.query('COMMIT');
      if (!seal) return false;
      this.tell(seal);
      return true;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  private async addSeal(
    client: PoolClient,
    source: SealedSource,
    closed: number,
  ): Promise<SealWithoutMarks | null> {
    const last = await findLast(client, source.name);
    if (last) this.known.set(source.name, headOf(last));
    await this.keepOutside(client, source.name, last);
    const after = last?.throughId ?? 0;
    const rows = await digestRows(client, source, after, closed);
    if (!rows) return null;
    const { marks, ...counted } = rows;
    const content: SealContent = {
      source: source.name,
      number: (last?.number ?? 0) + 1,
      ...counted,
      sealedAt: this.clock.now().toISOString().replace('Z', '000Z'),
    };
    const seal = { ...content, digest: digestOfSeal(content, last?.digest ?? NO_SEAL) };
    const { rowCount } = await client.query(
      `INSERT INTO seals (source, seal_number, through_id, row_count, rows_digest, sealed_at, digest, row_marks)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        seal.source,
        seal.number,
        seal.throughId,
        seal.rowCount,
        seal.rowsDigest,
        seal.sealedAt,
        seal.digest,
        marks,
      ],
    );
    if (rowCount !== 1)
      throw new Error('the database did not add the seal: audit:verify names what prevents it');
    return seal;
  }

  /** Logs one line for the seal, so that its head is also outside of the database. */
  private tell(seal: SealWithoutMarks): void {
    const head = headOf(seal);
    this.known.set(seal.source, head);
    this.logger.log({ msg: 'sealed', ...head, row_count: seal.rowCount });
  }

  /**
   * Adds committed seals that are missing in SEAL_FILE, also those of a process that was killed before it could add them. Only one
   * process at a time has the lock.
   */
  private async keepOutside(
    client: PoolClient,
    source: SealSource,
    last: SealWithoutMarks | null,
  ): Promise<void> {
    const { file } = this;
    if (!file) return;
    try {
      const kept = await file.lastOf(source);
      if (kept && (await findDigest(client, source, kept.seal)) !== kept.digest) {
        this.logger.error(
          `SEAL_FILE has seal ${kept.seal} of ${source} with the digest ${kept.digest}, and the database has not: somebody rewrote the seals, or an older copy of the database was restored. Run audit:verify and ledger:verify with --head`,
        );
        return;
      }
      const written = kept?.seal ?? 0;
      if (last && last.number > written) await file.append(await findAfter(client, source, written));
    } catch (error) {
      this.logger.error(`SEAL_FILE is not written: ${messageOf(error)}`);
    }
  }
}

async function isLockedFor(client: PoolClient): Promise<boolean> {
  const { rows } = await client.query<{ isLocked: boolean }>(
    'SELECT pg_try_advisory_xact_lock($1) AS "isLocked"',
    [SEALING_LOCK],
  );
  return rows[0]?.isLocked === true;
}

async function findLast(client: PoolClient, source: SealSource): Promise<SealWithoutMarks | null> {
  const { rows } = await client.query<SealWithoutMarks>(
    `SELECT ${SEAL_COLUMNS} FROM seals WHERE source = $1 ORDER BY seal_number DESC LIMIT 1`,
    [source],
  );
  return rows[0] ?? null;
}

async function findDigest(client: PoolClient, source: SealSource, number: number): Promise<string | null> {
  const { rows } = await client.query<{ digest: Buffer }>(
    'SELECT digest FROM seals WHERE source = $1 AND seal_number = $2',
    [source, number],
  );
  return rows[0]?.digest.toString('hex') ?? null;
}

async function findAfter(client: PoolClient, source: SealSource, number: number): Promise<Head[]> {
  const { rows } = await client.query<SealWithoutMarks>(
    `SELECT ${SEAL_COLUMNS} FROM seals WHERE source = $1 AND seal_number > $2 ORDER BY seal_number`,
    [source, number],
  );
  return rows.map(headOf);
}

function headOf(seal: SealWithoutMarks): Head {
  return {
    source: seal.source,
    seal: seal.number,
    through_id: seal.throughId,
    sealed_at: seal.sealedAt,
    digest: seal.digest.toString('hex'),
  };
}

interface DigestedRows {
  readonly throughId: number;
  readonly rowCount: number;
  readonly rowsDigest: Buffer;
  readonly marks: Buffer;
}

/** Digests the rows of the next seal: from an id to the last closed one, the end of the partition, or the most rows. */
async function digestRows(
  client: PoolClient,
  source: SealedSource,
  after: number,
  closed: number,
): Promise<DigestedRows | null> {
  const first = await firstIdAfter(client, source, after);
  if (first === null || first > closed) return null;
  const through = Math.min(closed, first - (first % ROWS_PER_PARTITION) + ROWS_PER_PARTITION - 1);
  const rowsDigest = createHash('sha256');
  const digested: { readonly id: number; readonly digest: Buffer }[] = [];
  let last = after;
  while (digested.length < MOST_ROWS) {
    const { rows } = await client.query<Record<string, string | null>>(selectCanonical(source), [
      last,
      through,
      PAGE,
    ]);
    for (const row of rows) {
      const canonical: CanonicalRow = Object.values(row);
      const digest = digestOfRow(canonical);
      last = Number(canonical[0]);
      rowsDigest.update(digest);
      digested.push({ id: last, digest });
    }
    if (rows.length < PAGE) {
      last = through;
      break;
    }
    await nextTurn();
  }
  return {
    throughId: last,
    rowCount: digested.length,
    rowsDigest: rowsDigest.digest(),
    marks: Buffer.concat(digested.map(({ id, digest }) => markOf(id, last, digest))),
  };
}

async function firstIdAfter(
  client: PoolClient,
  { name, id }: SealedSource,
  after: number,
): Promise<number | null> {
  const { rows } = await client.query<{ id: number }>(
    `SELECT ${id} AS id FROM ${name} WHERE ${id} > $1 ORDER BY ${id} LIMIT 1`,
    [after],
  );
  return rows[0]?.id ?? null;
}
