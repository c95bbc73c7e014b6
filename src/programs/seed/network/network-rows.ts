import type { Client } from 'pg';
import { copyRows } from '../load/copy';
import { shiftDay } from '../../../common/time/service-day';
import type { City } from './city';
import { CONCESSIONAIRES } from './concessionaires';
import { LOCALITIES } from './localities';
import type { Station } from './network';

const DEPOT_TYPE = 'PATIO';
const DAYS_A_YEAR = 365;

/** Writes the network. The id of a row is its place in its list, from 1. */
export async function writeNetwork(client: Client, city: City, today: string): Promise<void> {
  await copyRows(
    client,
    'locations',
    ['location_id', 'name', 'description'],
    LOCALITIES.map((name, n) => [n + 1, name, `Localidad ${n + 1} de Bogotá`]),
  );
  await copyRows(
    client,
    'concessionaires',
    [
      'concessionaire_id',
      'name',
      'operates_troncal',
      'operates_zonal_uce',
      'operates_zonal_alimentacion',
      'operates_cable',
    ],
    CONCESSIONAIRES.map(({ name, operates }, n) => [
      n + 1,
      name,
      operates.includes('TRONCAL') || operates.includes('DUAL'),
      operates.includes('ZONAL_UCE'),
      operates.includes('ALIMENTADORA'),
      operates.includes('CABLE'),
    ]),
  );
  await writeFleet(client, city, today);
  await writeStops(client, city);
}

async function writeFleet(client: Client, city: City, today: string): Promise<void> {
  await copyRows(
    client,
    'depots',
    ['depot_id', 'name', 'address', 'depot_type', 'capacity_vehicles', 'location_id', 'concessionaire_id'],
    CONCESSIONAIRES.map(({ name, yard }, n) => {
      const near = city.stations.find((station) => station.name === yard);
      const vehicles = city.vehicles.filter(({ concessionaireId }) => concessionaireId === n + 1).length;
      const capacity = Math.ceil(vehicles / 10) * 10 + 20;
      return [n + 1, `Patio ${name}`, near?.address ?? null, DEPOT_TYPE, capacity, localityOf(near), n + 1];
    }),
  );
  await copyRows(
    client,
    'vehicles',
    [
      'vehicle_id',
      'license_plate',
      'vehicle_type',
      'capacity',
      'technology',
      'model_year',
      'concessionaire_id',
      'status',
      'current_depot_id',
    ],
    city.vehicles.map(({ id, plate, type, capacity, technology, modelYear, concessionaireId, status }) => [
      id,
      plate,
      type,
      capacity,
      technology,
      modelYear,
      concessionaireId,
      status,
      concessionaireId,
    ]),
  );
  await copyRows(
    client,
    'drivers',
    [
      'driver_id',
      'employee_id',
      'first_name',
      'last_name',
      'concessionaire_id',
      'hire_date',
      'license_number',
      'license_expiry_date',
      'status',
    ],
    city.drivers.map((driver) => [
      driver.id,
      driver.employeeId,
      driver.firstName,
      driver.lastName,
      driver.concessionaireId,
      shiftDay(today, -driver.yearsHired * DAYS_A_YEAR),
      driver.licenseNumber,
      shiftDay(today, driver.yearsLicensed * DAYS_A_YEAR),
      driver.status,
    ]),
  );
}

async function writeStops(client: Client, { stations, routes, rechargePoints }: City): Promise<void> {
  await copyRows(
    client,
    'stations',
    [
      'station_id',
      'name',
      'station_code',
      'station_type',
      'address',
      'location_id',
      'latitude',
      'longitude',
      'has_cycle_parking',
      'cycle_parking_spots',
    ],
    stations.map((station) => {
      const { id, name, code, type, address, latitude, longitude } = station;
      const cycles = type === 'PORTAL' ? 400 : 0;
      return [id, name, code, type, address, localityOf(station), latitude, longitude, cycles > 0, cycles];
    }),
  );
  await copyRows(
    client,
    'routes',
    ['route_id', 'route_code', 'route_name', 'route_type', 'concessionaire_id'],
    routes.map(({ id, code, name, type, concessionaireId }) => [id, code, name, type, concessionaireId]),
  );
  const stops = routes.flatMap(({ id, stops: passed }) =>
    passed.map((station, n) => [id, n + 1, station.id]),
  );
  await copyRows(
    client,
    'route_stops',
    ['route_stop_id', 'route_id', 'sequence_order', 'station_id'],
    stops.map((stop, n) => [n + 1, ...stop]),
  );
  await copyRows(
    client,
    'recharge_points',
    ['recharge_point_id', 'name', 'address', 'latitude', 'longitude', 'location_id', 'operator', 'channel'],
    rechargePoints.all.map((point) => [
      point.id,
      point.name,
      point.address,
      point.latitude,
      point.longitude,
      localityOf(point),
      point.operator,
      point.channel,
    ]),
  );
}

/** Returns null outside of the city's localities. */
function localityOf(place: Pick<Station, 'locality'> | undefined): number | null {
  return place?.locality ? place.locality : null;
}
