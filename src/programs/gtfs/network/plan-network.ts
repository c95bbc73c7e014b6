import type { Client } from 'pg';
import { LONGEST } from '../../../common/text/lengths';
import { type GivenRouteTypes, chooseRouteType } from './choose-route-type';

/** The route types of the feed that have a counterpart: what the check of the routes goes by. */
export async function findRouteTypes(target: Client, given: GivenRouteTypes): Promise<void> {
  await target.query('CREATE TEMP TABLE known_route_types (gtfs_type text PRIMARY KEY)');
  const { rows } = await target.query<{ route_type: string }>(
    'SELECT DISTINCT route_type FROM source_routes WHERE route_type IS NOT NULL',
  );
  const known = rows.map((row) => row.route_type).filter((type) => chooseRouteType(type, null, given));
  await target.query('INSERT INTO known_route_types SELECT unnest($1::text[])', [known]);
}

/**
 * Says in tables of this session what the feed's network is here: `feed_agencies`, `feed_stations`, `feed_places` (the
 * station of each stop), `feed_routes` and `feed_route_stops`. Which rows of the database they are is found later.
 */
export async function planNetwork(target: Client, given: GivenRouteTypes): Promise<void> {
  await planAgencies(target);
  await planStations(target);
  await planRoutes(target, given);
  await planRouteStops(target);
}

async function planAgencies(target: Client): Promise<void> {
  await target.query(`
    CREATE TEMP TABLE feed_agencies AS
    SELECT min(source_row) AS source_row, agency_name AS feed_code, NULL::text AS name, NULL::bigint AS concessionaire_id
    FROM accepted_agency GROUP BY agency_name;
    ANALYZE feed_agencies`);
}

/** A code is the feed's own only where no other stop could be meant. */
async function planStations(target: Client): Promise<void> {
  await target.query(`
    CREATE TEMP TABLE feed_stations AS
    SELECT row_number() OVER (ORDER BY s.source_row)::integer AS place, s.source_row, s.stop_id,
      CASE WHEN s.stop_code IS NULL OR length(s.stop_code) > ${LONGEST.code}
          OR count(*) OVER (PARTITION BY s.stop_code) > 1 OR other.stop_id IS NOT NULL
        THEN s.stop_id ELSE s.stop_code END AS feed_code,
      s.stop_name AS name,
      CASE s.location_type WHEN '1' THEN 'ESTACION' ELSE 'PARADERO' END AS station_type,
      s.stop_lat::double precision AS latitude, s.stop_lon::double precision AS longitude,
      NULL::text AS station_code, NULL::bigint AS station_id
    FROM accepted_stops s
    LEFT JOIN accepted_stops station ON station.stop_id = s.parent_station AND station.location_type = '1'
    LEFT JOIN accepted_stops other ON other.stop_id = s.stop_code AND other.stop_id <> s.stop_id
    WHERE s.location_type = '1' OR (coalesce(s.location_type, '0') = '0' AND station.stop_id IS NULL);
    CREATE TEMP TABLE feed_places AS
    SELECT stop_id, place FROM feed_stations
    UNION ALL
    SELECT platform.stop_id, station.place
    FROM accepted_stops platform
    JOIN accepted_stops parent ON parent.stop_id = platform.parent_station AND parent.location_type = '1'
    JOIN feed_stations station ON station.stop_id = parent.stop_id
    WHERE coalesce(platform.location_type, '0') = '0';
    ANALYZE feed_stations, feed_places;
    UPDATE source_stops s SET notes = array_append(notes, format('stop_code %s also belongs to another stop: the stop_id becomes its code', stop_code))
    FROM feed_stations station
    WHERE station.stop_id = s.stop_id AND s.reasons = '{}' AND s.stop_code <> station.feed_code`);
}

