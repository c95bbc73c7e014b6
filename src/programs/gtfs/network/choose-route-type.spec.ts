import { type GivenRouteTypes, chooseRouteType } from './choose-route-type';

const NOTHING: GivenRouteTypes = { byType: new Map(), byNetwork: new Map() };

describe(chooseRouteType.name, () => {
  it.each([
    ['0', 'TRONCAL'],
    ['3', 'ZONAL_UCE'],
    ['6', 'CABLE'],
    ['12', 'TRONCAL'],
    ['109', 'TRONCAL'],
    ['401', 'TRONCAL'],
    ['700', 'ZONAL_UCE'],
    ['711', 'ALIMENTADORA'],
    ['1000', 'ZONAL_UCE'],
    ['1300', 'CABLE'],
    ['1400', 'CABLE'],
  ])('takes %s for %s', (gtfsType, routeType) => {
    expect(chooseRouteType(gtfsType, null, NOTHING)).toEqual({ routeType, isGiven: false });
  });

  it.each(['8', '13', '99', '1100', '1501', '1700', '70', 'bus', '', '7000', 'constructor'])(
    'has none for %j',
    (gtfsType) => {
      expect(chooseRouteType(gtfsType, null, NOTHING)).toBeNull();
    },
  );

  it('goes by what the operator says, about a network rather than a type', () => {
    const given: GivenRouteTypes = {
      byType: new Map([['3', 'ALIMENTADORA']]),
      byNetwork: new Map([['n', 'DUAL']]),
    };
    expect(chooseRouteType('3', null, given)).toEqual({ routeType: 'ALIMENTADORA', isGiven: true });
    expect(chooseRouteType('3', 'n', given)).toEqual({ routeType: 'DUAL', isGiven: true });
  });

  it('goes by the name of a network that is a type or a part of the network here', () => {
    expect(chooseRouteType('3', 'Troncal', NOTHING)?.routeType).toBe('TRONCAL');
    expect(chooseRouteType('3', 'trunk', NOTHING)?.routeType).toBe('TRONCAL');
    expect(chooseRouteType('6', 'trunk', NOTHING)?.routeType).toBe('CABLE');
    expect(chooseRouteType('1', 'zonal', NOTHING)?.routeType).toBe('ZONAL_UCE');
    expect(chooseRouteType('711', 'zonal', NOTHING)?.routeType).toBe('ALIMENTADORA');
  });
});
