import { MigrationInterface, QueryRunner } from 'typeorm';

/** Beyond it not every whole number is one in JSON. */
const LARGEST = Number.MAX_SAFE_INTEGER;
/** Tariffs and limits, in whole units of the currency: what an operator may set over HTTP. */
const MOST_MONEY = 1_000_000_000;

const isId = (column: string): string => `${column} BETWEEN 1 AND ${LARGEST}`;
const isMoney = (column: string): string => `${column} BETWEEN -${LARGEST} AND ${LARGEST}`;
/** That none is below zero, other constraints say. */
const isAmount = (column: string): string => `${column} <= ${LARGEST}`;
const isPrice = (column: string): string => `${column} <= ${MOST_MONEY}`;
/** Neither infinity, nor a year before 1 or of five digits. */
const isDay = (column: string): string => `${column} BETWEEN date '0001-01-01' AND date '9999-12-31'`;
const isTime = (column: string): string =>
  `${column} BETWEEN timestamptz '0001-01-01 00:00:00+00' AND timestamptz '9999-12-31 23:59:59.999999+00'`;

/** By table and column. */
const BOUNDS: Readonly<Record<string, Readonly<Record<string, (column: string) => string>>>> = {
  accounts: { account_id: isId },
  alerts: { alert_id: isId, start_time: isTime, end_time: isTime },
  arrivals: { arrival_id: isId, estimated_arrival: isTime, actual_arrival: isTime, created_at: isTime },
  cards: {
    card_id: isId,
    balance: isMoney,
    credit_limit: isAmount,
    version: isAmount,
    acquisition_date: isDay,
    last_used_date: isTime,
    updated_at: isTime,
    credit_used_at: isTime,
  },
  concessionaires: { concessionaire_id: isId },
  concessions: { price: isPrice, valid_from: isDay },
  depots: { depot_id: isId },
  drivers: { driver_id: isId, hire_date: isDay, license_expiry_date: isDay },
  fare_editions: { edition: isAmount },
  fare_limits: { value: isPrice, valid_from: isDay },
  // A body that is no JSON fails in the cast already.
  idempotency_keys: { body: (column) => `${column}::json IS NOT NULL`, created_at: isTime },
  imported_fares: { fare_id: isId, value: isAmount, start_date: isDay, end_date: isDay },
  imports: { import_id: isId, imported_at: isTime },
  locations: { location_id: isId },
  open_trips: { boarding_time: isTime },
  postings: { amount: isAmount, card_balance: isMoney, card_version: isAmount, posted_at: isTime },
  recharge_points: { recharge_point_id: isId },
  recharge_reversals: { reversed_at: isTime },
  recharges: { amount: isAmount, new_balance: isMoney, recharge_timestamp: isTime },
  route_stops: { route_stop_id: isId },
  routes: { route_id: isId, changed_at: isTime },
  station_destinations: { destination_id: isId },
  stations: { station_id: isId },
  tariffs: { price: isPrice, valid_from: isDay },
  transfer_prices: { price: isPrice, valid_from: isDay },
  // `<@` takes any number of dimensions for a set.
  transfer_rules: { exclusions: (column) => `coalesce(array_ndims(${column}), 1) = 1`, valid_from: isDay },
  trips: {
    fare_amount: isAmount,
    base_price: (column) => `${column} BETWEEN 0 AND ${LARGEST}`,
    new_balance: isMoney,
    boarding_time: isTime,
    disembarking_time: isTime,
    window_ends_at: isTime,
  },
  users: { user_id: isId, date_of_birth: isDay, registration_date: isDay },
  // Neither infinity nor NaN, which PostgreSQL orders behind it.
  vehicle_positions: {
    position_id: isId,
    speed: (column) => `${column} < 'infinity'::double precision`,
    observed_at: isTime,
  },
  vehicles: { vehicle_id: isId },
};

/**
 * Times that a caller chose: in a zone west of Greenwich, the last day of the year 9999 went beyond it before there was a
 * bound. The start of an alert comes first: it is never after its end.
 */
const CHOSEN_TIMES = {
  alerts: ['start_time', 'end_time'],
  arrivals: ['estimated_arrival', 'actual_arrival'],
};
const LAST_SECOND = "timestamptz '9999-12-31 23:59:59+00'";

/**
 * When a route was changed in what its trips are held against: a trip of an earlier time may not fit it any more. A stop
 * more is no such change.
 */
