import { MigrationInterface, QueryRunner } from 'typeorm';
import { sqlState } from '../../../common/http/problem/database-errors';
import { tidy } from '../../../common/text/tidy';

/** Columns of names and identifiers by their table, and the most characters that each may have. */
const BOUNDS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  locations: { name: 255, description: 1_000 },
  concessionaires: { name: 255 },
  depots: { name: 255, address: 255, depot_type: 100 },
  vehicles: { license_plate: 100, vehicle_type: 100, technology: 100 },
  drivers: { employee_id: 100, first_name: 100, last_name: 100, license_number: 100 },
  stations: { name: 255, station_code: 100, station_type: 100, address: 255 },
  routes: { route_code: 100, route_name: 255 },
  recharge_points: { name: 255, address: 255, operator: 255 },
  alerts: { alert_type: 50, message: 1_000 },
  station_destinations: { aggregation_period: 100 },
  users: {
    first_name: 100,
    last_name: 100,
    email: 254,
    id_number: 32,
    contact_number: 32,
    residential_address: 255,
    city_of_birth: 100,
  },
  accounts: { channel: 100 },
  cards: { card_number: 100 },
  imported_fares: { fare_type: 100, description: 1_000 },
};

/** The same of histories, which are never changed, and too long to be read for this. */
const BOUNDS_OF_HISTORY: typeof BOUNDS = {
  recharges: { transaction_id: 100 },
  recharge_transactions: { transaction_id: 100 },
  recharge_reversals: { reason: 200 },
  trips: { fare_product: 100, transfer_group_id: 100 },
};

/** What is found, or unique, by its text; beside it the key of its table. */
const SOUGHT = [
  ['stations', 'station_id', 'station_code'],
  ['routes', 'route_id', 'route_code'],
  ['locations', 'location_id', 'name'],
  ['concessionaires', 'concessionaire_id', 'name'],
  ['users', 'user_id', 'id_number'],
  ['users', 'user_id', 'email'],
] as const;

const UNIQUE_VIOLATION = '23505';

/**
 * Names and identifiers are bounded, so that no row is too large for an index, and trigrams cost what a text is long.
 *
 * Without a transaction around all of it, a lock that keeps others out is held for a moment, and not while a table is
 * read. What was interrupted begins again.
 */
export class BoundedText1780000000017 implements MigrationInterface {
  readonly transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- The same trigrams as before. substr() would count to its place in each step.
      CREATE OR REPLACE FUNCTION trigrams(text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT array(
          SELECT DISTINCT first || second || third FROM (
            SELECT letter AS first, lead(letter) OVER next AS second, lead(letter, 2) OVER next AS third
            FROM unnest(string_to_array($1, NULL)) WITH ORDINALITY AS letters (letter, place)
            WINDOW next AS (ORDER BY place)
          ) triples WHERE third IS NOT NULL)
      $$;
    `);
    for (const sought of SOUGHT) await tidyColumn(queryRunner, sought);
    for (const [table, bounds] of Object.entries(BOUNDS)) {
      await addChecks(queryRunner, table, await widened(queryRunner, table, bounds));
      for (const column of Object.keys(bounds)) {
        await queryRunner.query(`ALTER TABLE ${table} VALIDATE CONSTRAINT ${nameOf(table, column)}`);
      }
    }
    for (const [table, bounds] of Object.entries(BOUNDS_OF_HISTORY)) {
      await addChecks(queryRunner, table, bounds);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const [table, bounds] of Object.entries({ ...BOUNDS, ...BOUNDS_OF_HISTORY })) {
      const drops = Object.keys(bounds).map((column) => `DROP CONSTRAINT ${nameOf(table, column)}`);
      await queryRunner.query(`ALTER TABLE ${table} ${drops.join(', ')}`);
    }
    await queryRunner.query(`
      CREATE OR REPLACE FUNCTION trigrams(text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT array(SELECT DISTINCT substr($1, place, 3) FROM generate_series(1, length($1) - 2) place)
      $$;
    `);
  }
}

function nameOf(table: string, column: string): string {
  return `${table}_${column}_length_check`;
}

/**
 * Nothing was bounded before, so a row may be longer already. It stays as it is, and can be changed: its column is
 * bounded by the longest that is there, and what comes in from now on by what the service and its programs check.
 */
async function widened(
  queryRunner: QueryRunner,
  table: string,
  bounds: Readonly<Record<string, number>>,
): Promise<Readonly<Record<string, number>>> {
  const columns = Object.entries(bounds).map(
    ([column, most]) => `greatest(${most}, max(length(${column}))) AS ${column}`,
  );
  const rows = (await queryRunner.query(`SELECT ${columns.join(', ')} FROM ${table}`)) as Record<
    string,
    number
  >[];
  return rows[0] ?? bounds;
}

/**
 * The text of a request is tidied, so what it is compared with has to be. A row stays as it is where another one has that
 * text already. Few rows are read: most texts are ASCII with single spaces inside.
 */
async function tidyColumn(
  queryRunner: QueryRunner,
  [table, key, column]: (typeof SOUGHT)[number],
): Promise<void> {
  const rows = (await queryRunner.query(
    `SELECT ${key} AS id, ${column} AS given FROM ${table}
     WHERE octet_length(${column}) <> length(${column}) OR ${column} ~ '^ | $|  '`,
  )) as { id: string; given: string }[];
  for (const { id, given } of rows) {
    const tidied = tidy(given);
    if (tidied === given || tidied === '') continue;
    await queryRunner
      .query(`UPDATE ${table} SET ${column} = $1 WHERE ${key} = $2`, [tidied, id])
      .catch((error: unknown) => {
        if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
      });
  }
}

async function addChecks(
  queryRunner: QueryRunner,
  table: string,
  bounds: Readonly<Record<string, number>>,
): Promise<void> {
  const changes = Object.entries(bounds).flatMap(([column, most]) => {
    const name = nameOf(table, column);
    return [
      `DROP CONSTRAINT IF EXISTS ${name}`,
      `ADD CONSTRAINT ${name} CHECK (length(${column}) <= ${most}) NOT VALID`,
    ];
  });
  await queryRunner.query(`ALTER TABLE ${table} ${changes.join(', ')}`);
}
