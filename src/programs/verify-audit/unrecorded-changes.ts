import type { ClientBase } from 'pg';
import type { ProvenSeal } from '../../platform/audit/seals/verify-chain';

/** How far the trail was proven, and up to which records it was compared with what it tells. */
export interface AuditPosition extends ProvenSeal {
  readonly recharge_id: number;
  readonly trip_id: number;
}

export interface Unrecorded {
  readonly record: 'recharge' | 'reversal of recharge' | 'trip';
  readonly id: number;
  readonly what: string;
}

/** A record with a lower id may be committed later, but not by so many ids. */
const OVERLAP = 10_000;
/** How many are named of each kind. */
const SHOWN = 20;

/** Money that no validator has loaded goes back by itself. */
const IS_REVERSAL = `(operation LIKE '%/reversal' OR operation = 'ACTION_DAYS')`;

/** SQL: the digest of a time, as an entry has it that says when a batch of taps was received. */
const DIGEST_OF_RECEIPT = `
  left(encode(sha256(convert_to(
    '"' || to_char(received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"', 'UTF8')), 'hex'), 12)`;

const IS_OF_BATCH = `object_kind = 'validator' AND outcome = 'changed' AND operation = 'POST /taps'`;
const IS_OF_RESOLUTION = `object_kind = 'suspended_tap' AND outcome = 'changed'`;

/** One entry tells of all trips of a batch of taps, by the device and the time; one of each tap that a person has charged. */
const TAPPED_TRIPS = `
  WITH tapped AS (
    SELECT trip.trip_id, trip.validator_id, tap.received_at, suspense_id, resolved_at
    FROM trips trip
    LEFT JOIN taps tap ON tap.validator_id = trip.validator_id AND tap.sequence = tap_sequence AND tap.trip_id = trip.trip_id
    LEFT JOIN suspended_taps suspended ON suspended.trip_id = trip.trip_id AND suspended.kind = 'entry'
    WHERE trip.validator_id IS NOT NULL AND trip.trip_id > $1)
  SELECT trip_id AS id, count(*) OVER () AS count FROM tapped
  WHERE (received_at > (SELECT min(occurred_at) FROM audit_entries WHERE ${IS_OF_BATCH})
         AND NOT EXISTS (
           SELECT FROM audit_entries
           WHERE ${IS_OF_BATCH} AND object_id = validator_id::text AND changes ->> 'received_at' = ${DIGEST_OF_RECEIPT}))
     OR (resolved_at > (SELECT min(occurred_at) FROM audit_entries WHERE ${IS_OF_RESOLUTION})
         AND NOT EXISTS (SELECT FROM audit_entries WHERE ${IS_OF_RESOLUTION} AND object_id = suspense_id::text))`;

/** The entry of a record begins with the first one that the trail has: what was imported or seeded before has none. */
const CHANGES: readonly (readonly [
  record: Unrecorded['record'],
  after: 'recharge_id' | 'trip_id',
  sql: string,
])[] = [
  ['recharge', 'recharge_id', recordsWithout('recharges', 'recharge', `NOT (${IS_REVERSAL})`)],
  ['reversal of recharge', 'recharge_id', recordsWithout('recharge_reversals', 'recharge', IS_REVERSAL)],
  ['trip', 'trip_id', recordsWithout('trips', 'trip', `operation NOT LIKE '%/end'`, 'validator_id IS NULL')],
  ['trip', 'trip_id', TAPPED_TRIPS],
];

function recordsWithout(table: string, kind: string, operation: string, condition = 'true'): string {
  const changed = `object_kind = '${kind}' AND outcome = 'changed' AND ${operation}`;
  return `
    SELECT ${kind}_id AS id, count(*) OVER () AS count FROM ${table} record
    WHERE ${condition} AND ${kind}_id > greatest($1, (SELECT min(object_id::bigint) FROM audit_entries WHERE ${changed}))
      AND EXISTS (SELECT FROM audit_entries WHERE ${changed})
      AND NOT EXISTS (SELECT FROM audit_entries WHERE ${changed} AND object_id = record.${kind}_id::text)`;
}

/** Finds recharges, reversals and trips that the trail should tell of, and does not: somebody suppressed or deleted the entry. */
export async function findUnrecorded(client: ClientBase, from: AuditPosition | null): Promise<Unrecorded[]> {
  const found: Unrecorded[] = [];
  for (const [record, after, sql] of CHANGES) {
    const { rows } = await client.query<{ id: number; count: number }>(`${sql} ORDER BY id LIMIT ${SHOWN}`, [
      record === 'reversal of recharge' ? 0 : Math.max(0, (from?.[after] ?? 0) - OVERLAP),
    ]);
    const count = rows[0]?.count ?? 0;
    const more = count > SHOWN ? `; ${count - SHOWN} more are not named` : '';
    for (const { id } of rows) found.push({ record, id, what: `no entry tells of it${more}` });
  }
  return found;
}

/** The position after a proof: all records of the snapshot were compared. */
export async function positionAfter(client: ClientBase, head: ProvenSeal): Promise<AuditPosition> {
  const { rows } = await client.query<Pick<AuditPosition, 'recharge_id' | 'trip_id'>>(
    `SELECT (SELECT coalesce(max(recharge_id), 0) FROM recharges) AS recharge_id,
            (SELECT coalesce(max(trip_id), 0) FROM trips) AS trip_id`,
  );
  const [found] = rows;
  if (!found) throw new Error('a row of scalars is missing');
  return { ...head, ...found };
}
