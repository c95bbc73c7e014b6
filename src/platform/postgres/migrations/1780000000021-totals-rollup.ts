import { MigrationInterface, QueryRunner } from 'typeorm';

/** Names the running totals by the field's words: totals up to a watermark. Only names change, no row. */
export class TotalsRollup1780000000021 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE closed_totals RENAME TO totals_watermarks;
      ALTER TABLE totals_watermarks RENAME COLUMN through_id TO watermark;
      ALTER TABLE totals_watermarks RENAME COLUMN next_id TO next_watermark;
      ALTER TABLE totals_watermarks RENAME CONSTRAINT closed_totals_pkey TO totals_watermarks_pkey;
      ALTER TABLE totals_watermarks RENAME CONSTRAINT closed_totals_source_check TO totals_watermarks_source_check;
      ALTER TABLE totals_watermarks RENAME CONSTRAINT closed_totals_next_id_check TO totals_watermarks_next_watermark_check;
      ALTER TABLE totals_watermarks RENAME CONSTRAINT closed_totals_next_check TO totals_watermarks_next_check;

      ALTER TABLE closed_trips RENAME TO trip_totals;
      ALTER TABLE trip_totals RENAME CONSTRAINT closed_trips_pkey TO trip_totals_pkey;
      ALTER TABLE trip_totals
        RENAME CONSTRAINT closed_trips_boarding_station_id_fkey TO trip_totals_boarding_station_id_fkey;

      ALTER TABLE closed_postings RENAME TO posting_totals;
      ALTER TABLE posting_totals RENAME CONSTRAINT closed_postings_pkey TO posting_totals_pkey;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE posting_totals RENAME CONSTRAINT posting_totals_pkey TO closed_postings_pkey;
      ALTER TABLE posting_totals RENAME TO closed_postings;

      ALTER TABLE trip_totals
        RENAME CONSTRAINT trip_totals_boarding_station_id_fkey TO closed_trips_boarding_station_id_fkey;
      ALTER TABLE trip_totals RENAME CONSTRAINT trip_totals_pkey TO closed_trips_pkey;
      ALTER TABLE trip_totals RENAME TO closed_trips;

      ALTER TABLE totals_watermarks RENAME CONSTRAINT totals_watermarks_next_check TO closed_totals_next_check;
      ALTER TABLE totals_watermarks RENAME CONSTRAINT totals_watermarks_next_watermark_check TO closed_totals_next_id_check;
      ALTER TABLE totals_watermarks RENAME CONSTRAINT totals_watermarks_source_check TO closed_totals_source_check;
      ALTER TABLE totals_watermarks RENAME CONSTRAINT totals_watermarks_pkey TO closed_totals_pkey;
      ALTER TABLE totals_watermarks RENAME COLUMN next_watermark TO next_id;
      ALTER TABLE totals_watermarks RENAME COLUMN watermark TO through_id;
      ALTER TABLE totals_watermarks RENAME TO closed_totals;
    `);
  }
}
