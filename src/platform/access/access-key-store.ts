import type { BindingName, Role } from './scopes';

/** Anything that runs a statement and returns its rows: the pool, a transaction, or the connection of a program. */
export interface Database {
  query<Rows>(statement: string, values: unknown[]): Promise<Rows>;
}

/** The stored data of a key. The key itself is not stored. */
export interface AccessKeyRecord extends Readonly<Record<BindingName, number | null>> {
  readonly key_id: string;
  /** Newer keys have a higher position. */
  readonly position: number;
  readonly client: string;
  readonly name: string;
  readonly role: Role;
  /** Networks in CIDR notation. If it is empty, the key can be used from anywhere. */
  readonly networks: string[];
  readonly requests_per_minute: number | null;
  readonly created_at: Date;
  /**
   * The public id of the key that made it, or the person who did, as the audit trail names people. It is empty if a program at
   * the server made it, or somebody who is not asked for a key.
   */
  readonly created_by: string;
  readonly expires_at: Date;
  readonly last_used_at: Date | null;
  readonly successor: string | null;
  readonly revoked_at: Date | null;
}

/** The data for checking a key, and the version of all keys at the same moment. */
export interface StoredAccessKey extends AccessKeyRecord {
  readonly digest: Buffer;
  /** Milliseconds until it expires, by the clock of the database. */
  readonly msLeft: number;
  readonly version: string;
}

/** The data for making a key. */
export type NewAccessKeyRecord = Omit<
  AccessKeyRecord,
  'position' | 'created_at' | 'last_used_at' | 'successor' | 'revoked_at'
> & { readonly digest: Buffer };

const COLUMNS = `key_id, position, client, name, role, user_id, recharge_point_id, vehicle_id, station_id, validator_id,
  networks::text[] AS networks, requests_per_minute, created_at, created_by, expires_at, last_used_at, successor,
  revoked_at`;

/**
 * Each statement that changes a key also changes the version. A process that reads it trusts no key as it was before. What it
 * changes depends on {@link FIRST}: so all of them lock the version before the key, and none waits for another in a circle.
 */
const CHANGED = 'changed AS (UPDATE access_version SET version = gen_random_uuid() RETURNING version)';
const FIRST = 'EXISTS (SELECT FROM changed)';

const INSERT = `
  INSERT INTO access_keys (key_id, digest, client, name, role, user_id, recharge_point_id, vehicle_id, station_id, validator_id,
                           networks, requests_per_minute, created_at, created_by, expires_at)`;

/** Makes a key. Its client is made with its first key. */
export async function insertAccessKey(database: Database, key: NewAccessKeyRecord): Promise<AccessKeyRecord> {
  const rows = await database.query<AccessKeyRecord[]>(
    `WITH ${CHANGED}, known AS (
       INSERT INTO clients (client, created_at) VALUES ($3, clock_timestamp()) ON CONFLICT DO NOTHING)
     ${INSERT}
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $14, $10::text[]::cidr[], $11, clock_timestamp(), $12, $13)
     RETURNING ${COLUMNS}`,
    [
      key.key_id,
      key.digest,
      key.client,
      key.name,
      key.role,
      key.user_id,
      key.recharge_point_id,
      key.vehicle_id,
      key.station_id,
      key.networks,
      key.requests_per_minute,
      key.created_by,
      key.expires_at,
      key.validator_id,
    ],
  );
  return onlyRow(rows);
}

/** Returns those of the keys that exist, and the version of all keys, from the same snapshot. */
export async function findStoredKeys(
  database: Database,
  keyIds: readonly string[],
): Promise<{ version: string; keys: StoredAccessKey[] }> {
  const rows = await database.query<StoredAccessKey[]>(
    `SELECT version::text AS version, digest,
            (extract(epoch FROM expires_at - clock_timestamp()) * 1000)::float8 AS "msLeft", ${COLUMNS}
     FROM access_version LEFT JOIN access_keys ON key_id = ANY($1)`,
    [keyIds],
  );
  const [first] = rows;
  if (!first) throw new Error('the row of access_version is missing');
  // The columns of an outer join are null if there is no key, which their type does not say.
  return { version: first.version, keys: rows.filter((row) => (row.key_id as string | null) !== null) };
}

