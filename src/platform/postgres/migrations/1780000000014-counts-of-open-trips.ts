import { MigrationInterface, QueryRunner } from 'typeorm';

/** How many trips are open at each station, without counting them: a journal of what opened and ended, and its sums. */
export class CountsOfOpenTrips1780000000014 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE open_trip_counts (
        boarding_station_id bigint CONSTRAINT open_trip_counts_pkey PRIMARY KEY
          CONSTRAINT open_trip_counts_boarding_station_id_fkey REFERENCES stations,
        trips bigint NOT NULL
      );

      -- What is not in the counts yet. Its rows are taken out by whoever adds them there, so it needs no key.
      CREATE TABLE open_trip_changes (
        boarding_station_id bigint NOT NULL,
        change smallint NOT NULL CONSTRAINT open_trip_changes_change_check CHECK (change IN (-1, 1))
      );
      CREATE FUNCTION note_open_trip_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP <> 'INSERT' THEN
          INSERT INTO open_trip_changes (boarding_station_id, change) VALUES (OLD.boarding_station_id, -1);
        END IF;
        IF TG_OP <> 'DELETE' THEN
          INSERT INTO open_trip_changes (boarding_station_id, change) VALUES (NEW.boarding_station_id, 1);
        END IF;
        RETURN NULL;
      END $$;

      LOCK TABLE open_trips IN SHARE ROW EXCLUSIVE MODE;
      INSERT INTO open_trip_counts (boarding_station_id, trips)
      SELECT boarding_station_id, count(*) FROM open_trips GROUP BY boarding_station_id;
      CREATE TRIGGER open_trips_note_change AFTER INSERT OR DELETE OR UPDATE OF boarding_station_id ON open_trips
        FOR EACH ROW EXECUTE FUNCTION note_open_trip_change();
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TRIGGER open_trips_note_change ON open_trips;
      DROP FUNCTION note_open_trip_change();
      DROP TABLE open_trip_changes, open_trip_counts;
    `);
  }
}
