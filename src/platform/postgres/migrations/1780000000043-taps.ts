import { MigrationInterface, QueryRunner } from 'typeorm';

/** The decision about a fare, as a trip has it too. */
const FARE_COLUMNS = `
        fare_amount bigint NOT NULL CONSTRAINT fare_adjustments_fare_amount_check CHECK (fare_amount >= 0),
        fare_product text NOT NULL CONSTRAINT fare_adjustments_fare_product_check CHECK (fare_product IN ('trunk', 'zonal')),
        base_price bigint NOT NULL,
        fare_reason text NOT NULL CONSTRAINT fare_adjustments_fare_reason_check CHECK (length(fare_reason) <= 100),
        is_transfer boolean NOT NULL,
        concession text CONSTRAINT fare_adjustments_concession_check CHECK (concession IN ('applied', 'quota_used')),
        on_credit boolean NOT NULL,
        capped boolean NOT NULL,
        passback boolean NOT NULL,
        anchor_trip_id bigint NOT NULL,
        transfers_used smallint NOT NULL,
        transfers_left smallint,
        window_ends_at timestamptz`;

const KINDS = `('fare', 'recharge', 'reversal', 'payout')`;
const KINDS_WITH_ADJUSTMENTS = `('fare', 'recharge', 'reversal', 'payout', 'fare_adjustment')`;

/** Totals by period have adjustments of fares, too. */
const setPeriodKinds = (kinds: string): string =>
  ['posting_minutes', 'posting_hours', 'posting_days']
    .map(
      (table) => `
      ALTER TABLE ${table} DROP CONSTRAINT ${table}_kind_check;
      ALTER TABLE ${table} ADD CONSTRAINT ${table}_kind_check CHECK (kind IN ${kinds});`,
    )
    .join('');

/** What fares earned at a station, by trips before, and by `boarding_revenue` from now on. */
const moveTotalsOfStations = (
  trips: string,
  counted: string,
  boardings: string,
  revenue: string,
  id: string,
): string => `
      CREATE OR REPLACE FUNCTION move_totals_of_stations() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
      BEGIN
        IF NOT EXISTS (SELECT FROM old_stations before JOIN new_stations after USING (station_id)
                       WHERE before.location_id IS DISTINCT FROM after.location_id) THEN
          RETURN NULL;
        END IF;
        PERFORM FROM totals_watermarks WHERE source IN ('trips', 'open_trip_changes', 'trip_periods') ORDER BY source FOR UPDATE;
        WITH moved AS (
          SELECT station_id, before.location_id AS old_location_id, after.location_id AS new_location_id
          FROM old_stations before JOIN new_stations after USING (station_id)
          WHERE before.location_id IS DISTINCT FROM after.location_id),
        counted AS (
          SELECT boarding_station_id, ${counted} AS trips, 0 AS open_trips, ${revenue} AS revenue FROM ${trips}
          WHERE ${id} <= (SELECT watermark FROM totals_watermarks WHERE source = 'trips')
          UNION ALL SELECT boarding_station_id, 0, 1, 0 FROM open_trips
          UNION ALL SELECT boarding_station_id, 0, -change, 0 FROM open_trip_changes
          WHERE change_id > (SELECT watermark FROM totals_watermarks WHERE source = 'open_trip_changes')),
        sums AS (
          SELECT old_location_id, new_location_id, sum(trips) AS trips, sum(open_trips) AS open_trips, sum(revenue) AS revenue
          FROM counted JOIN moved ON station_id = boarding_station_id GROUP BY old_location_id, new_location_id),
        moves AS (
          SELECT old_location_id AS location_id, -trips AS trips, -open_trips AS open_trips, -revenue AS revenue FROM sums
          UNION ALL SELECT new_location_id, trips, open_trips, revenue FROM sums)
        INSERT INTO trip_totals AS totals (location_id, trips, open_trips, revenue)
        SELECT location_id, sum(trips), sum(open_trips), sum(revenue) FROM moves GROUP BY location_id ORDER BY location_id
        ON CONFLICT ((coalesce(location_id, 0))) DO UPDATE
        SET trips = totals.trips + excluded.trips, open_trips = totals.open_trips + excluded.open_trips,
            revenue = totals.revenue + excluded.revenue;
        DELETE FROM trip_totals WHERE trips = 0 AND open_trips = 0;
        WITH moved AS (
          SELECT station_id, before.location_id AS old_location_id, after.location_id AS new_location_id
          FROM old_stations before JOIN new_stations after USING (station_id)
          WHERE before.location_id IS DISTINCT FROM after.location_id),
        days AS (
          SELECT array_agg(starts_at ORDER BY starts_at, day) AS starts, array_agg(day ORDER BY starts_at, day) AS days
          FROM service_days),
        sums AS (
          SELECT old_location_id, new_location_id, date_trunc('hour', boarding_time, 'UTC') AS hour,
                 days[width_bucket(boarding_time, starts)] AS day, ${boardings} AS boardings, sum(${revenue}) AS revenue
          FROM ${trips} JOIN moved ON station_id = boarding_station_id CROSS JOIN days
          WHERE ${id} <= (SELECT watermark FROM totals_watermarks WHERE source = 'trip_periods')
          GROUP BY 1, 2, 3, 4),
        moves AS (
          SELECT old_location_id AS location_id, hour, day, -boardings AS boardings, -revenue AS revenue FROM sums
          UNION ALL SELECT new_location_id, hour, day, boardings, revenue FROM sums),
        hours AS (
          INSERT INTO boarding_hours AS totals (hour, location_id, boardings, revenue)
          SELECT hour, location_id, sum(boardings), sum(revenue) FROM moves GROUP BY 1, 2
          ON CONFLICT (hour, (coalesce(location_id, 0))) DO UPDATE
          SET boardings = totals.boardings + excluded.boardings, revenue = totals.revenue + excluded.revenue)
        INSERT INTO boarding_days AS totals (day, location_id, boardings, revenue)
        SELECT day, location_id, sum(boardings), sum(revenue) FROM moves GROUP BY 1, 2
        ON CONFLICT (day, (coalesce(location_id, 0))) DO UPDATE
        SET boardings = totals.boardings + excluded.boardings, revenue = totals.revenue + excluded.revenue;
        DELETE FROM boarding_hours WHERE boardings = 0;
        DELETE FROM boarding_days WHERE boardings = 0;
        RETURN NULL;
      END $$;`;

