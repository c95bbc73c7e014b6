import type { CacheKey, KeyParameters } from './cache-key';
import { cacheKeys } from './cache-keys';

/** A card, and the rider who owns it, if any. */
export interface CardSubject {
  readonly card_id: number;
  readonly user_id: number | null;
}

/** A card whose debt a write may have changed. */
export interface DebtorSubject extends CardSubject {
  /** Whether it has: then the hotlist may be another one. */
  readonly changes_debt: boolean;
}

/** A card, and those of its trips that a write has opened or ended. */
export interface TripSubject extends CardSubject {
  readonly trip_ids: readonly number[];
}

/** Cards that were tapped, and the trips that were begun, ended, or charged otherwise than before. */
export interface TapsSubject {
  readonly cards: readonly CardSubject[];
  readonly trip_ids: readonly number[];
  /** Whether one of the cards owes another sum than before: then the hotlist may be another one. */
  readonly changes_debt: boolean;
}

/** A rider whose personal data was erased, with all cards of that rider. */
export interface ErasedSubject {
  readonly user_id: number;
  readonly card_ids: readonly number[];
}

/** An alert of one station; null is an alert of a route or of the whole system. */
export interface AlertSubject {
  readonly station_id: number | null;
}

/** A fare rule: the service days whose cached fares may change with it. */
export interface FareRuleSubject {
  readonly days: readonly string[];
}

/** The keys that become stale by one kind of write. */
export interface Eviction<Subject> {
  /** The templates of the keys, for the documentation. */
  readonly templates: readonly string[];
  /** Returns the keys that a write about this subject evicts. */
  readonly keysFor: (subject: Subject) => readonly string[];
}

/** The key, if its parameters are exactly the properties of `Values`. Otherwise `never`, so that the call does not compile. */
type KeyFilledBy<Key, Values> =
  Key extends CacheKey<infer Template>
    ? [Values, keyof KeyParameters<Template>] extends [KeyParameters<Template>, keyof Values]
      ? [keyof Values] extends [keyof KeyParameters<Template>]
        ? Key
        : never
      : never
    : never;

/**
 * Keys that have the same parameters, and how their values follow from the subject of a write.
 *
 * @param valuesOf returns one set of values for each key that is to be built from one template. It may return none.
 */
export function group<Subject, Values extends KeyParameters, Keys extends readonly CacheKey[]>(
  valuesOf: (subject: Subject) => readonly Values[],
  ...keys: { readonly [Index in keyof Keys]: Keys[Index] & KeyFilledBy<Keys[Index], Values> }
): Eviction<Subject> {
  return {
    templates: keys.map(({ template }) => template),
    keysFor: (subject) => valuesOf(subject).flatMap((values) => keys.map((key) => key.build(values))),
  };
}

/** All keys of several groups. */
export function evicts<Subject>(...groups: readonly Eviction<Subject>[]): Eviction<Subject> {
  return {
    templates: groups.flatMap(({ templates }) => templates),
    keysFor: (subject) => groups.flatMap(({ keysFor }) => keysFor(subject)),
  };
}

const withoutParameters = () => [{}];
const ifDebtChanges = ({ changes_debt }: { readonly changes_debt: boolean }) => (changes_debt ? [{}] : []);
const user = ({ user_id }: { user_id: number | null }) => (user_id === null ? [] : [{ user_id }]);
const card = ({ card_id }: { card_id: number }) => [{ card_id }];
const cardsOfErased = ({ card_ids }: ErasedSubject) => card_ids.map((card_id) => ({ card_id }));
const trips = ({ trip_ids }: TripSubject) => trip_ids.map((trip_id) => ({ trip_id }));
const tappedCards = ({ cards }: TapsSubject) => cards.map(({ card_id }) => ({ card_id }));
const tappedUsers = ({ cards }: TapsSubject) => cards.flatMap(user);
const tappedTrips = ({ trip_ids }: TapsSubject) => trip_ids.map((trip_id) => ({ trip_id }));
const onceIfTripsChanged = ({ trip_ids }: TapsSubject) => (trip_ids.length === 0 ? [] : [{}]);
const station = ({ station_id }: { station_id: number }) => [{ station_id }];
const stationCode = ({ station_code }: { station_code: string }) => [{ code: station_code }];
const routeCodes = ({ route_codes }: { route_codes: readonly string[] }) =>
  route_codes.map((code) => ({ code }));
const serviceDays = ({ days }: FareRuleSubject) => days.map((on) => ({ on }));

/** Alerts are cached twice: only the active ones, and all. */
const ALERT_VARIANTS = [{ active_only: 'true' }, { active_only: 'false' }] as const;
const alertsOfStation = ({ station_id }: AlertSubject) =>
  station_id === null ? [] : ALERT_VARIANTS.map((variant) => ({ ...variant, station_id }));
