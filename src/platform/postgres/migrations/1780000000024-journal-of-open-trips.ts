import { MigrationInterface, QueryRunner } from 'typeorm';

/** The statements that open and end trips write the journal of open trips themselves: a trigger did so before. */
export class JournalOfOpenTrips1780000000024 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TRIGGER open_trips_note_change ON open_trips;
      DROP FUNCTION note_open_trip_change();
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE FUNCTION note_open_trip_change() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
      BEGIN
        IF TG_OP <> 'INSERT' THEN
          INSERT INTO open_trip_changes (boarding_station_id, change) VALUES (OLD.boarding_station_id, -1);
        END IF;
        IF TG_OP <> 'DELETE' THEN
          INSERT INTO open_trip_changes (boarding_station_id, change) VALUES (NEW.boarding_station_id, 1);
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER open_trips_note_change AFTER INSERT OR DELETE OR UPDATE OF boarding_station_id ON open_trips
        FOR EACH ROW EXECUTE FUNCTION note_open_trip_change();
    `);
  }
}
