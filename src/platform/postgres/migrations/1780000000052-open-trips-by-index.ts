import type { MigrationInterface, QueryRunner } from 'typeorm';

const BY_INDEX = 'ROWS 1 SET search_path = public, pg_temp SET enable_seqscan = off';

/**
 * The open trip of a card is looked up and removed by its index, whatever the statistics say. At night hardly any trip is open. A
 * connection that planned its statements then would read all open trips for each boarding of the morning, until the table is
 * analysed.
 */
export class OpenTripsByIndex1780000000052 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE FUNCTION open_trip_of(of_card bigint)
      RETURNS TABLE (trip_id bigint, card_id bigint, boarding_time timestamptz, is_of_tap boolean)
      LANGUAGE plpgsql STABLE ${BY_INDEX} AS $$
      BEGIN
        RETURN QUERY SELECT open.trip_id, open.card_id, open.boarding_time, open.is_of_tap
          FROM open_trips open WHERE open.card_id = of_card;
      END $$;

      CREATE FUNCTION remove_open_trip(of_card bigint, of_trip bigint) RETURNS TABLE (boarding_station_id bigint)
      LANGUAGE plpgsql VOLATILE ${BY_INDEX} AS $$
      BEGIN
        RETURN QUERY DELETE FROM open_trips open WHERE open.card_id = of_card AND open.trip_id = of_trip
          RETURNING open.boarding_station_id;
      END $$;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP FUNCTION remove_open_trip(bigint, bigint);
      DROP FUNCTION open_trip_of(bigint);
    `);
  }
}
