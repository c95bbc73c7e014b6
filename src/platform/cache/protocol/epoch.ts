import { createHash } from 'node:crypto';
import type { ClientBase } from 'pg';
import type { DataSource } from 'typeorm';
import { INCARNATION } from '../../postgres/session-settings';
import { CacheNamespace } from '../store/cache-namespace';

/** Arbitrary constants, which keep these advisory locks apart from others. */
export const EPOCH_LOCK = 7_316_010;
export const CACHE_LOCK = 7_316_011;

/** A fence that was not renewed for so long has expired: its process is taken for dead. */
export const FENCE_LIFETIME_MS = 10_000;

/** What PostgreSQL says about the cache: the epoch in force, and whether the cache is on. */
export interface Epoch {
  readonly epoch: string;
  readonly state: 'on' | 'off';
  /** The run id of the store whose contents belong to this epoch. */
  readonly runId: string;
  /** Milliseconds since the epoch changed, by the clock of the database. It decides how long to wait, never trust. */
  readonly ageMs: number;
  /** The instances that have put up a fence which has not expired. */
  readonly fences: readonly string[];
  /** Whether there is any fence, expired ones included. */
  readonly hasFences: boolean;
  /** Whether the server waits for a standby, which may take its place while it still answers. */
  readonly isReplicated: boolean;
  /** Of the keys of callers; read in the same statement, it says as much about them as the epoch about the cache. */
  readonly accessVersion: string;
}

/** Anything that can run a statement. */
type Database = Pick<ClientBase, 'query'>;

const EPOCH = `SELECT epoch::text, state, redis_run_id AS "runId",
                      (extract(epoch FROM clock_timestamp() - changed_at) * 1000)::float8 AS "ageMs",
                      ARRAY(SELECT instance::text FROM cache_fences
                            WHERE renewed_at > clock_timestamp() - interval '${FENCE_LIFETIME_MS} ms') AS fences,
                      EXISTS (SELECT FROM cache_fences) AS "hasFences",
                      current_setting('synchronous_standby_names') <> '' AS "isReplicated",
                      (SELECT version::text FROM access_version) AS "accessVersion"
               FROM cache_epoch`;

export async function readEpoch(database: Database): Promise<Epoch> {
  const { rows } = await database.query<Epoch>(EPOCH);
  return onlyRow(rows);
}

/** The epoch that a write has locked, and the transaction that holds the lock. */
export interface LockedEpoch {
  readonly epoch: string;
  readonly state: 'on' | 'off';
  readonly runId: string;
  /** The id of the transaction, of type xid8. */
  readonly transactionId: string;
}

const BEGIN = 'BEGIN ISOLATION LEVEL READ COMMITTED';
const LOCK = `SELECT pg_advisory_xact_lock_shared(${EPOCH_LOCK})`;
const READ_LOCKED = `SELECT epoch::text, state, redis_run_id AS "runId", pg_current_xact_id()::text AS "transactionId"
                     FROM cache_epoch`;

/**
 * Keeps the epoch from changing until the transaction ends, and reads it. These are two statements, because a single one
 * would show the row as it was before the wait for the lock.
 */
export async function lockEpoch(client: Database): Promise<LockedEpoch> {
  await client.query(LOCK);
  const { rows } = await client.query<LockedEpoch>(READ_LOCKED);
  return onlyRow(rows);
}

/**
 * Begins a transaction and locks the epoch, in one message. Under a stricter isolation level the last statement would
 * show the row as it was before the wait, too.
 */
export async function beginAndLockEpoch(client: Database): Promise<LockedEpoch> {
  const sent = [
    client.query(BEGIN, []),
    client.query(LOCK, []),
    client.query<LockedEpoch>(READ_LOCKED, []),
  ] as const;
  const [, , { rows }] = await Promise.all(sent);
  return onlyRow(rows);
}

/** Which database a connection is to. It stays the same as long as the connection. */
export interface DatabaseIdentity {
  /** Stays the same when the server is restarted. */
  readonly database: string;
  /** Changes with each start, failover or restore of the server. */
  readonly incarnation: string;
}

/** @throws Error on a standby. */
export async function identifyDatabase(database: Database): Promise<DatabaseIdentity> {
  const { rows } = await database.query<DatabaseIdentity>(
    `SELECT system_identifier || '/' || (SELECT oid FROM pg_database WHERE datname = current_database())
              AS database, ${INCARNATION} AS incarnation
     FROM pg_control_system()`,
  );
  return onlyRow(rows);
}

const OUTCOMES = ['committed', 'aborted', 'in progress'] as const;

/** What became of a transaction. It is unknown when the server was restarted, or is another one. */
export type TransactionOutcome = (typeof OUTCOMES)[number] | 'unknown';

/**
 * Asks what became of a transaction that was begun in this incarnation of the server. PostgreSQL forgets very old ones; they
 * count as aborted, because none of them can be in progress.
 */
export async function readTransactionOutcome(
  database: Pick<DataSource, 'query'>,
  transactionId: string,
  incarnation: string,
): Promise<TransactionOutcome> {
  const [row] = await database.query<{ status: string }[]>(
    `SELECT coalesce(pg_xact_status($1::xid8), 'aborted') AS status WHERE ${INCARNATION} = $2`,
    [transactionId, incarnation],
  );
  return OUTCOMES.find((outcome) => outcome === row?.status) ?? 'unknown';
}

/** Every write asks for its namespace, and it is nearly always the same. */
let latest: { readonly name: string; readonly namespace: CacheNamespace } | null = null;

/** Another server, another database or an old dump has another namespace: its cache is empty, not wrong. */
export function namespaceOf(
  { database, incarnation }: DatabaseIdentity,
  epoch: string,
  runId: string,
): CacheNamespace {
  const name = `${database} ${incarnation} ${epoch} ${runId}`;
  if (latest?.name !== name)
    latest = { name, namespace: new CacheNamespace(hash(database), BigInt(epoch), hash(name)) };
  return latest.namespace;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 12);
}

function onlyRow<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (!row) throw new Error('the row of cache_epoch is missing');
  return row;
}
