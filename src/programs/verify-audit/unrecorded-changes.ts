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

/** The entry of a record begins with the first one that the trail has: what was imported or seeded before has none. */
const CHANGES: readonly (readonly [
  record: Unrecorded['record'],
  after: 'recharge_id' | 'trip_id',
  sql: string,
])[] = [
  ['recharge', 'recharge_id', recordsWithout('recharges', 'recharge', `operation NOT LIKE '%/reversal'`)],
  [
    'reversal of recharge',
    'recharge_id',
    recordsWithout('recharge_reversals', 'recharge', `operation LIKE '%/reversal'`),
  ],
  ['trip', 'trip_id', recordsWithout('trips', 'trip', `operation NOT LIKE '%/end'`)],
];

function recordsWithout(table: string, kind: string, operation: string): string {
  const changed = `object_kind = '${kind}' AND outcome = 'changed' AND ${operation}`;
  return `
    SELECT ${kind}_id AS id, count(*) OVER () AS count FROM ${table} record
    WHERE ${kind}_id > greatest($1, (SELECT min(object_id::bigint) FROM audit_entries WHERE ${changed}))
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
