import type { LegacyRows } from '../setup/legacy-database';
import type { LegacyTable } from '../setup/legacy-schema';

/** A small city of the replaced service, all of it acceptable; the persons are synthetic. */
const city: LegacyRows = {
  locations: [{ location_id: 1, name: 'Usaquén', description: 'Norte' }],
  concessionaires: [
    {
      concessionaire_id: 1,
      name: 'Capital',
      operates_troncal: true,
      operates_zonal_uce: false,
      operates_zonal_alimentacion: false,
      operates_cable: false,
    },
  ],
  depots: [{ depot_id: 1, name: 'Patio Norte', depot_type: 'PATIO', location_id: 1, concessionaire_id: 1 }],
  vehicles: [
    {
      vehicle_id: 1,
      license_plate: 'AAA001',
      vehicle_type: 'ARTICULADO',
      capacity: 160,
      concessionaire_id: 1,
      status: 'active',
      current_depot_id: 1,
    },
  ],
  drivers: [
    {
      driver_id: 1,
      employee_id: 'E1',
      first_name: 'Carlos',
      last_name: 'Erazo',
      concessionaire_id: 1,
      hire_date: '2010-07-27',
      license_number: 'L1',
      license_expiry_date: '2028-10-15',
      status: 'active',
    },
  ],
  stations: [1, 2, 3, 4].map((id) => ({
    station_id: id,
    name: `Estación ${id}`,
    station_code: `P0${id}`,
    station_type: 'PORTAL',
    location_id: id === 4 ? null : 1,
    latitude: 4.65,
    longitude: -74.1,
    has_cycle_parking: true,
    cycle_parking_spots: 10,
    is_active: true,
  })),
  routes: [
    {
      route_id: 1,
      route_code: 'A1',
      route_name: 'Norte',
      route_type: 'TRONCAL',
      origin_station_id: 1,
      destination_station_id: 3,
      concessionaire_id: 1,
      is_active: true,
    },
    {
      route_id: 2,
      route_code: 'Z9',
      route_name: 'Sur',
      route_type: 'ZONAL_UCE',
      origin_station_id: 3,
      destination_station_id: 4,
      is_active: false,
    },
  ],
  intermediate_stations: [
    { intermediate_station_id: 10, route_id: 1, station_id: 2, sequence_order: 1 },
    // An end of the route among its stops.
    { intermediate_station_id: 11, route_id: 1, station_id: 1, sequence_order: 2 },
  ],
  recharge_points: [
    { recharge_point_id: 1, name: 'Kiosco', location_id: 1, operator: 'PuntoRed' },
    { recharge_point_id: 2, name: 'Portal web', operator: 'Online Platform' },
  ],
  fares: [
    { fare_id: 1, fare_type: 'STANDARD_SITP', value: 2950, start_date: '2024-01-15' },
    { fare_id: 2, fare_type: 'TRANSFER_0_COST', value: 0, start_date: '2024-01-15' },
  ],
  users: [1, 2].map((id) => ({
    user_id: id,
    first_name: 'Luz',
    last_name: 'González',
    email: `user${id}@example.co`,
    id_number: `100000000${id}`,
    gender: 'F',
    date_of_birth: '1986-03-30',
    registration_date: '2018-08-27',
  })),
  cards: [
    {
      card_id: 1,
      card_number: 'C1',
      user_id: 1,
      acquisition_date: '2021-09-30',
      status: 'active',
      balance: 4200,
      last_used_date: '2024-06-05 07:50:21',
      update_date: '2025-04-04',
    },
    { card_id: 2, card_number: 'C2', acquisition_date: '2021-09-30', status: 'blocked', balance: 0 },
  ],
  recharges: [
    {
      recharge_id: 1,
      card_id: 1,
      recharge_point_id: 1,
      amount: 10_000,
      recharge_timestamp: '2024-06-03 07:00:00',
      transaction_id: 't1',
    },
    {
      recharge_id: 2,
      card_id: 2,
      recharge_point_id: 2,
      amount: 20_000,
      recharge_timestamp: '2024-06-02 07:00:00',
      transaction_id: 't2',
    },
    { recharge_id: 3, card_id: 1, amount: 5_000, recharge_timestamp: '2024-06-06 07:00:00' },
  ],
  trips: [
    {
      trip_id: 1,
      card_id: 1,
      vehicle_id: 1,
      route_id: 1,
      boarding_station_id: 1,
      disembarking_station_id: 3,
      boarding_time: '2024-06-05 07:50:21',
      disembarking_time: '2024-06-05 08:10:00',
      fare_id: 1,
      is_transfer: false,
      transfer_group_id: 'g1',
      driver_id: 1,
    },
    {
      trip_id: 2,
      card_id: 1,
      route_id: 2,
      boarding_station_id: 3,
      disembarking_station_id: 4,
      boarding_time: '2024-06-05 08:20:00',
      disembarking_time: '2024-06-05 08:50:00',
      fare_id: 2,
      is_transfer: true,
      transfer_group_id: 'g1',
    },
    // A blocked card, an inactive route, no end: it happened.
    {
      trip_id: 3,
      card_id: 2,
      route_id: 2,
      boarding_station_id: 3,
      boarding_time: '2024-06-04 20:00:00',
      fare_id: 1,
      is_transfer: false,
    },
  ],
  realtime_arrivals: [
    {
      arrival_id: 1,
      station_id: 1,
      route_id: 1,
      vehicle_id: 1,
      estimated_arrival_time: '2024-06-04 07:36:00',
      status: 'EXPECTED',
      created_at: '2024-06-04 07:28:14',
    },
  ],
  route_current_location: [
    {
      location_update_id: 1,
      route_id: 1,
      vehicle_id: 1,
      latitude: 4.54,
      longitude: -74.05,
      speed: 26.37,
      timestamp: '2024-06-04 07:28:39',
    },
  ],
  alerts: [
    {
      alert_id: 1,
      message: 'Demoras',
      severity: 'INFO',
      alert_type: 'ROUTE_DELAY',
      start_timestamp: '2024-05-27 00:25:00',
      end_timestamp: '2024-06-09 03:25:00',
      route_id: 1,
    },
  ],
  station_destinations: [
    {
      destination_id: 1,
      origin_station_id: 1,
      final_destination_station_id: 3,
      trip_count: 5,
      aggregation_period: 'JUNIO_2024',
    },
  ],
};

/** The small city and further rows. */
export function aLegacyCity(more: LegacyRows = {}): LegacyRows {
  const tables = Object.keys(city) as LegacyTable[];
  return Object.fromEntries(tables.map((table) => [table, [...(city[table] ?? []), ...(more[table] ?? [])]]));
}

/** The first row of a table of the small city, with other values in some columns. */
export function like(
  table: LegacyTable,
  changes: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return { ...city[table]?.[0], ...changes };
}
