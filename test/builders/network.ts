import type { Client } from 'pg';
import { insert, unique } from './insert';

export type LocalityRow = { location_id: number; name: string };
export type StationRow = { station_id: number; name: string; station_code: string; is_active: boolean };
export type RouteRow = { route_id: number; route_code: string; route_name: string };
export type VehicleRow = { vehicle_id: number };

type Given<Row> = Partial<Row> & Readonly<Record<string, unknown>>;

export function aLocality(client: Client, given: Given<LocalityRow> = {}): Promise<LocalityRow> {
  return insert(client, 'locations', { name: `Localidad ${unique()}`, ...given });
}

export function aStation(client: Client, given: Given<StationRow> = {}): Promise<StationRow> {
  const number = unique();
  return insert(client, 'stations', {
    name: `Estación ${number}`,
    station_code: `E${number}`,
    station_type: 'ESTACION',
    ...given,
  });
}

/** A route that stops at these stations, in this order. */
export async function aRoute(
  client: Client,
  stops: readonly StationRow[] = [],
  given: Given<RouteRow> = {},
): Promise<RouteRow> {
  const number = unique();
  const route = await insert<RouteRow>(client, 'routes', {
    route_code: `R${number}`,
    route_name: `Ruta ${number}`,
    route_type: 'TRONCAL',
    ...given,
  });
  for (const [index, { station_id }] of stops.entries()) {
    await insert(client, 'route_stops', { route_id: route.route_id, station_id, sequence_order: index + 1 });
  }
  return route;
}

export function aVehicle(client: Client, given: Given<VehicleRow> = {}): Promise<VehicleRow> {
  return insert(client, 'vehicles', {
    license_plate: `AAA${unique()}`,
    vehicle_type: 'ARTICULADO',
    ...given,
  });
}
