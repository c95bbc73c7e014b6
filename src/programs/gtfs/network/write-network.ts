import type { Client } from 'pg';
import { CONCESSIONAIRES, ROUTES, STATIONS, assignCodes, findOwnRows, type OwnedTable } from './assign-codes';
import type { KnownFeed } from './known-feed';

/** What an import did to a table; `absent` are the rows that the feed does not have. */
export interface Changes {
  readonly table: string;
  readonly created: number;
  readonly changed: number;
  readonly same: number;
  readonly absent: number;
}

/** Writes what is planned; the rows of a feed that are not in it any more stay. */
export async function writeNetwork(target: Client, feed: KnownFeed): Promise<Changes[]> {
  const concessionaires = await writeConcessionaires(target, feed);
  const stations = await writeStations(target, feed);
  const routes = await writeRoutes(target, feed);
  await writeRouteStops(target);
  await noteWhatTheyRun(target, feed);
  return [concessionaires, stations, routes];
}

/** Lets the feed say what is in service, of what is its own or nobody's. */
export async function deactivateMissing(target: Client, { feedId }: KnownFeed): Promise<void> {
  for (const { table, id, planned } of [STATIONS, ROUTES]) {
    await target.query(
      `UPDATE ${table} SET is_active = NOT is_active
       FROM (
         SELECT known.${id} AS id FROM ${table} known LEFT JOIN ${planned} given USING (${id})
         WHERE (known.feed_id = $1 OR known.feed_id IS NULL) AND known.is_active <> (given.source_row IS NOT NULL)
       ) changed
       WHERE changed.id = ${table}.${id}`,
      [feedId],
    );
  }
}

async function writeConcessionaires(target: Client, feed: KnownFeed): Promise<Changes> {
  await assignCodes(target, feed, CONCESSIONAIRES);
  const created = await target.query(
    `INSERT INTO concessionaires (name, feed_id, feed_code)
     SELECT name, $1, feed_code FROM feed_agencies WHERE concessionaire_id IS NULL ORDER BY source_row`,
    [feed.feedId],
  );
  return changesOf(target, feed, CONCESSIONAIRES, created.rowCount, 0);
}

/** The type of a station, its address and its locality are the operator's; a feed does not know them. */
async function writeStations(target: Client, feed: KnownFeed): Promise<Changes> {
  await assignCodes(target, feed, STATIONS);
  const changed = await target.query(
    `UPDATE stations s
     SET name = given.name, latitude = coalesce(given.latitude, s.latitude), longitude = coalesce(given.longitude, s.longitude)
     FROM feed_stations given
     WHERE given.station_id = s.station_id
       AND (given.name, coalesce(given.latitude, s.latitude), coalesce(given.longitude, s.longitude))
         IS DISTINCT FROM (s.name, s.latitude, s.longitude)`,
  );
  const created = await target.query(
    `INSERT INTO stations (station_code, name, station_type, latitude, longitude, feed_id, feed_code)
     SELECT station_code, name, station_type, latitude, longitude, $1, feed_code
     FROM feed_stations WHERE station_id IS NULL ORDER BY place`,
    [feed.feedId],
  );
  return changesOf(target, feed, STATIONS, created.rowCount, changed.rowCount);
}

/** The type of a route decides its price: once it is here, only what the operator says about it changes it. */
async function writeRoutes(target: Client, feed: KnownFeed): Promise<Changes> {
  await assignCodes(target, feed, ROUTES);
  await noteKeptTypes(target);
  const changed = await target.query(
    `UPDATE routes r
     SET route_name = given.name, route_type = given.type, concessionaire_id = given.concessionaire_id
     FROM (
       SELECT known.route_id, planned.name,
         CASE WHEN planned.is_type_given THEN planned.route_type ELSE known.route_type END AS type,
         coalesce(agency.concessionaire_id, known.concessionaire_id) AS concessionaire_id
       FROM feed_routes planned JOIN routes known USING (route_id)
       LEFT JOIN feed_agencies agency ON agency.feed_code = planned.concessionaire
     ) given
     WHERE given.route_id = r.route_id
       AND (given.name, given.type, given.concessionaire_id)
         IS DISTINCT FROM (r.route_name, r.route_type, r.concessionaire_id)`,
  );
  const created = await target.query(
    `INSERT INTO routes (route_code, route_name, route_type, concessionaire_id, feed_id, feed_code)
     SELECT route_code, planned.name, route_type, agency.concessionaire_id, $1, planned.feed_code
     FROM feed_routes planned LEFT JOIN feed_agencies agency ON agency.feed_code = planned.concessionaire
     WHERE planned.route_id IS NULL
     ORDER BY route_code COLLATE "C"`,
    [feed.feedId],
  );
  return changesOf(target, feed, ROUTES, created.rowCount, changed.rowCount);
}

