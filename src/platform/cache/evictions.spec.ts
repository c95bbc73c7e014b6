import { CacheKey } from './cache-key';
import { cacheKeys } from './cache-keys';
import { type CardSubject, evictions, evicts, group } from './evictions';

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

  it('of a status are the balances that show it, the active users and the hotlist', () => {
    expect(evictions.cardStatusChanged.keysFor(owned)).toEqual([
      'card:7:balance',
      'user:3:card-balance',
      'users:active:count',
      'hotlist',
      'validators:late',
    ]);
  });

  it('of a recharge or its reversal are the balances, the histories and the revenue', () => {
    expect(evictions.recharged.keysFor({ ...owned, changes_debt: false })).toEqual([
      'card:7:balance',
      'card:7:history',
      'user:3:recharges',
      'user:3:card-balance',
      'finance:total_revenue',
    ]);
  });

  it('of a recharge that pays a debt, or of its reversal, is the hotlist as well', () => {
    expect(evictions.recharged.keysFor({ ...owned, changes_debt: true })).toContain('hotlist');
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

  it('of an alert are both variants of its station, or of the system, and all', () => {
    expect(evictions.alertChanged.keysFor({ station_id: 5 })).toEqual([
      'station:5:alerts:true',
      'station:5:alerts:false',
      'alerts:active',
    ]);
    expect(evictions.alertChanged.keysFor({ station_id: null })).toEqual([
      'system:alerts:true',
      'system:alerts:false',
      'alerts:active',
    ]);
  });

  it('of vehicles that moved are the routes that they were and are on, and all positions', () => {
    expect(evictions.vehiclesMoved.keysFor({ route_codes: ['J74', 'B74'] })).toEqual([
      'route:J74:location',
      'route:B74:location',
      'vehicles:positions',
    ]);
  });

  it('of a basic card evict nothing of users', () => {
    expect(evictions.recharged.keysFor({ ...basic, changes_debt: false })).toEqual([
      'card:7:balance',
      'card:7:history',
      'finance:total_revenue',
    ]);
  });
});

/** `npm run typecheck` fails when one of these calls compiles. */
describe('an eviction that does not compile', () => {
  const { cardBalance, userCardBalance, routesCodes, trip, stationAlerts } = cacheKeys;
  const once = () => [{}];
  const card = ({ card_id }: { card_id: number }) => [{ card_id }];

  it('has a key without its parameter, and would not evict `card::balance` either', () => {
    // @ts-expect-error The key needs card_id.
    const missing = evicts<unknown>(group(once, cardBalance));
    // @ts-expect-error The key needs card_id, beside one that needs nothing.
    const besideAnother = evicts<unknown>(group(once, routesCodes, cardBalance));
    // @ts-expect-error Both keys need parameters.
    const both = evicts<unknown>(group(once, trip, cardBalance));

    for (const eviction of [missing, besideAnother, both])
      expect(() => eviction.keysFor({ card_id: 7 })).toThrow(/a key \S+ needs the parameter (card|trip)_id/);
  });

  it('has a key with another parameter, or with only some of its parameters', () => {
    // @ts-expect-error The key needs user_id, not card_id.
    const another = group(card, userCardBalance);
    // @ts-expect-error The key needs active_only as well.
    const some = group(({ station_id }: { station_id: number }) => [{ station_id }], stationAlerts);

    expect(() => another.keysFor({ card_id: 7 })).toThrow('needs the parameter user_id');
    expect(() => some.keysFor({ station_id: 5 })).toThrow('needs the parameter active_only');
  });

  it('has a parameter that may be left out', () => {
    const optional = (_: unknown): { card_id?: number }[] => [{}];
    // @ts-expect-error The parameter may be missing.
    const missing = group(optional, cardBalance);

    expect(() => missing.keysFor(null)).toThrow('needs the parameter card_id');
  });

  it('has a parameter too many', () => {
    // @ts-expect-error The key has no card_id.
    const tooMany = group(card, routesCodes);

    expect(tooMany.keysFor({ card_id: 7 })).toEqual(['routes:codes']);
  });

  it('has parameters that the compiler does not know', () => {
    const anyKey: CacheKey = cardBalance;
    const anyValues = (_: unknown): Readonly<Record<string, number>>[] => [{}];
    const template: string = cardBalance.template;
    // @ts-expect-error The template is not known.
    const unknownTemplate = group(once, new CacheKey(template, 'TTL_CARD_BALANCE'));
    const prefix: string = 'card';
    // @ts-expect-error A part of the template is not known.
    const unknownPart = group(card, new CacheKey(`${prefix}:{card_id}:{other}`, 'TTL_CARD_BALANCE'));
    // @ts-expect-error The key is not known.
    const unknownKey = group(once, anyKey);
    // @ts-expect-error The values are not known.
    const unknownValues = group(anyValues, cardBalance);

    for (const eviction of [unknownTemplate, unknownKey, unknownValues])
      expect(() => eviction.keysFor(null)).toThrow('needs the parameter card_id');
    expect(() => unknownPart.keysFor({ card_id: 7 })).toThrow('needs the parameter other');
  });

  it('has a group about another subject', () => {
    // @ts-expect-error A user has no card_id.
    const ofUser = evicts<{ user_id: number }>(group(card, cardBalance));
    const ofCard = evicts<CardSubject>(group(card, cardBalance));

    expect(ofUser.templates).toEqual(ofCard.templates);
    expect(ofCard.keysFor({ card_id: 7, user_id: null })).toEqual(['card:7:balance']);
  });
});