async function planRoutes(target: Client, given: GivenRouteTypes): Promise<void> {
  await target.query(`
    CREATE TEMP VIEW networked_routes AS
    SELECT route.*, coalesce(route.network_id, listed.network_id) AS network
    FROM accepted_routes route LEFT JOIN accepted_route_networks listed ON listed.route_id = route.route_id`);
  const { rows } = await target.query<{ route_type: string; network: string | null }>(
    'SELECT DISTINCT route_type, network FROM networked_routes',
  );
  const types = rows.map(({ route_type, network }) => {
    const chosen = chooseRouteType(route_type, network, given);
    return { route_type, network_id: network, chosen: chosen?.routeType, is_given: chosen?.isGiven };
  });
  await target.query(
    `CREATE TEMP TABLE feed_route_types (route_type text, network_id text, chosen text, is_given boolean)`,
  );
  await target.query(
    'INSERT INTO feed_route_types SELECT * FROM jsonb_populate_recordset(NULL::feed_route_types, $1)',
    [JSON.stringify(types)],
  );
  await target.query(`
    ANALYZE feed_route_types;
    CREATE TEMP TABLE feed_routes AS
    SELECT s.route_id AS gtfs_route_id, s.source_row,
      CASE WHEN s.route_short_name IS NULL OR length(s.route_short_name) > ${LONGEST.code}
          OR count(*) OVER (PARTITION BY s.route_short_name) > 1 OR other.route_id IS NOT NULL
        THEN s.route_id ELSE s.route_short_name END AS feed_code,
      coalesce(s.route_long_name, s.route_short_name) AS name,
      types.chosen AS route_type, types.is_given AS is_type_given, s.route_type AS gtfs_type, network AS network_id,
      agency.agency_name AS concessionaire, NULL::text AS route_code, NULL::bigint AS route_id
    FROM networked_routes s
    JOIN feed_route_types types
      ON types.route_type = s.route_type AND coalesce(types.network_id, '') = coalesce(s.network, '')
    LEFT JOIN accepted_routes other ON other.route_id = s.route_short_name AND other.route_id <> s.route_id
    LEFT JOIN (
      SELECT agency_id, agency_name FROM accepted_agency
      UNION ALL
      -- Of a route without an agency it is the only one.
      SELECT '', min(agency_name) FROM accepted_agency HAVING count(*) = 1
    ) agency ON agency.agency_id = coalesce(s.agency_id, '');
    ANALYZE feed_routes;
    UPDATE source_routes s
    SET notes = array_append(notes,
      coalesce('agency_id ' || s.agency_id || ' is not among the agencies', 'agency_id is missing') || ': it has no concessionaire')
    FROM feed_routes route
    WHERE route.source_row = s.source_row AND route.concessionaire IS NULL
      AND (s.agency_id IS NOT NULL OR (SELECT count(*) FROM accepted_agency) > 1);
    UPDATE source_routes s
    SET notes = array_append(notes, format('route_short_name %s also belongs to another route: the route_id becomes its code', route_short_name))
    FROM feed_routes route
    WHERE route.source_row = s.source_row AND s.route_short_name <> route.feed_code`);
}

/** The stops of a route are those that most of its trips have; of equally many the longer, then any, but always the same. */
async function planRouteStops(target: Client): Promise<void> {
  await target.query(`
    CREATE TEMP TABLE feed_patterns AS
    SELECT route_id, stops, count(*) AS trips
    FROM (
      SELECT trip_id, array_agg(place ORDER BY stop_sequence) AS stops
      FROM (
        SELECT trip_id, stop_sequence::integer, place,
          lag(place) OVER (PARTITION BY trip_id ORDER BY stop_sequence::integer) AS before
        FROM accepted_stop_times JOIN feed_places USING (stop_id)
      ) stop_times
      WHERE place IS DISTINCT FROM before
      GROUP BY trip_id
    ) sequences JOIN accepted_trips USING (trip_id)
    WHERE cardinality(stops) > 1
    GROUP BY route_id, stops;
    CREATE TEMP TABLE feed_route_stops AS
    SELECT DISTINCT ON (route_id) route_id, stops, trips FROM feed_patterns
    ORDER BY route_id, trips DESC, cardinality(stops) DESC, stops;
    ANALYZE feed_patterns, feed_route_stops;
    UPDATE source_routes s SET notes = array_append(notes, said.note)
    FROM (
      SELECT route_id, format('its trips have %s sequences of stops: the one of %s of %s trips is imported; %s of its stations are only in the others',
        all_of_it.patterns, chosen.trips, all_of_it.trips, coalesce(elsewhere.stations, 0)) AS note
      FROM feed_route_stops chosen JOIN (
        SELECT route_id, count(*) AS patterns, sum(trips) AS trips FROM feed_patterns GROUP BY route_id
      ) all_of_it USING (route_id)
      LEFT JOIN (
        SELECT route_id, count(*) AS stations FROM (
          SELECT route_id, unnest(stops) AS place FROM feed_patterns
          EXCEPT SELECT route_id, unnest(stops) FROM feed_route_stops
        ) other GROUP BY route_id
      ) elsewhere USING (route_id)
      WHERE patterns > 1
      UNION ALL
      SELECT gtfs_route_id, 'none of its trips has two stops: its stops stay as they are'
      FROM feed_routes LEFT JOIN feed_route_stops chosen ON chosen.route_id = gtfs_route_id WHERE chosen.route_id IS NULL
    ) said
    WHERE said.route_id = s.route_id AND s.reasons = '{}'`);
}
