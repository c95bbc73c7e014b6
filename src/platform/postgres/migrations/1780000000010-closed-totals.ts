import { MigrationInterface, QueryRunner } from 'typeorm';

/** Sums of what is over, so that totals need not read the whole history. */
export class ClosedTotals1780000000010 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- Rows with an id up to through_id are in the sums; those up to next_id will be once every transaction before
      -- announced_by has ended, since until then one of them may still commit a row among them.
      CREATE TABLE closed_totals (
        source text CONSTRAINT closed_totals_pkey PRIMARY KEY
          CONSTRAINT closed_totals_source_check CHECK (source IN ('trips', 'postings')),
        through_id bigint NOT NULL,
        next_id bigint CONSTRAINT closed_totals_next_id_check CHECK (next_id > through_id),
        announced_by xid8,
        CONSTRAINT closed_totals_next_check CHECK (num_nulls(next_id, announced_by) IN (0, 2))
      );
      INSERT INTO closed_totals (source, through_id) VALUES ('trips', 0), ('postings', 0);

      CREATE TABLE closed_trips (
        boarding_station_id bigint CONSTRAINT closed_trips_pkey PRIMARY KEY
          CONSTRAINT closed_trips_boarding_station_id_fkey REFERENCES stations,
        trips bigint NOT NULL,
        revenue bigint NOT NULL
      );

      CREATE TABLE closed_postings (
        kind text CONSTRAINT closed_postings_pkey PRIMARY KEY,
        amount bigint NOT NULL
      );
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE closed_postings, closed_trips, closed_totals;');
  }
}
