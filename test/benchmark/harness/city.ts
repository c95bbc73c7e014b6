import { connect } from '../../builders/connect';
import { resetTotals } from '../../../src/modules/maintenance/reset-totals';
import type { Bench } from './bench';
import { rollUpTotals } from './make-history';
import { query } from './query';
import { openScratch } from './scratch';

/** A copy of the small history that has so many stations, and whose trips began at all of them. */
export async function openCity(bench: Bench, stations: number): Promise<string> {
  const url = await openScratch(bench, 'bench_city');
  await query(
    url,
    `INSERT INTO stations (name, station_code, station_type, location_id, latitude, longitude)
     SELECT name || ' ' || copy, station_code || '-' || copy, station_type, location_id, latitude, longitude
     FROM stations, generate_series(1, $1 / (SELECT count(*) FROM stations)) AS copy
     ORDER BY copy, station_id LIMIT $1 - (SELECT count(*) FROM stations)`,
    [stations],
  );
  await query(
    url,
    `WITH places AS (SELECT array_agg(station_id ORDER BY station_id) AS ids FROM stations)
     UPDATE trips SET boarding_station_id = ids[1 + trip_id % cardinality(ids)] FROM places`,
  );
  const client = await connect(url);
  try {
    await resetTotals(client);
  } finally {
    await client.end();
  }
  await rollUpTotals(url);
  await query(url, 'VACUUM (ANALYZE)');
  return url;
}

export async function countStations(url: string): Promise<number> {
  const [stations] = await query<{ count: number }>(url, 'SELECT count(*)::int AS count FROM stations');
  return stations?.count ?? 0;
}
