import type { Client } from 'pg';
import { recordFinding } from '../findings';

/** What an import did to a table; `absent` are the rows that the feed does not have. */
export interface Changes {
  readonly table: string;
  readonly created: number;
  readonly changed: number;
  readonly same: number;
  readonly absent: number;
}

/** Writes what is planned: rows are found again by their codes, and those that are not in the feed stay. */
export async function writeNetwork(target: Client): Promise<Changes[]> {
  const concessionaires = await writeConcessionaires(target);
  const stations = await writeStations(target);
  const routes = await writeRoutes(target);
  await writeRouteStops(target);
  await noteWhatTheyRun(target);
  return [concessionaires, stations, routes];
}

/** Lets the feed say what is in service. */
export async function deactivateMissing(target: Client): Promise<void> {
  for (const [table, code] of [
    ['stations', 'station_code'],
    ['routes', 'route_code'],
  ]) {
    await target.query(
      `UPDATE ${table} SET is_active = NOT is_active
       WHERE is_active <> EXISTS (SELECT FROM feed_${table} given WHERE given.${code} = ${table}.${code})`,
    );
  }
}

async function writeConcessionaires(target: Client): Promise<Changes> {
  const created = await target.query(
    `INSERT INTO concessionaires (name)
     SELECT agency_name FROM accepted_agency WHERE agency_name NOT IN (SELECT name FROM concessionaires)
     GROUP BY agency_name ORDER BY min(source_row)`,
  );
  return changes(
    target,
    'concessionaires',
    created.rowCount,
    0,
    'name',
    'SELECT agency_name FROM accepted_agency',
  );
}

/** The type of a station, its address and its locality are the operator's; a feed does not know them. */
async function writeStations(target: Client): Promise<Changes> {
  const changed = await target.query(
    `UPDATE stations s
     SET name = given.name, latitude = coalesce(given.latitude, s.latitude), longitude = coalesce(given.longitude, s.longitude)
     FROM feed_stations given
     WHERE given.station_code = s.station_code
       AND (given.name, coalesce(given.latitude, s.latitude), coalesce(given.longitude, s.longitude))
         IS DISTINCT FROM (s.name, s.latitude, s.longitude)`,
  );
  const created = await target.query(
    `INSERT INTO stations (station_code, name, station_type, latitude, longitude)
     SELECT station_code, name, station_type, latitude, longitude FROM feed_stations given
     WHERE NOT EXISTS (SELECT FROM stations s WHERE s.station_code = given.station_code) ORDER BY place`,
  );
  return changes(
    target,
    'stations',
    created.rowCount,
    changed.rowCount,
    'station_code',
    'SELECT station_code FROM feed_stations',
  );
}

/** The type of a route decides its price: once it is here, only what the operator says about it changes it. */
async function writeRoutes(target: Client): Promise<Changes> {
  await noteKeptTypes(target);
  const changed = await target.query(
    `UPDATE routes r
     SET route_name = given.name, route_type = given.type, concessionaire_id = given.concessionaire_id
     FROM (
       SELECT known.route_id, feed.name,
         CASE WHEN feed.is_type_given THEN feed.route_type ELSE known.route_type END AS type,
         coalesce(c.concessionaire_id, known.concessionaire_id) AS concessionaire_id
       FROM feed_routes feed JOIN routes known USING (route_code)
       LEFT JOIN concessionaires c ON c.name = feed.concessionaire
     ) given
     WHERE given.route_id = r.route_id
       AND (given.name, given.type, given.concessionaire_id)
         IS DISTINCT FROM (r.route_name, r.route_type, r.concessionaire_id)`,
  );
  const created = await target.query(
    `INSERT INTO routes (route_code, route_name, route_type, concessionaire_id)
     SELECT route_code, feed.name, route_type, concessionaire_id
     FROM feed_routes feed LEFT JOIN concessionaires c ON c.name = feed.concessionaire
     WHERE NOT EXISTS (SELECT FROM routes r WHERE r.route_code = feed.route_code)
     ORDER BY feed.route_code COLLATE "C"`,
  );
  return changes(
    target,
    'routes',
    created.rowCount,
    changed.rowCount,
    'route_code',
    'SELECT route_code FROM feed_routes',
  );
}