const alertsOfSystem = ({ station_id }: AlertSubject) => (station_id === null ? ALERT_VARIANTS : []);

const { usersCount, usersActiveCount, usersLatest, userRecharges, userCardBalance } = cacheKeys;
const { cardBalance, cardHistory, trip, tripsTotal, tripsTotalLocalities, tripsCard } = cacheKeys;
const { financeTotalRevenue, financeRevenueByLocalities } = cacheKeys;
const { stationArrivals, stationArrivalsByCode, stationAlerts, systemAlerts, activeAlerts } = cacheKeys;
const { routeLocation, vehiclePositions, hotlist, validatorsLate } = cacheKeys;
const { faresOn, fareTariffs, fareTransferRules, fareTransferPrices, fareConcessions, fareLimits } =
  cacheKeys;

const tripTotals = group(withoutParameters, tripsTotal, tripsTotalLocalities);
const revenues = group(withoutParameters, financeTotalRevenue, financeRevenueByLocalities);
/** Late validators are told by how many versions they are behind. */
const hotlistVersion = group(withoutParameters, hotlist, validatorsLate);
const faresOfDays = group(serviceDays, faresOn);

/** What each kind of write evicts. That includes the cached 404 of an id which did not exist before the write. */
export const evictions = {
  userCreated: evicts<{ user_id: number }>(
    group(withoutParameters, usersCount, usersLatest),
    group(user, userRecharges, userCardBalance),
  ),
  /** Of what is cached, only `users:latest` has personal data; the others change with the balances and statuses of the cards. */
  userErased: evicts<ErasedSubject>(
    group(withoutParameters, usersCount, usersActiveCount, usersLatest, financeTotalRevenue),
    hotlistVersion,
    group(user, userCardBalance),
    group(cardsOfErased, cardBalance),
  ),
  cardCreated: evicts<CardSubject>(
    group(card, cardBalance, cardHistory, tripsCard),
    group(user, userCardBalance),
    group(withoutParameters, usersActiveCount),
  ),
  cardStatusChanged: evicts<CardSubject>(
    group(card, cardBalance),
    group(user, userCardBalance),
    group(withoutParameters, usersActiveCount),
    hotlistVersion,
  ),
  hotlistMade: evicts<null>(hotlistVersion),
  validatorChanged: evicts<null>(group(withoutParameters, validatorsLate)),
  recharged: evicts<DebtorSubject>(
    group(card, cardBalance, cardHistory),
    group(user, userRecharges, userCardBalance),
    group(withoutParameters, financeTotalRevenue),
    group(ifDebtChanges, hotlist, validatorsLate),
  ),
  loaded: evicts<DebtorSubject>(
    group(card, cardBalance),
    group(user, userCardBalance),
    group(ifDebtChanges, hotlist, validatorsLate),
  ),
  boarded: evicts<TripSubject>(
    group(card, cardBalance, tripsCard),
    group(user, userCardBalance),
    group(trips, trip),
    tripTotals,
    revenues,
  ),
  alighted: evicts<TripSubject>(group(card, tripsCard), group(trips, trip), tripTotals),
  tapsTaken: evicts<TapsSubject>(
    group(tappedCards, cardBalance, tripsCard),
    group(tappedUsers, userCardBalance),
    group(tappedTrips, trip),
    group(
      onceIfTripsChanged,
      tripsTotal,
      tripsTotalLocalities,
      financeTotalRevenue,
      financeRevenueByLocalities,
    ),
    group(ifDebtChanges, hotlist),
    group(withoutParameters, validatorsLate),
  ),
  arrivalChanged: evicts<{ station_id: number; station_code: string }>(
    group(station, stationArrivals),
    group(stationCode, stationArrivalsByCode),
  ),
  alertChanged: evicts<AlertSubject>(
    group(alertsOfStation, stationAlerts),
    group(alertsOfSystem, systemAlerts),
    group(withoutParameters, activeAlerts),
  ),
  vehiclesMoved: evicts<{ route_codes: readonly string[] }>(
    group(routeCodes, routeLocation),
    group(withoutParameters, vehiclePositions),
  ),
  tariffSet: evicts<FareRuleSubject>(faresOfDays, group(withoutParameters, fareTariffs)),
  transferRuleSet: evicts<FareRuleSubject>(faresOfDays, group(withoutParameters, fareTransferRules)),
  transferPriceSet: evicts<FareRuleSubject>(faresOfDays, group(withoutParameters, fareTransferPrices)),
  concessionSet: evicts<FareRuleSubject>(faresOfDays, group(withoutParameters, fareConcessions)),
  fareLimitSet: evicts<FareRuleSubject>(faresOfDays, group(withoutParameters, fareLimits)),
} as const;