/** Returns whether a rider was erased, and the version of all keys, which an erasure changes, from the same snapshot. */
export async function findErasure(
  database: Database,
  userId: number,
): Promise<{ version: string; isErased: boolean }> {
  const rows = await database.query<{ version: string; isErased: boolean }[]>(
    `SELECT version::text AS version,
            EXISTS (SELECT FROM users WHERE user_id = $1 AND erased_at IS NOT NULL) AS "isErased"
     FROM access_version`,
    [userId],
  );
  return onlyRow(rows);
}

export async function findAccessKey(database: Database, keyId: string): Promise<AccessKeyRecord | null> {
  const rows = await database.query<AccessKeyRecord[]>(
    `SELECT ${COLUMNS} FROM access_keys WHERE key_id = $1`,
    [keyId],
  );
  return rows[0] ?? null;
}

/**
 * Returns keys, newest first.
 *
 * @param before only keys with a lower position. Null means all keys.
 */
export async function listAccessKeys(
  database: Database,
  limit: number,
  before: number | null,
): Promise<AccessKeyRecord[]> {
  return database.query<AccessKeyRecord[]>(
    `SELECT ${COLUMNS} FROM access_keys WHERE $2::bigint IS NULL OR position < $2 ORDER BY position DESC LIMIT $1`,
    [limit, before],
  );
}

/** Whether there ever was an administrator's key. */
export async function hasAdministrator(database: Database): Promise<boolean> {
  const rows = await database.query<unknown[]>(
    `SELECT FROM access_keys WHERE role = 'administrator' LIMIT 1`,
    [],
  );
  return rows.length > 0;
}

/** Whether an administrator's key can be used now. */
export async function hasAdministratorInForce(database: Database): Promise<boolean> {
  const rows = await database.query<unknown[]>(
    `SELECT FROM access_keys WHERE role = 'administrator' AND revoked_at IS NULL AND expires_at > clock_timestamp()
     LIMIT 1`,
    [],
  );
  return rows.length > 0;
}

/** Revokes a key for ever, or returns null if it does not exist. A key that was revoked before is not changed. */
export async function revokeAccessKey(database: Database, keyId: string): Promise<AccessKeyRecord | null> {
  return change(
    database,
    `WITH ${CHANGED}
     UPDATE access_keys SET revoked_at = coalesce(revoked_at, clock_timestamp()) WHERE key_id = $1 AND ${FIRST}
     RETURNING ${COLUMNS}`,
    [keyId],
  );
}

/** Takes back all keys of a rider who is erased; nobody's name stays on one, and no network from which it was used. */
export async function revokeKeysOfErasedUser(database: Database, userId: number): Promise<void> {
  await database.query(
    `WITH ${CHANGED}
     UPDATE access_keys SET revoked_at = coalesce(revoked_at, clock_timestamp()), name = 'erased', networks = '{}'
     WHERE user_id = $1 AND ${FIRST}`,
    [userId],
  );
}

/**
 * Locks the riders whom a key is and will be bound to. An erasure locks the rider before it revokes the keys, so whoever changes
 * a key in a transaction does so, too.
 */
export async function lockRiders(database: Database, keyId: string, next: number | null): Promise<void> {
  await database.query(
    `SELECT FROM users WHERE user_id IN (SELECT user_id FROM access_keys WHERE key_id = $1 UNION SELECT $2::bigint)
     ORDER BY user_id FOR KEY SHARE`,
    [keyId, next],
  );
}

/** A key, all keys that it replaced, and all keys that replaced it: they are of the same holder. */
const ROLLED = `rolled AS (
       SELECT key_id, successor FROM access_keys WHERE key_id = $1
       UNION SELECT other.key_id, other.successor FROM rolled one
         JOIN access_keys other ON other.key_id = one.successor OR other.successor = one.key_id)`;

/**
 * Gives a key another role and binding, and with it those keys that it replaced or that replaced it and that can still be used.
 *
 * @param database a transaction.
 * @returns the changed keys, this one first. It is empty if this one can no longer be used.
 */
