import type { BindingName, Role } from './scopes';

/** Whatever runs a statement and answers its rows: the pool, a transaction, or a program's own connection. */
export interface Database {
  query<Rows>(statement: string, values: unknown[]): Promise<Rows>;
}

/** What is known of a key; never the key itself. */
export interface AccessKeyRecord extends Readonly<Record<BindingName, number | null>> {
  readonly key_id: string;
  /** In the order of their making. */
  readonly position: number;
  readonly client: string;
  readonly name: string;
  readonly role: Role;
  /** CIDR; empty: from anywhere. */
  readonly networks: string[];
  readonly requests_per_minute: number | null;
  readonly created_at: Date;
  /** The public id of the key that made it; empty: a program at the server. */
  readonly created_by: string;
  readonly expires_at: Date;
  readonly last_used_at: Date | null;
  readonly successor: string | null;
  readonly revoked_at: Date | null;
}

/** What whoever checks a key needs of it, and the version of all keys as of that moment. */
export interface StoredAccessKey extends AccessKeyRecord {
  readonly digest: Buffer;
  readonly version: string;
}

/** What whoever makes a key says of it. */
export type NewAccessKeyRecord = Omit<
  AccessKeyRecord,
  'position' | 'created_at' | 'last_used_at' | 'successor' | 'revoked_at'
> & { readonly digest: Buffer };

const COLUMNS = `key_id, position, client, name, role, user_id, recharge_point_id, vehicle_id, station_id,
  networks::text[] AS networks, requests_per_minute, created_at, created_by, expires_at, last_used_at, successor,
  revoked_at`;

/** Every change of a key, in the same statement: whoever looks after it trusts no key as it was before. */
const CHANGED = 'changed AS (UPDATE access_version SET version = gen_random_uuid())';

const INSERT = `
  INSERT INTO access_keys (key_id, digest, client, name, role, user_id, recharge_point_id, vehicle_id, station_id,
                           networks, requests_per_minute, created_at, created_by, expires_at)`;

/** Makes a key. Its client is made with its first key. */
export async function insertAccessKey(database: Database, key: NewAccessKeyRecord): Promise<AccessKeyRecord> {
  const rows = await database.query<AccessKeyRecord[]>(
    `WITH ${CHANGED}, known AS (
       INSERT INTO clients (client, created_at) VALUES ($3, clock_timestamp()) ON CONFLICT DO NOTHING)
     ${INSERT}
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::text[]::cidr[], $11, clock_timestamp(), $12, $13)
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
    ],
  );
  return onlyRow(rows);
}

/** A key as it is now, and the version of all keys in the same snapshot; null when there is none. */
export async function findStoredKey(
  database: Database,
  keyId: string,
): Promise<{ version: string; key: StoredAccessKey | null }> {
  const rows = await database.query<StoredAccessKey[]>(
    `SELECT version::text AS version, digest, ${COLUMNS}
     FROM access_version LEFT JOIN access_keys ON key_id = $1`,
    [keyId],
  );
  const row = onlyRow(rows);
  // The type of a row of an outer join says nothing of what is missing.
  return { version: row.version, key: (row.key_id as string | null) === null ? null : row };
}

export async function findAccessKey(database: Database, keyId: string): Promise<AccessKeyRecord | null> {
  const rows = await database.query<AccessKeyRecord[]>(
    `SELECT ${COLUMNS} FROM access_keys WHERE key_id = $1`,
    [keyId],
  );
  return rows[0] ?? null;
}

/**
 * Keys, the newest first.
 *
 * @param before those made before the one at this position; null: all.
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

/** Takes a key back for good; null when there is none. One that is revoked already stays as it is. */
export async function revokeAccessKey(database: Database, keyId: string): Promise<AccessKeyRecord | null> {
  return change(
    database,
    `WITH ${CHANGED}
     UPDATE access_keys SET revoked_at = coalesce(revoked_at, clock_timestamp()) WHERE key_id = $1
     RETURNING ${COLUMNS}`,
    [keyId],
  );
}

/** Takes back all keys of a rider who is erased; nobody's name stays on one, and no network from which it was used. */
export async function revokeKeysOfErasedUser(database: Database, userId: number): Promise<void> {
  await database.query(
    `WITH ${CHANGED}
     UPDATE access_keys SET revoked_at = coalesce(revoked_at, clock_timestamp()), name = 'erased', networks = '{}'
     WHERE user_id = $1`,
    [userId],
  );
}

/** Gives a key that is in force another role and binding; null when there is none. */
export async function changeRole(
  database: Database,
  keyId: string,
  { role, user_id, recharge_point_id, vehicle_id, station_id }: Pick<AccessKeyRecord, 'role' | BindingName>,
): Promise<AccessKeyRecord | null> {
  return change(
    database,
    `WITH ${CHANGED}
     UPDATE access_keys SET role = $2, user_id = $3, recharge_point_id = $4, vehicle_id = $5, station_id = $6
     WHERE key_id = $1 AND revoked_at IS NULL RETURNING ${COLUMNS}`,
    [keyId, role, user_id, recharge_point_id, vehicle_id, station_id],
  );
}

/**
 * Makes a successor, which is what the key is in all but its secret, and lets the key live for a while longer.
 *
 * @param overlapSeconds 0: the key is revoked.
 * @returns null when there is no such key, or it is no longer in force, or has a successor.
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
       RETURNING *)
     ${INSERT}
     SELECT $2, $3::bytea, client, name, role, user_id, recharge_point_id, vehicle_id, station_id,
            networks, requests_per_minute, clock_timestamp(), $4::text, $5::timestamptz FROM old
     RETURNING ${COLUMNS}`,
    [keyId, successor.key_id, successor.digest, successor.created_by, successor.expires_at, overlapSeconds],
  );
}

/** Notes that keys are in use, each at most once a minute. It is no change of a key. */
export async function noteUse(database: Database, keyIds: readonly string[]): Promise<void> {
  await database.query(
    `UPDATE access_keys SET last_used_at = clock_timestamp()
     WHERE key_id = ANY($1) AND (last_used_at IS NULL OR last_used_at < clock_timestamp() - interval '1 minute')`,
    [keyIds],
  );
}

async function change(
  database: Database,
  statement: string,
  values: unknown[],
): Promise<AccessKeyRecord | null> {
  const rows = await database.query<AccessKeyRecord[] | [AccessKeyRecord[], number]>(statement, values);
  // TypeORM answers an UPDATE with its rows and their number.
  const [first] = Array.isArray(rows[0]) ? rows[0] : (rows as AccessKeyRecord[]);
  return first ?? null;
}

function onlyRow<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (!row) throw new Error('the row of access_version is missing');
  return row;
}