async function noteKeptTypes(target: Client): Promise<void> {
  await target.query(
    `UPDATE source_routes s
     SET notes = array_append(notes,
       format('it stays %s; a new route of route_type %s would be %s', known.route_type, planned.gtfs_type, planned.route_type))
     FROM feed_routes planned JOIN routes known USING (route_id)
     WHERE planned.source_row = s.source_row AND NOT is_type_given AND known.route_type <> planned.route_type`,
  );
}

async function writeRouteStops(target: Client): Promise<void> {
  await target.query(`
    CREATE TEMP TABLE changed_route_stops ON COMMIT DROP AS
    SELECT given.route_id, given.stations
    FROM (
      SELECT planned.route_id, array_agg(station.station_id ORDER BY stop.place_in_route) AS stations
      FROM feed_route_stops chosen
      JOIN feed_routes planned ON planned.gtfs_route_id = chosen.route_id
      CROSS JOIN LATERAL unnest(chosen.stops) WITH ORDINALITY AS stop (place, place_in_route)
      JOIN feed_stations station USING (place)
      GROUP BY planned.route_id
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

async function noteWhatTheyRun(target: Client, { feedId }: KnownFeed): Promise<void> {
  await target.query(
    `UPDATE concessionaires c
     SET operates_troncal = c.operates_troncal OR runs.troncal, operates_zonal_uce = c.operates_zonal_uce OR runs.zonal_uce,
       operates_zonal_alimentacion = c.operates_zonal_alimentacion OR runs.alimentacion,
       operates_cable = c.operates_cable OR runs.cable
     FROM (
       SELECT concessionaire_id, bool_or(known.route_type IN ('TRONCAL', 'DUAL')) AS troncal,
         bool_or(known.route_type = 'ZONAL_UCE') AS zonal_uce, bool_or(known.route_type = 'ALIMENTADORA') AS alimentacion,
         bool_or(known.route_type = 'CABLE') AS cable
       FROM feed_routes JOIN routes known USING (route_id) GROUP BY concessionaire_id
     ) runs
     WHERE runs.concessionaire_id = c.concessionaire_id AND c.feed_id = $1
       AND (runs.troncal AND NOT c.operates_troncal OR runs.zonal_uce AND NOT c.operates_zonal_uce
         OR runs.alimentacion AND NOT c.operates_zonal_alimentacion OR runs.cable AND NOT c.operates_cable)`,
    [feedId],
  );
}

async function changesOf(
  target: Client,
  feed: KnownFeed,
  owned: OwnedTable,
  created: number | null,
  changed: number | null,
): Promise<Changes> {
  await findOwnRows(target, feed, owned);
  const { table, id, planned } = owned;
  const { rows } = await target.query<{ given: number; absent: number }>(
    `SELECT (SELECT count(*) FROM ${planned}) AS given, count(*) AS absent
     FROM ${table} known LEFT JOIN ${planned} USING (${id})
     WHERE source_row IS NULL AND (known.feed_id = $1 OR known.feed_id IS NULL)`,
    [feed.feedId],
  );
  const { given = 0, absent = 0 } = rows[0] ?? {};
  const counts = { created: created ?? 0, changed: changed ?? 0 };
  return { table, ...counts, same: given - counts.created - counts.changed, absent };
}