export async function changeRole(
  database: Database,
  keyId: string,
  {
    role,
    user_id,
    recharge_point_id,
    vehicle_id,
    station_id,
    validator_id,
  }: Pick<AccessKeyRecord, 'role' | BindingName>,
): Promise<AccessKeyRecord[]> {
  // A statement of its own: the next one sees the successor that somebody was just making.
  await database.query('SELECT FROM access_version FOR UPDATE', []);
  const changed = await changeAll(
    database,
    `WITH RECURSIVE ${ROLLED}, ${CHANGED}, usable AS (
       SELECT key_id FROM rolled JOIN access_keys USING (key_id)
       WHERE revoked_at IS NULL AND expires_at > clock_timestamp())
     UPDATE access_keys SET role = $2, user_id = $3, recharge_point_id = $4, vehicle_id = $5, station_id = $6,
                           validator_id = $7
     WHERE key_id IN (SELECT key_id FROM usable) AND $1 IN (SELECT key_id FROM usable) AND ${FIRST}
     RETURNING ${COLUMNS}`,
    [keyId, role, user_id, recharge_point_id, vehicle_id, station_id, validator_id],
  );
  return changed.sort((one, other) => Number(other.key_id === keyId) - Number(one.key_id === keyId));
}

/**
 * Makes a successor with the same rights. The old key can be used for a while longer.
 *
 * @param overlapSeconds how much longer. At 0 the old key is revoked.
 * @returns null if the key does not exist, is no longer valid, or has a successor.
 */
export async function rollAccessKey(
  database: Database,
  keyId: string,
  successor: Pick<NewAccessKeyRecord, 'key_id' | 'digest' | 'created_by' | 'expires_at'>,
  overlapSeconds: number,
): Promise<AccessKeyRecord | null> {
  return change(
    database,
    `WITH ${CHANGED}, old AS (
       UPDATE access_keys SET successor = $2,
         expires_at = least(expires_at, clock_timestamp() + make_interval(secs => $6)),
         revoked_at = CASE WHEN $6 = 0 THEN clock_timestamp() END
       WHERE key_id = $1 AND revoked_at IS NULL AND successor IS NULL AND expires_at > clock_timestamp()
         AND ${FIRST}
       RETURNING *)
     ${INSERT}
     SELECT $2, $3::bytea, client, name, role, user_id, recharge_point_id, vehicle_id, station_id, validator_id,
            networks, requests_per_minute, clock_timestamp(), $4::text, $5::timestamptz FROM old
     RETURNING ${COLUMNS}`,
    [keyId, successor.key_id, successor.digest, successor.created_by, successor.expires_at, overlapSeconds],
  );
}

/**
 * Stores when keys were used, for each at most once a minute. This does not change the version. It waits for nobody while it has
 * locks of keys, so it is in no circle of those who wait: a key that somebody is changing gets its note with the next use.
 */
export async function noteUse(database: Database, keyIds: readonly string[]): Promise<void> {
  await database.query(
    `WITH free AS (
       SELECT key_id FROM access_keys
       WHERE key_id = ANY($1) AND (last_used_at IS NULL OR last_used_at < clock_timestamp() - interval '1 minute')
       FOR NO KEY UPDATE SKIP LOCKED)
     UPDATE access_keys SET last_used_at = clock_timestamp() FROM free WHERE access_keys.key_id = free.key_id`,
    [keyIds],
  );
}

async function change(
  database: Database,
  statement: string,
  values: unknown[],
): Promise<AccessKeyRecord | null> {
  const [first = null] = await changeAll(database, statement, values);
  return first;
}

async function changeAll(
  database: Database,
  statement: string,
  values: unknown[],
): Promise<AccessKeyRecord[]> {
  const rows = await database.query<AccessKeyRecord[] | [AccessKeyRecord[], number]>(statement, values);
  // For an UPDATE, TypeORM returns the rows and their number.
  return Array.isArray(rows[0]) ? rows[0] : (rows as AccessKeyRecord[]);
}

function onlyRow<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (!row) throw new Error('the row of access_version is missing');
  return row;
}
