import { escapeLiteral } from 'pg';

/** Settings of PostgreSQL by their names; null leaves one as the server, the database and the role have it. */
export type SessionSettings = Readonly<Record<string, string | null>>;

/** The settings that our statements and value parsers depend on. Settings made for other programs must not change a result. */
const OURS: SessionSettings = {
  // Names mean ours, whatever schemas others put in front.
  search_path: 'public',
  // How values are written and read.
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
  // What a statement sees, and whether it may write. A policy that would hide rows is an error instead.
  default_transaction_isolation: 'read committed',
  default_transaction_read_only: 'off',
  default_transaction_deferrable: 'off',
  row_security: 'off',
  gin_fuzzy_search_limit: '0',
  exit_on_error: 'off',
  client_min_messages: 'warning',
  // A connection that needs a limit sets it itself.
  statement_timeout: '0',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
  transaction_timeout: '0',
  // Our statements are short: to compile one takes longer than to run it.
  jit: 'off',
  // Of a host that is gone the server learns after a minute, not after two hours, and lets its locks go.
  tcp_keepalives_idle: '30',
  tcp_keepalives_interval: '10',
  tcp_keepalives_count: '3',
};

/** What the server says about a new session. */
export interface Session {
  /** The server's own number of it, also behind a pooler. */
  readonly pid: number;
  /** Anything but `origin` switches triggers and foreign keys off. */
  readonly replicationRole: string;
}

/**
 * One statement that sets what this server knows of the settings. It is sent after the connection is made, since a pooler
 * refuses most settings at the start; and it names the schema of what it calls, since the search path is not set yet.
 */
export function setSession(settings: SessionSettings): string {
  const values = Object.entries({ ...OURS, ...settings }).flatMap(([name, value]) =>
    value === null ? [] : [`(${escapeLiteral(name)}, ${escapeLiteral(value)})`],
  );
  return `
    SELECT pg_catalog.pg_backend_pid() AS pid,
           pg_catalog.current_setting('session_replication_role') AS "replicationRole",
           pg_catalog.set_config(name, value, false)
    FROM (VALUES ${values.join(', ')}, ${DURABLE}, ${LEAVES_WITH_ITS_CLIENT}) AS settings (name, value)
    WHERE pg_catalog.current_setting(name, true) IS NOT NULL`;
}

/** An acknowledged COMMIT is on disk, and on the standby's disk too if the server is configured so. */
const DURABLE = `('synchronous_commit', CASE
  WHEN pg_catalog.texteq(pg_catalog.current_setting('synchronous_commit'), 'remote_apply') THEN 'remote_apply'
  ELSE 'on' END)`;

/** The server ends a statement, with its locks, when its program was killed. It must be off where the system does not support it. */
const LEAVES_WITH_ITS_CLIENT = `('client_connection_check_interval', CASE
  WHEN pg_catalog.textlike(pg_catalog.version(), '%linux%') THEN '2s'
  ELSE '0' END)`;