const DATE_CHANGES_OF_ROUTES = `
  ALTER TABLE routes ADD COLUMN IF NOT EXISTS changed_at timestamptz;

  CREATE OR REPLACE FUNCTION date_change_of_route() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    NEW.changed_at := clock_timestamp();
    RETURN NEW;
  END $$;
  DROP TRIGGER IF EXISTS routes_date_change ON routes;
  CREATE TRIGGER routes_date_change BEFORE UPDATE ON routes FOR EACH ROW
    WHEN ((OLD.route_type, OLD.concessionaire_id) IS DISTINCT FROM (NEW.route_type, NEW.concessionaire_id))
    EXECUTE FUNCTION date_change_of_route();

  CREATE OR REPLACE FUNCTION date_change_of_stops() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    UPDATE routes SET changed_at = clock_timestamp() WHERE route_id IN (SELECT route_id FROM old_stops);
    RETURN NULL;
  END $$;
  DROP TRIGGER IF EXISTS route_stops_date_update ON route_stops;
  CREATE TRIGGER route_stops_date_update AFTER UPDATE ON route_stops REFERENCING OLD TABLE AS old_stops
    FOR EACH STATEMENT EXECUTE FUNCTION date_change_of_stops();
  DROP TRIGGER IF EXISTS route_stops_date_delete ON route_stops;
  CREATE TRIGGER route_stops_date_delete AFTER DELETE ON route_stops REFERENCING OLD TABLE AS old_stops
    FOR EACH STATEMENT EXECUTE FUNCTION date_change_of_stops();

  CREATE OR REPLACE FUNCTION date_change_of_all_stops() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    UPDATE routes SET changed_at = clock_timestamp();
    RETURN NULL;
  END $$;
  DROP TRIGGER IF EXISTS route_stops_date_truncate ON route_stops;
  CREATE TRIGGER route_stops_date_truncate AFTER TRUNCATE ON route_stops
    EXECUTE FUNCTION date_change_of_all_stops();`;

/**
 * What an answer could not show, or only with other digits, is refused where it would be written, by whomever; and the
 * books can tell which trips have to fit their route.
 *
 * Without a transaction around it: that a constraint holds from now on is said in an instant, and that it holds for what
 * is there is found out afterwards, table by table, while everybody reads and writes. It may begin anew where it was
 * interrupted.
 */
export class Proofs1780000000018 implements MigrationInterface {
  readonly transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DATE_CHANGES_OF_ROUTES);
    for (const [table, columns] of Object.entries(CHOSEN_TIMES)) {
      for (const column of columns) {
        await queryRunner.query(
          `UPDATE ${table} SET ${column} = ${LAST_SECOND} WHERE ${column} > ${LAST_SECOND}`,
        );
      }
    }
    for (const [table, columns] of Object.entries(BOUNDS)) {
      const changes = Object.entries(columns).flatMap(([column, bound]) => [
        `DROP CONSTRAINT IF EXISTS ${nameOf(table, column)}`,
        `ADD CONSTRAINT ${nameOf(table, column)} CHECK (${bound(column)}) NOT VALID`,
      ]);
      await queryRunner.query(`ALTER TABLE ${table} ${changes.join(', ')}`);
    }
    for (const [table, columns] of Object.entries(BOUNDS)) {
      const changes = Object.keys(columns).map((column) => `VALIDATE CONSTRAINT ${nameOf(table, column)}`);
      await queryRunner.query(`ALTER TABLE ${table} ${changes.join(', ')}`);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const [table, columns] of Object.entries(BOUNDS)) {
      const changes = Object.keys(columns).map((column) => `DROP CONSTRAINT ${nameOf(table, column)}`);
      await queryRunner.query(`ALTER TABLE ${table} ${changes.join(', ')}`);
    }
    await queryRunner.query(`
      DROP TRIGGER route_stops_date_truncate ON route_stops;
      DROP TRIGGER route_stops_date_delete ON route_stops;
      DROP TRIGGER route_stops_date_update ON route_stops;
      DROP TRIGGER routes_date_change ON routes;
      DROP FUNCTION date_change_of_all_stops();
      DROP FUNCTION date_change_of_stops();
      DROP FUNCTION date_change_of_route();
      ALTER TABLE routes DROP COLUMN changed_at;
    `);
  }
}

function nameOf(table: string, column: string): string {
  return `${table}_${column}_bounds_check`;
}
