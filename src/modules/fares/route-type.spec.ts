import { fareComponentOf, ROUTE_TYPES } from './route-type';

describe(fareComponentOf.name, () => {
  it('prices cable and dual as trunk, the feeder as zonal', () => {
    expect(Object.fromEntries(ROUTE_TYPES.map((type) => [type, fareComponentOf(type)]))).toEqual({
      TRONCAL: 'trunk',
      DUAL: 'trunk',
      CABLE: 'trunk',
      ZONAL_UCE: 'zonal',
      ALIMENTADORA: 'zonal',
    });
  });
});
