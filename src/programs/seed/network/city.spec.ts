import { City } from './city';
import { distance } from './geometry';
import type { Route } from './network';

const city = new City(1);
const named = (code: string): Route => {
  const route = city.routes.find((candidate) => candidate.code === code);
  if (!route) throw new Error(`no route ${code}`);
  return route;
};

/** Metres by which the way through all stops is longer when two neighbours change places; below zero is a zigzag. */
function detours({ stops }: Route): { stop: string; detour: number }[] {
  const length = (path: Route['stops']): number =>
    path.slice(1).reduce((sum, stop, n) => sum + distance(path[n] ?? stop, stop), 0);
  return stops.slice(2, -1).map((stop, index) => {
    const swapped = stops.toSpliced(index + 1, 2, stop, stops[index + 1] ?? stop);
    return { stop: stop.name, detour: length(swapped) - length(stops) };
  });
}

describe(City.name, () => {
  it('is the same for the same seed, and another one for another', () => {
    expect(new City(1)).toEqual(city);
    expect(new City(2).drivers).not.toEqual(city.drivers);
    expect(new City(2).stations).toEqual(city.stations);
  });

  it.each(city.routes.map((route) => [route.code, route] as const))('runs %s in travel order', (_, route) => {
    expect(detours(route).filter(({ detour }) => detour <= 0)).toEqual([]);
  });

  it('has no leap between two stops', () => {
    const longest = city.routes.flatMap(({ code, stops }) =>
      stops.slice(1).map((stop, n) => ({ code, to: stop.name, metres: distance(stops[n] ?? stop, stop) })),
    );
    expect(longest.filter(({ metres }) => metres > 6_000 || metres < 100)).toEqual([]);
  });

  it('lies in Bogotá', () => {
    for (const { latitude, longitude } of city.stations) {
      expect(latitude).toBeGreaterThan(4.5);
      expect(latitude).toBeLessThan(4.8);
      expect(longitude).toBeGreaterThan(-74.22);
      expect(longitude).toBeLessThan(-74.0);
    }
  });

  it('begins with a trunk route from the first station', () => {
    const [route] = city.routes;
    expect(route).toMatchObject({ id: 1, code: 'J74', type: 'TRONCAL' });
    expect(route?.stops[0]).toMatchObject({ id: 1, name: 'Portal Norte' });
    expect(route?.stops.length).toBeGreaterThanOrEqual(5);
  });

  it('has every code once, and serves every station', () => {
    expect(new Set(city.stations.map(({ code }) => code)).size).toBe(city.stations.length);
    expect(new Set(city.routes.map(({ code }) => code)).size).toBe(city.routes.length);
    expect(new Set(city.vehicles.map(({ plate }) => plate)).size).toBe(city.vehicles.length);
    const served = new Set(city.routes.flatMap(({ stops }) => stops));
    expect(city.stations.filter((station) => !served.has(station)).map(({ name }) => name)).toEqual([]);
  });

  it('runs expresses past stations where the local stops', () => {
    const local = named('H1').stops;
    const express = named('H75').stops;
    expect(express.length).toBeLessThan(local.length / 2);
    expect(express.filter((stop) => !local.includes(stop))).toEqual([]);
  });

  it('runs every route back over the same stops, a feeder in a circle', () => {
    for (const [index, route] of city.routes.entries()) {
      const back = city.route(route.opposite);
      expect(back.opposite).toBe(index);
      expect(back.stops[0]).toBe(route.stops.at(-1));
      if (route.type !== 'ALIMENTADORA') expect(back.stops).toEqual(route.stops.toReversed());
      else expect(back).toBe(route);
    }
  });

  it('gives every route vehicles and drivers of its own operator that are in service', () => {
    for (const { concessionaireId, vehicles, drivers } of city.routes) {
      const fleet = city.vehicles.slice(vehicles.first - 1, vehicles.first - 1 + vehicles.count);
      const staff = city.drivers.slice(drivers.first - 1, drivers.first - 1 + drivers.count);
      expect(fleet.length).toBeGreaterThan(0);
      expect(staff.length).toBeGreaterThan(0);
      for (const one of [...fleet, ...staff])
        expect(one).toMatchObject({ concessionaireId, status: 'active' });
    }
  });

  it('takes money by default first, and at one place online', () => {
    const { all } = city.rechargePoints;
    expect(all[0]).toMatchObject({ id: 1, name: 'Taquilla Portal Norte', channel: 'default' });
    expect(all.filter(({ channel }) => channel === 'online')).toHaveLength(1);
  });
});
