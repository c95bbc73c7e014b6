import { MigrationInterface, QueryRunner } from 'typeorm';

/** Tariffs by date, and the trips that were charged by them. */
export class Trips1780000000004 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- Only a first day: a row holds until the next of its component, so that no overlap and no gap can be written.
      CREATE TABLE tariffs (
        component text NOT NULL CONSTRAINT tariffs_component_check CHECK (component IN ('trunk', 'zonal')),
        valid_from date NOT NULL,
        price bigint NOT NULL CONSTRAINT tariffs_price_check CHECK (price >= 0),
        CONSTRAINT tariffs_pkey PRIMARY KEY (component, valid_from)
      );
      INSERT INTO tariffs (valid_from, component, price) VALUES
        ('2019-02-02', 'trunk', 2400), ('2019-02-02', 'zonal', 2200),
        ('2020-03-02', 'trunk', 2500), ('2020-03-02', 'zonal', 2300),
        ('2022-01-11', 'trunk', 2650), ('2022-01-11', 'zonal', 2450),
        ('2023-01-10', 'trunk', 2950), ('2023-01-10', 'zonal', 2750),
        ('2024-02-12', 'trunk', 2950), ('2024-02-12', 'zonal', 2950),
        ('2025-01-18', 'trunk', 3200), ('2025-01-18', 'zonal', 3200),
        ('2026-01-14', 'trunk', 3550), ('2026-01-14', 'zonal', 3550);

      CREATE SEQUENCE trips_trip_id_seq;
      CREATE TABLE trips (
        trip_id bigint NOT NULL DEFAULT nextval('trips_trip_id_seq'),
        card_id bigint NOT NULL CONSTRAINT trips_card_id_fkey REFERENCES cards,
        route_id bigint NOT NULL CONSTRAINT trips_route_id_fkey REFERENCES routes,
        boarding_station_id bigint NOT NULL CONSTRAINT trips_boarding_station_id_fkey REFERENCES stations,
        disembarking_station_id bigint CONSTRAINT trips_disembarking_station_id_fkey REFERENCES stations,
        vehicle_id bigint CONSTRAINT trips_vehicle_id_fkey REFERENCES vehicles,
        driver_id bigint CONSTRAINT trips_driver_id_fkey REFERENCES drivers,
        boarding_time timestamptz NOT NULL,
        disembarking_time timestamptz,
        status text NOT NULL CONSTRAINT trips_status_check
          CHECK (status IN ('in_progress', 'completed', 'closed_without_exit')),
        fare_amount bigint NOT NULL CONSTRAINT trips_fare_amount_check CHECK (fare_amount >= 0),
        fare_product text NOT NULL,
        -- The card's balance as the fare left it; unknown for an imported past.
        new_balance bigint,
        is_transfer boolean NOT NULL DEFAULT false,
        transfer_group_id text,
        CONSTRAINT trips_pkey PRIMARY KEY (trip_id),
        CONSTRAINT trips_end_check CHECK (
          (status = 'completed') = (disembarking_station_id IS NOT NULL AND disembarking_time IS NOT NULL)),
        CONSTRAINT trips_times_check CHECK (disembarking_time >= boarding_time)
      ) PARTITION BY RANGE (trip_id);
      ALTER SEQUENCE trips_trip_id_seq OWNED BY trips.trip_id;
      CREATE INDEX trips_card_id_trip_id_idx ON trips (card_id, trip_id);
      SELECT create_partitions_through('trips', 10000000);

      -- A card's one open trip: a promise that a partitioned table cannot make.
      CREATE TABLE open_trips (
        card_id bigint CONSTRAINT open_trips_pkey PRIMARY KEY CONSTRAINT open_trips_card_id_fkey REFERENCES cards,
        trip_id bigint NOT NULL CONSTRAINT open_trips_trip_id_key UNIQUE,
        boarding_time timestamptz NOT NULL
      );

      -- The prices of a replaced system, kept so that its trips can be read; nothing is charged by them.
      CREATE TABLE imported_fares (
        fare_id bigint CONSTRAINT imported_fares_pkey PRIMARY KEY,
        fare_type text NOT NULL,
        value bigint NOT NULL CONSTRAINT imported_fares_value_check CHECK (value >= 0),
        start_date date,
        end_date date,
        description text
      );
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE imported_fares, open_trips, trips, tariffs;');
  }
}
