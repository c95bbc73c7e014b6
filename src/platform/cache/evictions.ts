import { CacheKey } from './cache-key';
import { cacheKeys } from './cache-keys';

/** A card and the rider who owns it, if any. */
export interface CardSubject {
  readonly card_id: number;
  readonly user_id: number | null;
}

/** A card and the trips of it that a write opened or ended. */
export interface TripSubject extends CardSubject {
  readonly trip_ids: readonly number[];
}

/** An alert of a station, or of a route or the whole system. */
export interface AlertSubject {
  readonly station_id: number | null;
}

/** A fare rule: the service days whose fares may be cached, and may have become others by it. */
export interface FareRuleSubject {
  readonly days: readonly string[];
}

/** A kind of write: the answers that it makes old, as templates for readers and as keys for one subject. */
export interface Eviction<Subject> {
  readonly templates: readonly string[];
  readonly keysFor: (subject: Subject) => readonly string[];
}

type Parameters = Readonly<Record<string, string | number>>;

/** Pairs a subject's parameters with the keys they fill; null where the subject has none, as a card without a user. */
function evicts<Subject>(
  ...groups: readonly [parametersOf: (subject: Subject) => readonly Parameters[], keys: readonly CacheKey[]][]
): Eviction<Subject> {
  return {
    templates: groups.flatMap(([, keys]) => keys.map((key) => key.template)),
    keysFor: (subject) =>
      groups.flatMap(([parametersOf, keys]) =>
        parametersOf(subject).flatMap((parameters) => keys.map((key) => key.of(parameters))),
      ),
  };
}

const once = (): readonly Parameters[] => [{}];
const user = ({ user_id }: { user_id: number | null }): readonly Parameters[] =>
  user_id === null ? [] : [{ user_id }];
const card = ({ card_id }: { card_id: number }): readonly Parameters[] => [{ card_id }];
const trips = ({ trip_ids }: TripSubject): readonly Parameters[] => trip_ids.map((trip_id) => ({ trip_id }));

const station = ({ station_id }: { station_id: number }): readonly Parameters[] => [{ station_id }];
const stationCode = ({ station_code }: { station_code: string }): readonly Parameters[] => [
  { code: station_code },
];
const routeCodes = ({ route_codes }: { route_codes: readonly string[] }): readonly Parameters[] =>
  route_codes.map((code) => ({ code }));
const days = ({ days }: FareRuleSubject): readonly Parameters[] => days.map((on) => ({ on }));
/** Both variants of a station's alerts, or of the system's. */
const alertsOfStation = ({ station_id }: AlertSubject): readonly Parameters[] =>
  station_id === null ? [] : ALERT_VARIANTS.map((variant) => ({ ...variant, station_id }));
const alertsOfSystem = ({ station_id }: AlertSubject): readonly Parameters[] =>
  station_id === null ? ALERT_VARIANTS : [];

const ALERT_VARIANTS = [{ active_only: 'true' }, { active_only: 'false' }] as const;

const { usersCount, usersActiveCount, usersLatest, userRecharges, userCardBalance } = cacheKeys;
const { cardBalance, cardHistory, trip, tripsTotal, tripsTotalLocalities, tripsCard } = cacheKeys;
const { financeTotalRevenue, financeRevenueByLocalities } = cacheKeys;
const { stationArrivals, stationArrivalsByCode, stationAlerts, systemAlerts, routeLocation } = cacheKeys;
const { faresOn, fareTariffs, fareTransferRules, fareTransferPrices, fareConcessions, fareLimits } =
  cacheKeys;

const tripTotals = [tripsTotal, tripsTotalLocalities];
const revenues = [financeTotalRevenue, financeRevenueByLocalities];

/** What each write evicts: it follows from what the answers contain, the 404 under a new id included. */
export const evictions = {
  userCreated: evicts<{ user_id: number }>(
    [once, [usersCount, usersLatest]],
    [user, [userRecharges, userCardBalance]],
  ),
  cardCreated: evicts<CardSubject>(
    [card, [cardBalance, cardHistory, tripsCard]],
    [user, [userCardBalance]],
    [once, [usersActiveCount]],
  ),
  cardStatusChanged: evicts<CardSubject>(
    [card, [cardBalance]],
    [user, [userCardBalance]],
    [once, [usersActiveCount]],
  ),
  recharged: evicts<CardSubject>(
    [card, [cardBalance, cardHistory]],
    [user, [userRecharges, userCardBalance]],
    [once, [financeTotalRevenue]],
  ),
  boarded: evicts<TripSubject>(
    [card, [cardBalance, tripsCard]],
    [user, [userCardBalance]],
    [trips, [trip]],
    [once, [...tripTotals, ...revenues]],
  ),
  arrivalChanged: evicts<{ station_id: number; station_code: string }>(
    [station, [stationArrivals]],
    [stationCode, [stationArrivalsByCode]],
  ),
  alertChanged: evicts<AlertSubject>([alertsOfStation, [stationAlerts]], [alertsOfSystem, [systemAlerts]]),
  vehiclesMoved: evicts<{ route_codes: readonly string[] }>([routeCodes, [routeLocation]]),
  tariffSet: evicts<FareRuleSubject>([days, [faresOn]], [once, [fareTariffs]]),
  transferRuleSet: evicts<FareRuleSubject>([days, [faresOn]], [once, [fareTransferRules]]),
  transferPriceSet: evicts<FareRuleSubject>([days, [faresOn]], [once, [fareTransferPrices]]),
  concessionSet: evicts<FareRuleSubject>([days, [faresOn]], [once, [fareConcessions]]),
  fareLimitSet: evicts<FareRuleSubject>([days, [faresOn]], [once, [fareLimits]]),
  alighted: evicts<TripSubject>([card, [tripsCard]], [trips, [trip]], [once, tripTotals]),
} as const;
