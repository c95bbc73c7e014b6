import { escapeLiteral } from 'pg';

/** Settings of PostgreSQL by their names. Null keeps the value of the server, the database and the role. */
export type SessionSettings = Readonly<Record<string, string | null>>;

/** The settings that our statements and value parsers depend on. Settings made for other programs must not change a result. */
const OURS: SessionSettings = {
  // Names mean our tables, even if others put their schemas first.
  search_path: 'public',
  // These decide how values are written and read.
  client_encoding: 'UTF8',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  timezone_abbreviations: 'Default',
  bytea_output: 'hex',
  extra_float_digits: '3',
  standard_conforming_strings: 'on',
  quote_all_identifiers: 'off',
  array_nulls: 'on',
  transform_null_equals: 'off',
  // These decide what a statement sees, and whether it may write. A policy that would hide rows causes an error.
  default_transaction_isolation: 'read committed',
  default_transaction_read_only: 'off',
  default_transaction_deferrable: 'off',
  row_security: 'off',
  gin_fuzzy_search_limit: '0',
  exit_on_error: 'off',
  client_min_messages: 'warning',
  // There are no limits by default. A connection that needs one sets it.
  statement_timeout: '0',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
  transaction_timeout: '0',
  // Compiling one of our short statements takes longer than running it.
  jit: 'off',
  // The server notices after a minute, not after two hours, that a client's host is gone, and frees its locks.
  tcp_keepalives_idle: '30',
  tcp_keepalives_interval: '10',
  tcp_keepalives_count: '3',
};

/** Facts about a new session, from the server. */
export interface Session {
  /** The process id of the session at the server. It is right also behind a pooler. */
  readonly pid: number;
  /** Anything but `origin` switches triggers and foreign keys off. */
  readonly replicationRole: string;
  /** A standby answers reads, and may not know yet what the primary has acknowledged. */
  readonly isStandby: boolean;
  /** Of a primary: its timeline, and when it was started. It changes with each start, failover or restore. */
  readonly incarnation: string | null;
}

/** The incarnation of a primary, as an expression. It fails on a standby. */
export const INCARNATION = `pg_catalog.substr(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 1, 8) || '/'
                     || extract(epoch FROM pg_catalog.pg_postmaster_start_time())`;

/**
 * Returns one statement that makes those settings which this server knows. It is sent after the connection is made, because a
 * pooler refuses most settings in the connection's first message. It names the schema of each function that it calls, because
 * the search path is not set yet.
 */
export function setSession(settings: SessionSettings): string {
  const values = Object.entries({ ...OURS, ...settings }).flatMap(([name, value]) =>
    value === null ? [] : [`(${escapeLiteral(name)}, ${escapeLiteral(value)})`],
  );
  return `
    SELECT pg_catalog.pg_backend_pid() AS pid,
           pg_catalog.current_setting('session_replication_role') AS "replicationRole",
           pg_catalog.pg_is_in_recovery() AS "isStandby",
           CASE WHEN NOT pg_catalog.pg_is_in_recovery() THEN ${INCARNATION} END AS incarnation,
           pg_catalog.set_config(name, value, false)
    FROM (VALUES ${DURABLE}, ${LEAVES_WITH_ITS_CLIENT}, ${values.join(', ')}) AS settings (name, value)
    WHERE pg_catalog.current_setting(name, true) IS NOT NULL`;
}

/** An acknowledged COMMIT is on disk, and on the standby's disk too if the server is configured so. */
const DURABLE = `('synchronous_commit', CASE
  WHEN pg_catalog.texteq(pg_catalog.current_setting('synchronous_commit'), 'remote_apply') THEN 'remote_apply'
  ELSE 'on' END)`;

/** The server ends a statement and its locks if the program was killed. Not every system supports this setting. */
const LEAVES_WITH_ITS_CLIENT = `('client_connection_check_interval', CASE
  WHEN pg_catalog.textlike(pg_catalog.version(), '%linux%') THEN '2s'
  ELSE '0' END)`;
