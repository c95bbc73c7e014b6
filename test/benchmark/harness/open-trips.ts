import { setTimeout as sleep } from 'node:timers/promises';
import { query } from './query';

/** Requests that had no answer when their turn was over may still be under way. */
const STRAGGLERS_MS = 1_000;

/** The newest trip so far. */
export async function newestTrip(url: string): Promise<number> {
  const [newest] = await query<{ id: string }>(url, 'SELECT last_value AS id FROM trips_trip_id_seq');
  return Number(newest?.id ?? 0);
}

/** Ends, past the service, what was boarded since a trip: a card with an open trip does not board. */
export async function endTripsSince(url: string, tripId: number): Promise<void> {
  await sleep(STRAGGLERS_MS);
  await query(
    url,
    `WITH ended AS (DELETE FROM open_trips WHERE trip_id > $1 RETURNING trip_id, boarding_station_id),
     noted AS (
       INSERT INTO open_trip_changes (boarding_station_id, change) SELECT boarding_station_id, -1 FROM ended)
     UPDATE trips SET status = 'closed_without_exit' FROM ended WHERE trips.trip_id = ended.trip_id`,
    [tripId],
  );
}
