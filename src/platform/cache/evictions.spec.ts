import { evictions } from './evictions';

const owned = { card_id: 7, user_id: 3 };
const basic = { card_id: 7, user_id: null };

describe('evictions', () => {
  it('of a new user are the counts, the latest, and what was not found under its id', () => {
    expect(evictions.userCreated.keysFor({ user_id: 3 })).toEqual([
      'users:count',
      'users:latest',
      'user:3:recharges',
      'user:3:card-balance',
    ]);
  });

  it('of a new card are what was not found under its id, its user and the active users', () => {
    expect(evictions.cardCreated.keysFor(owned)).toEqual([
      'card:7:balance',
      'card:7:history',
      'trips:card:7',
      'user:3:card-balance',
      'users:active:count',
    ]);
  });

  it('of a status are the balances that show it and the active users', () => {
    expect(evictions.cardStatusChanged.keysFor(owned)).toEqual([
      'card:7:balance',
      'user:3:card-balance',
      'users:active:count',
    ]);
  });

  it('of a recharge or its reversal are the balances, the histories and the revenue', () => {
    expect(evictions.recharged.keysFor(owned)).toEqual([
      'card:7:balance',
      'card:7:history',
      'user:3:recharges',
      'user:3:card-balance',
      'finance:total_revenue',
    ]);
  });

  it('of a boarding are the balances, the trips that it opened and closed, the totals and both revenues', () => {
    expect(evictions.boarded.keysFor({ ...owned, trip_ids: [12, 11] })).toEqual([
      'card:7:balance',
      'trips:card:7',
      'user:3:card-balance',
      'trip:12',
      'trip:11',
      'trips:total',
      'trips:total:localities',
      'finance:total_revenue',
      'finance:revenue:by_localities',
    ]);
  });

  it('of an alighting are the trip, its card and the totals', () => {
    expect(evictions.alighted.keysFor({ ...owned, trip_ids: [12] })).toEqual([
      'trips:card:7',
      'trip:12',
      'trips:total',
      'trips:total:localities',
    ]);
  });

  it('of an arrival are those of its station, by its id and by its code', () => {
    expect(evictions.arrivalChanged.keysFor({ station_id: 5, station_code: 'TM0101' })).toEqual([
      'station:5:arrivals',
      'station:code:TM0101:arrivals',
    ]);
  });

  it('of an alert are both variants of its station, or of the system', () => {
    expect(evictions.alertChanged.keysFor({ station_id: 5 })).toEqual([
      'station:5:alerts:true',
      'station:5:alerts:false',
    ]);
    expect(evictions.alertChanged.keysFor({ station_id: null })).toEqual([
      'system:alerts:true',
      'system:alerts:false',
    ]);
  });

  it('of vehicles that moved are the routes that they were and are on', () => {
    expect(evictions.vehiclesMoved.keysFor({ route_codes: ['J74', 'B74'] })).toEqual([
      'route:J74:location',
      'route:B74:location',
    ]);
  });

  it('of a basic card leave all users alone', () => {
    expect(evictions.recharged.keysFor(basic)).toEqual([
      'card:7:balance',
      'card:7:history',
      'finance:total_revenue',
    ]);
  });
});
