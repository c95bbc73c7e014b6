import type { ClientBase } from 'pg';
import { toTripResponse } from '../../modules/trips/trip-fare';
import type { Trip } from '../../modules/trips/trip.entity';

export const STORED_RESPONSES_CHECK = 'the stored responses of repeatable requests agree with their records';

/** The most rows that are in memory at a time. */
const PAGE_ROWS = 1_000;

type Members = Readonly<Record<string, unknown>>;
const RECORD_KINDS = ['recharge', 'reversal', 'trip'] as const;
type RecordKind = (typeof RECORD_KINDS)[number];

/** What a stored response says about one record. */
interface Statement {
  readonly kind: RecordKind;
  readonly id: number;
  readonly members: Members;
}

/** Finds the records with these ids ($1), with the columns that a response shows. */
const FIND: Readonly<Record<RecordKind, string>> = {
  recharge: `
    SELECT recharge_id AS id, recharge_id, card_id, amount, debt_paid, new_balance, recharge_timestamp,
           CASE WHEN EXISTS (SELECT FROM actions WHERE action_id = recharge_id) THEN 'validator' ELSE 'card' END AS activation
    FROM recharges
    WHERE recharge_id = ANY ($1)`,
  reversal: `
    SELECT reversal.recharge_id AS id, reversal.recharge_id, recharge.card_id, recharge.amount,
           card_balance AS new_balance, reason, reversed_at
    FROM recharge_reversals reversal JOIN recharges recharge USING (recharge_id)
    LEFT JOIN postings USING (posting_id) WHERE reversal.recharge_id = ANY ($1)`,
  trip: 'SELECT trip_id AS id, trips.* FROM trips WHERE trip_id = ANY ($1)',
};

/**
 * Compares the responses that are stored for repeated requests with their records; yields one row for each record that
 * differs.
 *
 * @param client is in a transaction that reads one snapshot.
 */
export async function* verifyStoredResponses(client: ClientBase): AsyncGenerator<Members> {
  await client.query('DECLARE stored_responses NO SCROLL CURSOR FOR SELECT body FROM idempotency_keys');
  for (;;) {
    const { rows } = await client.query<{ body: string }>(`FETCH ${PAGE_ROWS} FROM stored_responses`);
    if (rows.length === 0) break;
    const statements = rows.flatMap(({ body }) => recordsIn(body));
    for (const kind of RECORD_KINDS)
      yield* compare(
        client,
        kind,
        statements.filter((one) => one.kind === kind),
      );
  }
  await client.query('CLOSE stored_responses');
}

/** Alerts and arrivals are left out, because they may change after the response. */
function recordsIn(body: string): Statement[] {
  const response = JSON.parse(body) as Members;
  if (Array.isArray(response.trips)) return (response.trips as Members[]).flatMap(recordOf);
  return recordOf(response);
}

function recordOf(members: Members): Statement[] {
  // What was decided about a tap names the trip, and has the tap's own members.
  if ('suspense_id' in members) return [];
  if (typeof members.trip_id === 'number') return [{ kind: 'trip', id: members.trip_id, members }];
  if (typeof members.recharge_id !== 'number') return [];
  return [{ kind: 'reversed_at' in members ? 'reversal' : 'recharge', id: members.recharge_id, members }];
}

async function* compare(
  client: ClientBase,
  kind: RecordKind,
  statements: readonly Statement[],
): AsyncGenerator<Members> {
  if (statements.length === 0) return;
  const { rows } = await client.query<Members & { id: number }>(FIND[kind], [statements.map(({ id }) => id)]);
  const stored = new Map(rows.map((row) => [row.id, row]));
  for (const { id, members } of statements) {
    const record = stored.get(id);
    const shown = record && kind === 'trip' ? { ...toTripResponse(record as unknown as Trip) } : record;
    const differing = shown ? differencesOf(kind, members, shown) : ['id'];
    if (differing.length > 0)
      yield {
        [kind]: id,
        answered: pick(members, differing),
        stored: shown ? pick(shown, differing) : null,
      };
  }
}

/** Another release may have shown more or fewer members, so only those that both have are compared. */
function differencesOf(kind: RecordKind, answered: Members, stored: Members): string[] {
  const isOver = answered.status === 'completed';
  return Object.keys(answered).filter((member) => {
    if (!(member in stored)) return false;
    // The reversal of what waited for a validator has no card's balance.
    if (kind === 'reversal' && member === 'new_balance' && stored[member] === null) return false;
    // The response to a boarding could not know how the trip would end. The response to an alighting has the balance at
    // that time, which the trip does not store.
    if (kind === 'trip' && member === (isOver ? 'new_balance' : 'status')) return false;
    if (kind === 'trip' && !isOver && member.startsWith('disembarking')) return false;
    return !isSame(answered[member], stored[member]);
  });
}

function isSame(answered: unknown, stored: unknown): boolean {
  if (!isObject(answered) || !isObject(stored)) return JSON.stringify(answered) === JSON.stringify(stored);
  return Object.keys(answered).every((key) => !(key in stored) || isSame(answered[key], stored[key]));
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !(value instanceof Date);
}

function pick(members: Members, names: readonly string[]): Members {
  return Object.fromEntries(names.map((name) => [name, members[name]]));
}
