import { createHash } from 'node:crypto';
import type { ClientBase, QueryResult } from 'pg';
import type { DataSource } from 'typeorm';
import { Prefix } from '../store/names';

/** Any constants: keep these advisory locks apart from others. */
export const EPOCH_LOCK = 7_316_010;
export const CACHE_LOCK = 7_316_011;

/** A fence that was not renewed for so long is nobody's, in milliseconds. */
export const FENCE_EXPIRES = 10_000;

/** What PostgreSQL says: under which epoch the cache is used, and whether it is. */
export interface Epoch {
  readonly epoch: string;
  readonly state: 'on' | 'off';
  /** The store whose memory this epoch is in. */
  readonly runId: string;
  /** Milliseconds since the change, by the database's clock: only for patience, never for trust. */
  readonly age: number;
  /** The instances that cannot reach the store, as far as they were heard of lately. */
  readonly fences: readonly string[];
  /** Whether there are any, the expired too. */
  readonly hasFences: boolean;
  /** Of the keys of callers; read in the same statement, it says as much about them as the epoch about the cache. */
  readonly accessVersion: string;
}

/** Whatever runs a statement. */
type Database = Pick<ClientBase, 'query'>;

const EPOCH = `SELECT epoch::text, state, redis_run_id AS "runId",
                      (extract(epoch FROM clock_timestamp() - changed_at) * 1000)::float8 AS age,
                      ARRAY(SELECT instance::text FROM cache_fences
                            WHERE renewed_at > clock_timestamp() - interval '${FENCE_EXPIRES} ms') AS fences,
                      EXISTS (SELECT FROM cache_fences) AS "hasFences",
                      (SELECT version::text FROM access_version) AS "accessVersion"
               FROM cache_epoch`;

export async function readEpoch(database: Database): Promise<Epoch> {
  const { rows } = await database.query<Epoch>(EPOCH);
  return onlyRow(rows);
}

/** What a write learns at its beginning: the epoch, and its own transaction. */
export interface Entry {
  readonly epoch: string;
  readonly state: 'on' | 'off';
  readonly runId: string;
  /** The transaction's id (xid8). */
  readonly writer: string;
}

const ENTER = `SELECT pg_advisory_xact_lock_shared(${EPOCH_LOCK});
               SELECT epoch::text, state, redis_run_id AS "runId", pg_current_xact_id()::text AS writer
               FROM cache_epoch`;

/**
 * Holds off every change of epoch until the transaction ends, and reads the epoch in the statement after it: in one,
 * PostgreSQL would show the row as it was before the wait for the lock. Both are one message.
 */
export async function enterEpoch(client: Database): Promise<Entry> {
  return lastRow(await client.query(ENTER));
}

/** Begins a transaction, and enters the epoch, in one message. In a stricter isolation the wait would show too. */
export async function beginInEpoch(client: Database): Promise<Entry> {
  return lastRow(await client.query(`BEGIN ISOLATION LEVEL READ COMMITTED; ${ENTER}`));
}

/** Which database this connection talks to; it stays the same as long as the connection. */
export interface DatabaseIdentity {
  /** The same after a restart. */
  readonly database: string;
  /** Another after each start, failover or restore. */
  readonly life: string;
}

/** The timeline and the start of the server; fails on a standby. */
const LIFE = `substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) || '/'
              || extract(epoch FROM pg_postmaster_start_time())`;

/** @throws on a standby. */
export async function identify(database: Database): Promise<DatabaseIdentity> {
  const { rows } = await database.query<DatabaseIdentity>(
    `SELECT system_identifier || '/' || (SELECT oid FROM pg_database WHERE datname = current_database())
              AS database, ${LIFE} AS life
     FROM pg_control_system()`,
  );
  return onlyRow(rows);
}

/** What became of a transaction; unknown while nobody can say. */
export type Fate = 'committed' | 'aborted' | 'unknown';

/** Asks a server what became of a transaction in this life of it. One too old to be known is not in progress. */
export async function fateOf(
  database: Pick<DataSource, 'query'>,
  writer: string,
  life: string,
): Promise<Fate> {
  const [row] = await database.query<{ status: string }[]>(
    `SELECT coalesce(pg_xact_status($1::xid8), 'aborted') AS status WHERE ${LIFE} = $2`,
    [writer, life],
  );
  return row?.status === 'committed' || row?.status === 'aborted' ? row.status : 'unknown';
}

/** Another server, another database or an old dump is another prefix: a cold cache, not a wrong one. */
export function prefixOf({ database, life }: DatabaseIdentity, epoch: string, runId: string): Prefix {
  return new Prefix(hash(database), BigInt(epoch), hash(`${database} ${life} ${epoch} ${runId}`));
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 12);
}

/** node-postgres answers several statements with as many results, whatever its types say. */
function lastRow(results: unknown): Entry {
  return onlyRow((results as readonly QueryResult<Entry>[]).at(-1)?.rows ?? []);
}

function onlyRow<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (!row) throw new Error('the row of cache_epoch is missing');
  return row;
}