/** What explains a fare; for a tap, too, which becomes debt and never uses credit. */
const setExplainedCheck = (onCredit: string): string => `
      ALTER TABLE trips DROP CONSTRAINT trips_explained_check;
      ALTER TABLE trips ADD CONSTRAINT trips_explained_check CHECK (
        CASE WHEN fare_reason IS NULL THEN num_nonnulls(base_price, concession, anchor_trip_id, transfers_used) = 0
             ELSE num_nulls(base_price, anchor_trip_id, transfers_used) = 0
                  AND is_transfer = (fare_reason = 'transfer')
                  AND is_transfer = (anchor_trip_id <> trip_id)
                  AND on_credit = (${onCredit}) END);`;

/** Validators that decide by themselves, what they report later, and what a late report changes of a fare. */
export class Taps1780000000043 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE validators (
        validator_id bigint GENERATED BY DEFAULT AS IDENTITY CONSTRAINT validators_pkey PRIMARY KEY,
        number text NOT NULL CONSTRAINT validators_number_key UNIQUE
          CONSTRAINT validators_number_check CHECK (length(number) <= 50),
        concessionaire_id bigint CONSTRAINT validators_concessionaire_id_fkey REFERENCES concessionaires,
        -- Its place, which never changes: a gate of a station, or a vehicle.
        station_id bigint CONSTRAINT validators_station_id_fkey REFERENCES stations,
        vehicle_id bigint CONSTRAINT validators_vehicle_id_fkey REFERENCES vehicles,
        -- The route of its taps that name none.
        route_id bigint CONSTRAINT validators_route_id_fkey REFERENCES routes,
        status text NOT NULL DEFAULT 'active' CONSTRAINT validators_status_check CHECK (status IN ('active', 'inactive')),
        hotlist_version bigint,
        clock_offset_ms bigint,
        last_heard_at timestamptz,
        -- Of the sequence numbers of its taps: all up to this one were received, and the largest of all.
        received_through bigint NOT NULL DEFAULT 0,
        highest_sequence bigint NOT NULL DEFAULT 0,
        CONSTRAINT validators_place_check CHECK (num_nonnulls(station_id, vehicle_id) = 1),
        CONSTRAINT validators_sequences_check CHECK (received_through >= 0 AND highest_sequence >= received_through)
      ) WITH (fillfactor = 70);
      CREATE INDEX validators_concessionaire_id_idx ON validators (concessionaire_id);
      CREATE INDEX validators_station_id_idx ON validators (station_id);
      CREATE INDEX validators_vehicle_id_idx ON validators (vehicle_id);
      CREATE INDEX validators_route_id_idx ON validators (route_id);

      ALTER TABLE access_keys ADD COLUMN validator_id bigint CONSTRAINT access_keys_validator_id_fkey REFERENCES validators;
      CREATE INDEX access_keys_validator_id_idx ON access_keys (validator_id) WHERE validator_id IS NOT NULL;
      ALTER TABLE access_keys DROP CONSTRAINT access_keys_binding_check;
      ALTER TABLE access_keys ADD CONSTRAINT access_keys_binding_check CHECK (CASE role
        WHEN 'rider' THEN user_id IS NOT NULL AND num_nonnulls(recharge_point_id, vehicle_id, station_id, validator_id) = 0
        WHEN 'recharge_point'
          THEN recharge_point_id IS NOT NULL AND num_nonnulls(user_id, vehicle_id, station_id, validator_id) = 0
        WHEN 'validator'
          THEN num_nonnulls(vehicle_id, station_id, validator_id) = 1 AND num_nonnulls(user_id, recharge_point_id) = 0
        ELSE num_nonnulls(user_id, recharge_point_id, vehicle_id, station_id, validator_id) = 0 END);

      -- What was received under each sequence number of a device, once. It is the memory of what is a repetition.
      CREATE TABLE taps (
        validator_id bigint NOT NULL CONSTRAINT taps_validator_id_fkey REFERENCES validators,
        sequence bigint NOT NULL CONSTRAINT taps_sequence_check CHECK (sequence > 0),
        kind text NOT NULL CONSTRAINT taps_kind_check CHECK (kind IN ('entry', 'exit')),
        decision text NOT NULL CONSTRAINT taps_decision_check CHECK (decision IN ('accepted', 'refused')),
        card_number text NOT NULL CONSTRAINT taps_card_number_check CHECK (length(card_number) <= 40),
        route_id bigint,
        station_id bigint,
        -- By the clock of the device, and by that of the service; null where the device sent no moment.
        tapped_at timestamptz,
        corrected_at timestamptz,
        received_at timestamptz NOT NULL,
        hotlist_version bigint,
        outcome text NOT NULL CONSTRAINT taps_outcome_check CHECK (outcome IN ('rated', 'refused', 'suspense')),
        card_id bigint,
        -- Of an entry the trip that it began, of an exit the one that it ended.
        trip_id bigint,
        CONSTRAINT taps_pkey PRIMARY KEY (validator_id, sequence),
        CONSTRAINT taps_card_check CHECK (outcome <> 'rated' OR card_id IS NOT NULL)
      ) WITH (fillfactor = 95);
      -- Exits that have ended no trip yet.
      CREATE INDEX taps_lonely_exits_idx ON taps (card_id, corrected_at)
        WHERE kind = 'exit' AND outcome = 'rated' AND trip_id IS NULL;

      -- What a person has to decide: everything about the tap, since a reused sequence number has another one in taps.
      CREATE TABLE suspended_taps (
        suspense_id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT suspended_taps_pkey PRIMARY KEY,
        validator_id bigint NOT NULL CONSTRAINT suspended_taps_validator_id_fkey REFERENCES validators,
        sequence bigint NOT NULL CONSTRAINT suspended_taps_sequence_check CHECK (sequence > 0),
        reason text NOT NULL CONSTRAINT suspended_taps_reason_check CHECK (length(reason) <= 40),
        kind text NOT NULL CONSTRAINT suspended_taps_kind_check CHECK (kind IN ('entry', 'exit')),
        decision text NOT NULL CONSTRAINT suspended_taps_decision_check CHECK (decision IN ('accepted', 'refused')),
        card_number text NOT NULL CONSTRAINT suspended_taps_card_number_check CHECK (length(card_number) <= 40),
        route_id bigint,
        station_id bigint,
        -- As the device sent it.
        tapped_at text NOT NULL CONSTRAINT suspended_taps_tapped_at_check CHECK (length(tapped_at) <= 40),
        corrected_at timestamptz,
        received_at timestamptz NOT NULL,
        hotlist_version bigint,
        resolution text CONSTRAINT suspended_taps_resolution_check CHECK (resolution IN ('charged', 'dismissed')),
        resolved_at timestamptz,
        resolution_reason text CONSTRAINT suspended_taps_resolution_reason_check CHECK (length(resolution_reason) <= 500),
        trip_id bigint,
        CONSTRAINT suspended_taps_resolved_check CHECK (
          num_nulls(resolution, resolved_at, resolution_reason) IN (0, 3) AND (trip_id IS NULL OR resolution = 'charged'))
      );
      -- The same tap is suspended once, however often it is sent.
      CREATE UNIQUE INDEX suspended_taps_content_key ON suspended_taps
        (validator_id, sequence, kind, decision, card_number, tapped_at, coalesce(route_id, 0), coalesce(station_id, 0));
      CREATE INDEX suspended_taps_open_idx ON suspended_taps (suspense_id) WHERE resolution IS NULL;

      -- Null: it was boarded at a gate that asked the service.
      ALTER TABLE trips ADD COLUMN validator_id bigint, ADD COLUMN tap_sequence bigint;
      ${setExplainedCheck('new_balance < 0 AND validator_id IS NULL')}
      ALTER TABLE open_trips ADD COLUMN is_of_tap boolean NOT NULL DEFAULT false;

      -- What a trip costs since a tap was heard of late, and by how much more than before. The ids are drawn from those of trips,
      -- so the totals of trips have both up to one watermark.
      CREATE TABLE fare_adjustments (
        adjustment_id bigint DEFAULT nextval('trips_trip_id_seq') CONSTRAINT fare_adjustments_pkey PRIMARY KEY,
        trip_id bigint NOT NULL,
        card_id bigint NOT NULL CONSTRAINT fare_adjustments_card_id_fkey REFERENCES cards,
        boarding_station_id bigint NOT NULL CONSTRAINT fare_adjustments_boarding_station_id_fkey REFERENCES stations,
        boarding_time timestamptz NOT NULL,
        -- Whole units; below zero is in favour of the rider.
        amount bigint NOT NULL,
        caused_by_trip_id bigint NOT NULL,
        -- The day of the boarding. It is posted on the day on which it is known.
        service_day date NOT NULL,
        adjusted_at timestamptz NOT NULL,${FARE_COLUMNS}
      );
      CREATE INDEX fare_adjustments_trip_id_adjustment_id_idx ON fare_adjustments (trip_id, adjustment_id);
      CREATE INDEX fare_adjustments_card_id_idx ON fare_adjustments (card_id);

      CREATE VIEW boarding_revenue AS
        SELECT trip_id AS id, boarding_station_id, boarding_time, 1 AS boardings, fare_amount AS revenue FROM trips
        UNION ALL
        SELECT adjustment_id, boarding_station_id, boarding_time, 0, amount FROM fare_adjustments;
      ${setPeriodKinds(KINDS_WITH_ADJUSTMENTS)}
      ${moveTotalsOfStations('boarding_revenue', 'boardings', 'sum(boardings)', 'revenue', 'id')}
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ${moveTotalsOfStations('trips', '1', 'count(*)', 'fare_amount', 'trip_id')}
      DELETE FROM posting_minutes WHERE kind = 'fare_adjustment';
      DELETE FROM posting_hours WHERE kind = 'fare_adjustment';
      DELETE FROM posting_days WHERE kind = 'fare_adjustment';
      ${setPeriodKinds(KINDS)}
      DROP VIEW boarding_revenue;
      DROP TABLE fare_adjustments;
      ALTER TABLE open_trips DROP COLUMN is_of_tap;
      ${setExplainedCheck('new_balance < 0')}
      ALTER TABLE trips DROP COLUMN validator_id, DROP COLUMN tap_sequence;
      DROP TABLE suspended_taps, taps;
      UPDATE access_keys SET successor = NULL WHERE validator_id IS NOT NULL;
      DELETE FROM access_keys WHERE validator_id IS NOT NULL;
      ALTER TABLE access_keys DROP CONSTRAINT access_keys_binding_check;
      ALTER TABLE access_keys DROP COLUMN validator_id;
      ALTER TABLE access_keys ADD CONSTRAINT access_keys_binding_check CHECK (CASE role
          WHEN 'rider' THEN user_id IS NOT NULL AND num_nonnulls(recharge_point_id, vehicle_id, station_id) = 0
          WHEN 'recharge_point'
            THEN recharge_point_id IS NOT NULL AND num_nonnulls(user_id, vehicle_id, station_id) = 0
          WHEN 'validator'
            THEN num_nonnulls(vehicle_id, station_id) = 1 AND num_nonnulls(user_id, recharge_point_id) = 0
          ELSE num_nonnulls(user_id, recharge_point_id, vehicle_id, station_id) = 0 END);
      DROP TABLE validators;
    `);
  }
}
