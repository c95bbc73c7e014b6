import { MigrationInterface, QueryRunner } from 'typeorm';

/** Where open trips began, so that they are counted by locality without reading them among all trips. */
export class StationsOfOpenTrips1780000000012 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE open_trips ADD COLUMN boarding_station_id bigint
        CONSTRAINT open_trips_boarding_station_id_fkey REFERENCES stations;
      UPDATE open_trips open SET boarding_station_id = trip.boarding_station_id
      FROM trips trip WHERE trip.trip_id = open.trip_id;
      ALTER TABLE open_trips ALTER COLUMN boarding_station_id SET NOT NULL;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE open_trips DROP COLUMN boarding_station_id;');
  }
}
