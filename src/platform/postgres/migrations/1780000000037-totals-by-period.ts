import { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Totals by minute, hour and service day. All tables begin empty: the roll-up adds the history in transactions of a bounded
 * size, and a reader is told to wait while much of it is missing.
 */
export class TotalsByPeriod1780000000037 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- The days are those of this time zone; null until the first roll-up. Minutes are kept from this moment on.
      CREATE TABLE totals_calendar (
        is_only boolean NOT NULL DEFAULT true CONSTRAINT totals_calendar_pkey PRIMARY KEY
          CONSTRAINT totals_calendar_is_only_check CHECK (is_only),
        time_zone text CONSTRAINT totals_calendar_time_zone_check CHECK (length(time_zone) <= 100),
        minutes_from timestamptz NOT NULL DEFAULT '9999-01-01 00:00:00+00'
          CONSTRAINT totals_calendar_minutes_from_check
          CHECK (minutes_from BETWEEN timestamptz '0001-01-01 00:00:00+00' AND timestamptz '9999-12-31 23:59:59.999999+00')
      );
      INSERT INTO totals_calendar DEFAULT VALUES;

      -- When each day of the totals began, and between which ids its trips are.
      CREATE TABLE service_days (
        day date CONSTRAINT service_days_pkey PRIMARY KEY,
        starts_at timestamptz NOT NULL CONSTRAINT service_days_starts_at_check
          CHECK (starts_at BETWEEN timestamptz '0001-01-01 00:00:00+00' AND timestamptz '9999-12-31 23:59:59.999999+00'),
        first_trip_id bigint,
        last_trip_id bigint,
        CONSTRAINT service_days_trips_check CHECK (num_nulls(first_trip_id, last_trip_id) IN (0, 2))
      );

      CREATE TABLE boarding_minutes (
        minute timestamptz NOT NULL CONSTRAINT boarding_minutes_minute_check
          CHECK (minute BETWEEN timestamptz '0001-01-01 00:00:00+00' AND timestamptz '9999-12-31 23:59:59.999999+00'),
        boarding_station_id bigint NOT NULL CONSTRAINT boarding_minutes_boarding_station_id_fkey REFERENCES stations,
        boardings bigint NOT NULL,
        revenue bigint NOT NULL,
        CONSTRAINT boarding_minutes_pkey PRIMARY KEY (minute, boarding_station_id)
      );
      CREATE INDEX boarding_minutes_boarding_station_id_idx ON boarding_minutes (boarding_station_id, minute);
      CREATE TABLE boarding_hours (
        hour timestamptz NOT NULL CONSTRAINT boarding_hours_hour_check
          CHECK (hour BETWEEN timestamptz '0001-01-01 00:00:00+00' AND timestamptz '9999-12-31 23:59:59.999999+00'),
        location_id bigint CONSTRAINT boarding_hours_location_id_fkey REFERENCES locations,
        boardings bigint NOT NULL,
        revenue bigint NOT NULL
      );
      -- Stations without a locality have totals too, so there is no primary key.
      CREATE UNIQUE INDEX boarding_hours_key ON boarding_hours (hour, coalesce(location_id, 0));
      CREATE INDEX boarding_hours_location_id_idx ON boarding_hours (location_id);
      CREATE TABLE boarding_days (
        day date NOT NULL,
        location_id bigint CONSTRAINT boarding_days_location_id_fkey REFERENCES locations,
        boardings bigint NOT NULL,
        revenue bigint NOT NULL
      );
      CREATE UNIQUE INDEX boarding_days_key ON boarding_days (day, coalesce(location_id, 0));
      CREATE INDEX boarding_days_location_id_idx ON boarding_days (location_id);

      -- Postings by the account on the other side of the card: of a channel, or of a concessionaire.
      CREATE TABLE posting_minutes (
        minute timestamptz NOT NULL CONSTRAINT posting_minutes_minute_check
          CHECK (minute BETWEEN timestamptz '0001-01-01 00:00:00+00' AND timestamptz '9999-12-31 23:59:59.999999+00'),
        kind text NOT NULL,
        postings bigint NOT NULL,
        amount bigint NOT NULL,
        CONSTRAINT posting_minutes_pkey PRIMARY KEY (minute, kind)
      );
      CREATE TABLE posting_hours (
        hour timestamptz NOT NULL CONSTRAINT posting_hours_hour_check
          CHECK (hour BETWEEN timestamptz '0001-01-01 00:00:00+00' AND timestamptz '9999-12-31 23:59:59.999999+00'),
        kind text NOT NULL,
        account_id bigint NOT NULL CONSTRAINT posting_hours_account_id_fkey REFERENCES accounts,
        postings bigint NOT NULL,
        amount bigint NOT NULL,
        CONSTRAINT posting_hours_pkey PRIMARY KEY (hour, kind, account_id)
      );
      CREATE INDEX posting_hours_account_id_idx ON posting_hours (account_id);
      CREATE TABLE posting_days (
        day date NOT NULL,
        kind text NOT NULL,
        account_id bigint NOT NULL CONSTRAINT posting_days_account_id_fkey REFERENCES accounts,
        postings bigint NOT NULL,
        amount bigint NOT NULL,
        CONSTRAINT posting_days_pkey PRIMARY KEY (day, kind, account_id)
      );
      CREATE INDEX posting_days_account_id_idx ON posting_days (account_id);
      CREATE TABLE recharge_point_days (
        day date NOT NULL,
        kind text NOT NULL,
        recharge_point_id bigint CONSTRAINT recharge_point_days_recharge_point_id_fkey REFERENCES recharge_points,
        postings bigint NOT NULL,
        amount bigint NOT NULL
      );
      -- Recharges of the default channel name no point.
      CREATE UNIQUE INDEX recharge_point_days_key ON recharge_point_days (day, kind, coalesce(recharge_point_id, 0));
      CREATE INDEX recharge_point_days_recharge_point_id_idx ON recharge_point_days (recharge_point_id, day);

      -- Boardings and recharges that were refused: nothing else is kept of them.
      CREATE TABLE refusal_minutes (
        minute timestamptz NOT NULL CONSTRAINT refusal_minutes_minute_check
          CHECK (minute BETWEEN timestamptz '0001-01-01 00:00:00+00' AND timestamptz '9999-12-31 23:59:59.999999+00'),
        operation text NOT NULL CONSTRAINT refusal_minutes_operation_check CHECK (length(operation) <= 200),
        code text NOT NULL CONSTRAINT refusal_minutes_code_check CHECK (length(code) <= 100),
        refusals bigint NOT NULL,
        CONSTRAINT refusal_minutes_pkey PRIMARY KEY (minute, operation, code)
      );

      ALTER TABLE totals_watermarks DROP CONSTRAINT totals_watermarks_source_check;
      ALTER TABLE totals_watermarks ADD CONSTRAINT totals_watermarks_source_check
        CHECK (source IN ('trips', 'postings', 'open_trip_changes', 'trip_periods', 'posting_periods'));
      INSERT INTO totals_watermarks (source, watermark) VALUES ('trip_periods', 0), ('posting_periods', 0);

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
          SELECT boarding_station_id, 1 AS trips, 0 AS open_trips, fare_amount AS revenue FROM trips
          WHERE trip_id <= (SELECT watermark FROM totals_watermarks WHERE source = 'trips')
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
                 days[width_bucket(boarding_time, starts)] AS day, count(*) AS boardings, sum(fare_amount) AS revenue
          FROM trips JOIN moved ON station_id = boarding_station_id CROSS JOIN days
          WHERE trip_id <= (SELECT watermark FROM totals_watermarks WHERE source = 'trip_periods')
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
      END $$;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE OR REPLACE FUNCTION move_totals_of_stations() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
      BEGIN
        IF NOT EXISTS (SELECT FROM old_stations before JOIN new_stations after USING (station_id)
                       WHERE before.location_id IS DISTINCT FROM after.location_id) THEN
          RETURN NULL;
        END IF;
        PERFORM FROM totals_watermarks WHERE source IN ('trips', 'open_trip_changes') ORDER BY source FOR UPDATE;
        WITH moved AS (
          SELECT station_id, before.location_id AS old_location_id, after.location_id AS new_location_id
          FROM old_stations before JOIN new_stations after USING (station_id)
          WHERE before.location_id IS DISTINCT FROM after.location_id),
        counted AS (
          SELECT boarding_station_id, 1 AS trips, 0 AS open_trips, fare_amount AS revenue FROM trips
          WHERE trip_id <= (SELECT watermark FROM totals_watermarks WHERE source = 'trips')
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
        RETURN NULL;
      END $$;

      DELETE FROM totals_watermarks WHERE source IN ('trip_periods', 'posting_periods');
      ALTER TABLE totals_watermarks DROP CONSTRAINT totals_watermarks_source_check;
      ALTER TABLE totals_watermarks ADD CONSTRAINT totals_watermarks_source_check
        CHECK (source IN ('trips', 'postings', 'open_trip_changes'));
      DROP TABLE refusal_minutes, recharge_point_days, posting_days, posting_hours, posting_minutes, boarding_days,
        boarding_hours, boarding_minutes, service_days, totals_calendar;
    `);
  }
}
