import { Dice } from '../../common/dice';
import type { RideableRoute } from './rideable-network';
import { WayPlanner } from './way-planner';

const route = (
  route_id: number,
  route_type: RideableRoute['route_type'],
  stations: readonly number[],
  closed: readonly number[] = [],
): RideableRoute => ({
  route_id,
  route_type,
  stops: stations.map((station_id) => ({ station_id, is_active: !closed.includes(station_id) })),
});

function draw(routes: readonly RideableRoute[], seed = 1): ReturnType<WayPlanner['draw']>[] {
  const planner = new WayPlanner(routes, new Dice(seed, 'test'));
  return Array.from({ length: 300 }, () => planner.draw());
}

describe(WayPlanner.name, () => {
  it('rides along a route, from any stop to any later one', () => {
    const rides = draw([route(1, 'TRONCAL', [10, 11, 12])]).map(
      ([ride]) => `${ride?.boarding_station_id} ${ride?.disembarking_station_id}`,
    );
    expect(new Set(rides)).toEqual(new Set(['10 11', '10 12', '11 12']));
  });

  it('boards nowhere that is out of service, but leaves there', () => {
    const rides = draw([route(1, 'TRONCAL', [10, 11, 12], [10, 12])]).flat();
    expect(rides.length).toBeGreaterThan(0);
    for (const ride of rides)
      expect(ride).toMatchObject({ boarding_station_id: 11, disembarking_station_id: 12 });
  });

  it('changes where the first ride ends, to another route that goes on from there', () => {
    const ways = draw([route(1, 'ALIMENTADORA', [1, 2, 10]), route(2, 'TRONCAL', [10, 11, 12])]);
    const changes = ways.filter(({ length }) => length === 2);
    expect(changes.length).toBeGreaterThan(20);
    for (const [first, second] of changes) {
      expect(first).toMatchObject({ route_id: 1, disembarking_station_id: 10 });
      expect(second).toMatchObject({ route_id: 2, boarding_station_id: 10 });
    }
  });

  it('does not change within the trunk', () => {
    const ways = draw([route(1, 'TRONCAL', [1, 10, 13]), route(2, 'DUAL', [10, 11, 12])]);
    expect(ways.filter(({ length }) => length === 2)).toEqual([]);
  });

  it('finds no way where nobody can board', () => {
    expect(new Set(draw([route(1, 'TRONCAL', [10, 11], [10]), route(2, 'CABLE', [12])]).flat())).toEqual(
      new Set(),
    );
  });
});
