import type { Client } from 'pg';
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
 * Says in tables of this session what the feed's network is here: `feed_stations`, `feed_places` (the station of each
 * stop), `feed_routes` and `feed_route_stops`.
 */
export async function planNetwork(target: Client, given: GivenRouteTypes): Promise<void> {
  await planStations(target);
  await planRoutes(target, given);
  await planRouteStops(target);
}

/** A code is the feed's own only where no other stop could be meant. */
async function planStations(target: Client): Promise<void> {
  await target.query(`
    CREATE TEMP TABLE feed_stations AS
    SELECT row_number() OVER (ORDER BY source_row)::integer AS place, stop_id,
      CASE WHEN stop_code IS NULL OR length(stop_code) > 100 OR count(*) OVER (PARTITION BY stop_code) > 1
          OR EXISTS (SELECT FROM accepted_stops other WHERE other.stop_id = s.stop_code AND other.stop_id <> s.stop_id)
        THEN stop_id ELSE stop_code END AS station_code,
      stop_name AS name,
      CASE location_type WHEN '1' THEN 'ESTACION' ELSE 'PARADERO' END AS station_type,
      stop_lat::double precision AS latitude, stop_lon::double precision AS longitude
    FROM accepted_stops s
    WHERE location_type = '1' OR (coalesce(location_type, '0') = '0' AND parent_station IS NULL);
    CREATE TEMP TABLE feed_places AS
    SELECT stop_id, place FROM feed_stations
    UNION ALL
    SELECT platform.stop_id, station.place
    FROM accepted_stops platform JOIN feed_stations station ON station.stop_id = platform.parent_station
    WHERE coalesce(platform.location_type, '0') = '0';
    ANALYZE feed_stations, feed_places;
    UPDATE source_stops s SET notes = array_append(notes, format('stop_code %s is not its alone: its code is its stop_id', stop_code))
    FROM feed_stations station
    WHERE station.stop_id = s.stop_id AND s.reasons = '{}' AND s.stop_code <> station.station_code`);
}

async function planRoutes(target: Client, given: GivenRouteTypes): Promise<void> {
  await target.query(`
    CREATE TEMP TABLE feed_route_types (route_type text, network_id text, chosen text, is_given boolean);
    CREATE TEMP VIEW networked_routes AS
    SELECT route.*, coalesce(route.network_id, listed.network_id) AS network
    FROM accepted_routes route LEFT JOIN accepted_route_networks listed ON listed.route_id = route.route_id`);
  const { rows } = await target.query<{ route_type: string; network: string | null }>(
    'SELECT DISTINCT route_type, network FROM networked_routes',
  );
  for (const { route_type, network } of rows) {
    const chosen = chooseRouteType(route_type, network, given);
    await target.query('INSERT INTO feed_route_types VALUES ($1, $2, $3, $4)', [
      route_type,
      network,
      chosen?.routeType,
      chosen?.isGiven,
    ]);
  }
  await target.query(`
    CREATE TEMP TABLE feed_routes AS
    SELECT route_id,
      CASE WHEN route_short_name IS NULL OR length(route_short_name) > 100 OR count(*) OVER (PARTITION BY route_short_name) > 1
          OR EXISTS (SELECT FROM accepted_routes other
                     WHERE other.route_id = s.route_short_name AND other.route_id <> s.route_id)
        THEN route_id ELSE route_short_name END AS route_code,
      coalesce(route_long_name, route_short_name) AS name,
      types.chosen AS route_type, types.is_given AS is_type_given, s.route_type AS gtfs_type, network AS network_id,
      (SELECT agency_name FROM accepted_agency a
       WHERE CASE WHEN s.agency_id IS NULL THEN (SELECT count(*) FROM accepted_agency) = 1
                  ELSE a.agency_id = s.agency_id END) AS concessionaire
    FROM networked_routes s
    JOIN feed_route_types types ON types.route_type = s.route_type AND types.network_id IS NOT DISTINCT FROM s.network;
    ANALYZE feed_routes;
    UPDATE source_routes s
    SET notes = array_append(notes, format('route_short_name %s is not its alone: its code is its route_id', route_short_name))
    FROM feed_routes route
    WHERE route.route_id = s.route_id AND s.reasons = '{}' AND s.route_short_name <> route.route_code`);
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
      SELECT route_id, format('its trips have %s sequences of stops: taken is that of %s of %s trips; %s of its stations are only in others',
        all_of_it.patterns, chosen.trips, all_of_it.trips,
        (SELECT count(DISTINCT place) FROM feed_patterns other, unnest(other.stops) AS place
         WHERE other.route_id = chosen.route_id AND place <> ALL (chosen.stops))) AS note
      FROM feed_route_stops chosen JOIN (
        SELECT route_id, count(*) AS patterns, sum(trips) AS trips FROM feed_patterns GROUP BY route_id
      ) all_of_it USING (route_id)
      WHERE patterns > 1
      UNION ALL
      SELECT route_id, 'none of its trips has two stops: its stops stay as they are'
      FROM feed_routes WHERE route_id NOT IN (SELECT route_id FROM feed_route_stops)
    ) said
    WHERE said.route_id = s.route_id AND s.reasons = '{}'`);
}
