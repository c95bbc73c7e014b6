import type { Client } from 'pg';

const IDENTITIES: readonly (readonly [table: string, column: string])[] = [
  ['locations', 'location_id'],
  ['concessionaires', 'concessionaire_id'],
  ['depots', 'depot_id'],
  ['vehicles', 'vehicle_id'],
  ['drivers', 'driver_id'],
  ['stations', 'station_id'],
  ['routes', 'route_id'],
  ['route_stops', 'route_stop_id'],
  ['recharge_points', 'recharge_point_id'],
  ['users', 'user_id'],
  ['accounts', 'account_id'],
  ['cards', 'card_id'],
  ['recharges', 'recharge_id'],
  ['trips', 'trip_id'],
  ['postings', 'posting_id'],
  ['arrivals', 'arrival_id'],
  ['vehicle_positions', 'position_id'],
  ['alerts', 'alert_id'],
  ['station_destinations', 'destination_id'],
  ['validators', 'validator_id'],
];

/** Sets every sequence to the largest id, because the seed chose ids without the sequences. */
export async function advanceSequences(client: Client): Promise<void> {
  for (const [table, column] of IDENTITIES) {
    await client.query(
      `SELECT setval(pg_get_serial_sequence('${table}', '${column}'), greatest(max(${column}), 1), max(${column}) IS NOT NULL)
       FROM ${table}`,
    );
  }
}
