import type { ClientBase } from 'pg';
import { toTripAnswer } from '../../trips/trip-fare';
import type { Trip } from '../../trips/trip.entity';

export const ANSWERS_CHECK = 'the stored answers of repeatable requests say what their records say';

/** Rows in memory. */
const PAGE = 1_000;

type Members = Readonly<Record<string, unknown>>;
const RECORD_KINDS = ['recharge', 'reversal', 'trip'] as const;
type RecordKind = (typeof RECORD_KINDS)[number];

/** What an answer says of one record. */
interface Said {
  readonly kind: RecordKind;
  readonly id: number;
  readonly members: Members;
}

/** The records as answers show them, by the name of their id. */
const FIND: Readonly<Record<RecordKind, string>> = {
  recharge: `
    SELECT recharge_id AS id, recharge_id, card_id, amount, new_balance, recharge_timestamp FROM recharges
    WHERE recharge_id = ANY ($1)`,
  reversal: `
    SELECT reversal.recharge_id AS id, reversal.recharge_id, recharge.card_id, recharge.amount,
           card_balance AS new_balance, reason, reversed_at
    FROM recharge_reversals reversal JOIN recharges recharge USING (recharge_id)
    LEFT JOIN postings USING (posting_id) WHERE reversal.recharge_id = ANY ($1)`,
  trip: 'SELECT trip_id AS id, trips.* FROM trips WHERE trip_id = ANY ($1)',
};

/**
 * Compares what was answered, for as long as it is kept, with the records that it was about; what is otherwise.
 *
 * @param client in a transaction that reads one snapshot.
 */
export async function* verifyAnswers(client: ClientBase): AsyncGenerator<Members> {
  await client.query('DECLARE stored_answers NO SCROLL CURSOR FOR SELECT body FROM idempotency_keys');
  for (;;) {
    const { rows } = await client.query<{ body: string }>(`FETCH ${PAGE} FROM stored_answers`);
    if (rows.length === 0) break;
    const said = rows.flatMap(({ body }) => recordsIn(body));
    for (const kind of RECORD_KINDS)
      yield* compare(
        client,
        kind,
        said.filter((one) => one.kind === kind),
      );
  }
  await client.query('CLOSE stored_answers');
}

/** Of an alert or an arrival none, since they may change. */
function recordsIn(body: string): Said[] {
  const answer = JSON.parse(body) as Members;
  if (Array.isArray(answer.trips)) return (answer.trips as Members[]).flatMap(recordOf);
  return recordOf(answer);
}

function recordOf(members: Members): Said[] {
  if (typeof members.trip_id === 'number') return [{ kind: 'trip', id: members.trip_id, members }];
  if (typeof members.recharge_id !== 'number') return [];
  return [{ kind: 'reversed_at' in members ? 'reversal' : 'recharge', id: members.recharge_id, members }];
}

async function* compare(
  client: ClientBase,
  kind: RecordKind,
  said: readonly Said[],
): AsyncGenerator<Members> {
  if (said.length === 0) return;
  const { rows } = await client.query<Members & { id: number }>(FIND[kind], [said.map(({ id }) => id)]);
  const stored = new Map(rows.map((row) => [row.id, row]));
  for (const { id, members } of said) {
    const record = stored.get(id);
    const shown = record && kind === 'trip' ? { ...toTripAnswer(record as unknown as Trip) } : record;
    const differing = shown ? differencesOf(kind, members, shown) : ['id'];
    if (differing.length > 0)
      yield {
        [kind]: id,
        answered: pick(members, differing),
        stored: shown ? pick(shown, differing) : null,
      };
  }
}

/** A release may have answered more or less than this one, so only what both know is compared. */
function differencesOf(kind: RecordKind, answered: Members, stored: Members): string[] {
  const isOver = answered.status === 'completed';
  return Object.keys(answered).filter((member) => {
    if (!(member in stored)) return false;
    // How a trip ended was not known when it began; what its card had in the end is not the trip's to keep.
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
