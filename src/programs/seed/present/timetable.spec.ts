import type { Value } from '../load/copy';
import { City } from '../network/city';
import { ARRIVAL_COLUMNS, arrivalRows, POSITION_COLUMNS, positionRows } from './timetable';

const NOW = new Date('2026-03-11T08:00:00Z');
const city = new City(1);

type Row = Readonly<Record<string, Value>>;

const rowsOf = (columns: readonly string[], rows: Iterable<readonly Value[]>): Row[] =>
  [...rows].map((row) =>
    Object.fromEntries(row.map((value, n): [string, Value] => [columns[n] ?? '', value])),
  );

const minutesFromNow = (time: Value | undefined): number =>
  (Date.parse(String(time)) - NOW.getTime()) / 60_000;

describe(arrivalRows, () => {
  const arrivals = rowsOf(ARRIVAL_COLUMNS, arrivalRows(city, NOW));

  it('announces buses at every stop, soon and hours ahead', () => {
    const first = new Map<Value | undefined, number>();
    const last = new Map<Value | undefined, number>();
    for (const { station_id: id, estimated_arrival } of arrivals.filter(
      ({ status }) => status !== 'ARRIVED',
    )) {
      const due = minutesFromNow(estimated_arrival);
      first.set(id, Math.min(first.get(id) ?? Infinity, due));
      last.set(id, Math.max(last.get(id) ?? 0, due));
    }
    expect(first.size).toBe(city.stations.length);
    expect(Math.max(...first.values())).toBeLessThan(30);
    expect(Math.min(...last.values())).toBeGreaterThan(5 * 60);
  });

  it('says of those in the past that they arrived, and when', () => {
    const past = arrivals.filter(({ estimated_arrival }) => minutesFromNow(estimated_arrival) <= 0);
    expect(past.length).toBeGreaterThan(0);
    expect(past).toEqual(arrivals.filter(({ status }) => status === 'ARRIVED'));
    expect(past).toEqual(arrivals.filter(({ actual_arrival }) => actual_arrival !== null));
    expect(past.filter(({ actual_arrival }) => minutesFromNow(actual_arrival) > 0)).toEqual([]);
  });
});

describe(positionRows, () => {
  const positions = rowsOf(POSITION_COLUMNS, positionRows(city, NOW));

  it('sees vehicles of every route in the last minute, each on one route', () => {
    const routes = new Map<Value | undefined, Value | undefined>();
    for (const { vehicle_id, route_id, observed_at } of positions) {
      expect(minutesFromNow(observed_at)).toBeLessThan(0);
      expect(minutesFromNow(observed_at)).toBeGreaterThan(-2);
      expect(routes.get(vehicle_id) ?? route_id).toBe(route_id);
      routes.set(vehicle_id, route_id);
    }
    expect(new Set(routes.values()).size).toBe(city.routes.length);
  });

  it('sees a vehicle at one place at a time', () => {
    const seen = new Set(positions.map(({ vehicle_id, observed_at }) => `${vehicle_id} ${observed_at}`));
    expect(seen.size).toBe(positions.length);
  });
});
