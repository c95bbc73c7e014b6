import type { City } from '../network/city';
import { between } from '../network/geometry';
import type { Route } from '../network/network';
import type { Value } from '../load/copy';

export const ARRIVAL_COLUMNS = [
  'arrival_id',
  'station_id',
  'route_id',
  'vehicle_id',
  'estimated_arrival',
  'actual_arrival',
  'status',
  'created_at',
] as const;

export const POSITION_COLUMNS = [
  'position_id',
  'vehicle_id',
  'route_id',
  'latitude',
  'longitude',
  'speed',
  'observed_at',
] as const;

const MINUTE = 60;
const HOUR = 3_600;
const LEAST_HEADWAY = 6 * MINUTE;
/** Until this time all buses are announced, and after it one in twelve, so that the demonstration has arrivals for hours. */
const ALL_UNTIL = 45 * MINUTE;
const SOME_UNTIL = 8 * HOUR;
const SOME = 12;
const SHOWN_SINCE = -10 * MINUTE;
const OBSERVED_BEFORE = [60, 30, 5];

/** A bus, and when it leaves its first stop, in seconds from now. A negative number means that it has left. */
interface Departure {
  readonly route: Route;
  readonly vehicle: number;
  readonly number: number;
  readonly leaves: number;
}

/** Returns the buses that are on the road now or later. A route has enough vehicles for its headway. */
function* departures({ routes }: City): Generator<Departure> {
  for (const route of routes) {
    const total = route.schedule.at(-1) ?? 0;
    const headway = Math.max(LEAST_HEADWAY, Math.ceil(total / (route.vehicles.count - 1)));
    // The buses of different routes do not start at the same time.
    const phase = (route.id * 97) % headway;
    const first = -Math.floor(total / headway);
    for (let number = first; number * headway + phase <= SOME_UNTIL; number += 1) {
      const place = (number - first) % route.vehicles.count;
      yield { route, vehicle: route.vehicles.first + place, number, leaves: number * headway + phase };
    }
  }
}

/** Returns the arrivals that the displays at the stops show. */
export function* arrivalRows(city: City, now: Date): Generator<readonly Value[]> {
  const stamp = (seconds: number): string => new Date(now.getTime() + seconds * 1_000).toISOString();
  let id = 0;
  for (const { route, vehicle, number, leaves } of departures(city)) {
    for (const [n, seconds] of route.schedule.entries()) {
      const due = leaves + seconds;
      if (due < SHOWN_SINCE || due > SOME_UNTIL) continue;
      if (due > ALL_UNTIL && number % SOME !== 0) continue;
      const status = statusOf(due, number + n);
      const actual = status === 'ARRIVED' ? stamp(Math.min(0, due + (number % 3) * 20)) : null;
      const stationId = route.stops[n]?.id ?? 0;
      yield [(id += 1), stationId, route.id, vehicle, stamp(due), actual, status, now.toISOString()];
    }
  }
}

function statusOf(due: number, number: number): string {
  if (due <= 0) return 'ARRIVED';
  if (number % 23 === 5) return 'DELAYED';
  return number % 97 === 11 ? 'CANCELLED' : 'EXPECTED';
}

/** Returns where the buses on the road were seen in the last minute. */
export function* positionRows(city: City, now: Date): Generator<readonly Value[]> {
  let id = 0;
  for (const { route, vehicle, leaves } of departures(city)) {
    const total = route.schedule.at(-1) ?? 0;
    for (const before of OBSERVED_BEFORE) {
      const driven = -leaves - before;
      if (driven < 0 || driven > total) continue;
      const { latitude, longitude } = placeAt(route, driven);
      const speed = 12 + ((vehicle * 7 + before) % 23);
      yield [
        (id += 1),
        vehicle,
        route.id,
        latitude,
        longitude,
        speed,
        new Date(now.getTime() - before * 1_000).toISOString(),
      ];
    }
  }
}

function placeAt({ stops, schedule }: Route, driven: number): { latitude: number; longitude: number } {
  const passed = schedule.findLastIndex((seconds) => seconds <= driven);
  const [from, to] = [stops[passed], stops[passed + 1]];
  if (!from) throw new RangeError(`nobody is ${driven} seconds after the start`);
  if (!to) return from;
  const [left, due] = [schedule[passed] ?? 0, schedule[passed + 1] ?? 0];
  return between(from, to, (driven - left) / (due - left));
}
