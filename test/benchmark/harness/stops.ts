import type { Stop } from '../load/job';
import { query } from './query';

/** So many of all: pgbench chooses by a long expression. */
const MOST = 40;

/** A stop, and what a boarding there needs beside it. */
export interface BoardingPlace extends Stop {
  readonly vehicle_id: number;
  readonly driver_id: number;
  /** Of its concessionaire's revenue. */
  readonly account_id: number;
}

/** Where boardings happen, spread over routes. */
export async function findPlaces(url: string): Promise<readonly BoardingPlace[]> {
  return query<BoardingPlace>(
    url,
    `SELECT DISTINCT ON (route_id) route_id::int, station_id::int, account_id::int,
            (SELECT min(vehicle_id)::int FROM vehicles WHERE concessionaire_id = route.concessionaire_id) AS vehicle_id,
            (SELECT min(driver_id)::int FROM drivers WHERE concessionaire_id = route.concessionaire_id) AS driver_id
     FROM routes route JOIN accounts USING (concessionaire_id) JOIN route_stops USING (route_id)
     JOIN stations station USING (station_id)
     WHERE route.is_active AND station.is_active AND concessionaire_id IN (SELECT concessionaire_id FROM drivers)
       AND concessionaire_id IN (SELECT concessionaire_id FROM vehicles)
     ORDER BY route_id, station_id LIMIT ${MOST}`,
  );
}