async function noteKeptTypes(target: Client): Promise<void> {
  const { rows } = await target.query<{ id: string; kept: string; usual: string; gtfs_type: string }>(
    `SELECT feed.route_id AS id, r.route_type AS kept, feed.route_type AS usual, gtfs_type
     FROM feed_routes feed JOIN routes r USING (route_code)
     WHERE NOT is_type_given AND r.route_type <> feed.route_type ORDER BY feed.route_id`,
  );
  for (const { id, kept, usual, gtfs_type } of rows) {
    const reason = `it stays ${kept}; a new route of route_type ${gtfs_type} would be ${usual}`;
    await recordFinding(target, { file: 'routes.txt', id, outcome: 'note', reason });
  }
}

async function writeRouteStops(target: Client): Promise<void> {
  await target.query(`
    CREATE TEMP TABLE changed_route_stops ON COMMIT DROP AS
    SELECT given.route_id, given.stations
    FROM (
      SELECT r.route_id, array_agg(s.station_id ORDER BY stop.place_in_route) AS stations
      FROM feed_route_stops chosen
      JOIN feed_routes feed USING (route_id)
      JOIN routes r USING (route_code)
      CROSS JOIN LATERAL unnest(chosen.stops) WITH ORDINALITY AS stop (place, place_in_route)
      JOIN feed_stations USING (place)
      JOIN stations s USING (station_code)
      GROUP BY r.route_id
    ) given
    WHERE given.stations IS DISTINCT FROM (
      SELECT array_agg(known.station_id ORDER BY known.sequence_order)
      FROM route_stops known WHERE known.route_id = given.route_id);
    DELETE FROM route_stops USING changed_route_stops changed WHERE changed.route_id = route_stops.route_id;
    INSERT INTO route_stops (route_id, sequence_order, station_id)
    SELECT route_id, sequence_order, station_id
    FROM changed_route_stops, unnest(stations) WITH ORDINALITY AS stop (station_id, sequence_order)
    ORDER BY route_id, sequence_order`);
}

async function noteWhatTheyRun(target: Client): Promise<void> {
  await target.query(
    `UPDATE concessionaires c
     SET operates_troncal = c.operates_troncal OR runs.troncal, operates_zonal_uce = c.operates_zonal_uce OR runs.zonal_uce,
       operates_zonal_alimentacion = c.operates_zonal_alimentacion OR runs.alimentacion,
       operates_cable = c.operates_cable OR runs.cable
     FROM (
       SELECT concessionaire_id, bool_or(route_type IN ('TRONCAL', 'DUAL')) AS troncal,
         bool_or(route_type = 'ZONAL_UCE') AS zonal_uce, bool_or(route_type = 'ALIMENTADORA') AS alimentacion,
         bool_or(route_type = 'CABLE') AS cable
       FROM routes WHERE route_code IN (SELECT route_code FROM feed_routes) GROUP BY concessionaire_id
     ) runs
     WHERE runs.concessionaire_id = c.concessionaire_id`,
  );
}

async function changes(
  target: Client,
  table: string,
  created: number | null,
  changed: number | null,
  code: string,
  given: string,
): Promise<Changes> {
  const { rows } = await target.query<{ total: number; absent: number }>(
    `SELECT count(*) AS total, count(*) FILTER (WHERE ${code} NOT IN (${given})) AS absent FROM ${table}`,
  );
  const { total = 0, absent = 0 } = rows[0] ?? {};
  const counts = { created: created ?? 0, changed: changed ?? 0 };
  return { table, ...counts, same: total - absent - counts.created - counts.changed, absent };
}
