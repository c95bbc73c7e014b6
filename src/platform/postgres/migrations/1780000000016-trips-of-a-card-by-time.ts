import { MigrationInterface, QueryRunner } from 'typeorm';

/** What a card's next fare depends on is told by a moment, not by a number of trips. */
export class TripsOfACardByTime1780000000016 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE INDEX trips_card_id_boarding_time_trip_id_idx ON trips (card_id, boarding_time, trip_id);
      DROP INDEX trips_card_id_trip_id_idx;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE INDEX trips_card_id_trip_id_idx ON trips (card_id, trip_id);
      DROP INDEX trips_card_id_boarding_time_trip_id_idx;
    `);
  }
}
