import { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Decomposed, a letter and its marks are apart, whatever the locale of the database; only in UTF-8 can PostgreSQL do
 * that.
 */
const PLAIN = String.raw`lower(regexp_replace(normalize($1, NFKD), '[\u0300-\u036f]', '', 'g'))`;
const PLAIN_ELSEWHERE = 'lower($1)';

/** The network is found by name and by nearness, and what a control centre sends neither repeats itself nor piles up. */
export class NetworkSearch1780000000009 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const [{ server_encoding } = { server_encoding: '' }] = (await queryRunner.query(
      'SHOW server_encoding',
    )) as { server_encoding: string }[];
    await queryRunner.query(`
      -- Without accents and case.
      CREATE FUNCTION search_text(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT ${server_encoding === 'UTF8' ? PLAIN : PLAIN_ELSEWHERE}
      $$;

      -- A text that contains another contains its trigrams; a text of one or two letters has none.
      CREATE FUNCTION trigrams(text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT array(SELECT DISTINCT substr($1, place, 3) FROM generate_series(1, length($1) - 2) place)
      $$;

      -- Metres along a great circle (haversine), on a sphere of the mean radius of the earth.
      CREATE FUNCTION distance_between(
        from_latitude double precision, from_longitude double precision,
        to_latitude double precision, to_longitude double precision
      ) RETURNS double precision LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT 2 * 6371008.8 * asin(sqrt(least(1,
          sind((to_latitude - from_latitude) / 2) ^ 2
            + cosd(from_latitude) * cosd(to_latitude) * sind((to_longitude - from_longitude) / 2) ^ 2)))
      $$;

      CREATE INDEX stations_name_search_idx ON stations USING gin (trigrams(search_text(name)));
      CREATE INDEX routes_route_name_search_idx ON routes USING gin (trigrams(search_text(route_name)));
      CREATE INDEX recharge_points_name_search_idx ON recharge_points USING gin (trigrams(search_text(name)));
      CREATE INDEX stations_place_idx ON stations USING gist (point(longitude, latitude));
      CREATE INDEX recharge_points_place_idx ON recharge_points USING gist (point(longitude, latitude));

      -- A batch that is sent again stores nothing again.
      DELETE FROM vehicle_positions repeated USING vehicle_positions first
      WHERE first.vehicle_id = repeated.vehicle_id AND first.observed_at = repeated.observed_at
        AND first.position_id < repeated.position_id;
      ALTER TABLE vehicle_positions
        ADD CONSTRAINT vehicle_positions_vehicle_id_observed_at_key UNIQUE (vehicle_id, observed_at);
      DROP INDEX vehicle_positions_vehicle_id_idx;

      -- For forgetting what is old.
      CREATE INDEX vehicle_positions_observed_at_idx ON vehicle_positions (observed_at);
      CREATE INDEX arrivals_estimated_arrival_idx ON arrivals (estimated_arrival);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX arrivals_estimated_arrival_idx, vehicle_positions_observed_at_idx;
      CREATE INDEX vehicle_positions_vehicle_id_idx ON vehicle_positions (vehicle_id, observed_at DESC);
      ALTER TABLE vehicle_positions DROP CONSTRAINT vehicle_positions_vehicle_id_observed_at_key;
      DROP INDEX recharge_points_place_idx, stations_place_idx, recharge_points_name_search_idx,
        routes_route_name_search_idx, stations_name_search_idx;
      DROP FUNCTION distance_between(double precision, double precision, double precision, double precision);
      DROP FUNCTION trigrams(text);
      DROP FUNCTION search_text(text);
    `);
  }
}
