import { CacheKey } from './cache-key';

/** Every key of the cache, and the variable that holds its time-to-live. */
export const cacheKeys = {
  usersCount: new CacheKey('users:count', 'TTL_USERS_COUNT'),
  usersActiveCount: new CacheKey('users:active:count', 'TTL_USERS_ACTIVE_COUNT'),
  usersLatest: new CacheKey('users:latest', 'TTL_USERS_LATEST'),
  userRecharges: new CacheKey('user:{user_id}:recharges', 'TTL_USER_RECHARGES'),
  userCardBalance: new CacheKey('user:{user_id}:card-balance', 'TTL_USER_CARD_BALANCE'),
  cardBalance: new CacheKey('card:{card_id}:balance', 'TTL_CARD_BALANCE'),
  cardHistory: new CacheKey('card:{card_id}:history', 'TTL_CARD_HISTORY'),
  trip: new CacheKey('trip:{trip_id}', 'TTL_TRIP'),
  tripsTotal: new CacheKey('trips:total', 'TTL_TRIPS_TOTAL'),
  tripsTotalLocalities: new CacheKey('trips:total:localities', 'TTL_TRIPS_TOTAL_LOCALITIES'),
  tripsCard: new CacheKey('trips:card:{card_id}', 'TTL_TRIPS_CARD'),
  routeStations: new CacheKey('route:{route_id}:stations', 'TTL_ROUTE_STATIONS'),
  financeTotalRevenue: new CacheKey('finance:total_revenue', 'TTL_FINANCE_TOTAL_REVENUE'),
  financeRevenueByLocalities: new CacheKey('finance:revenue:by_localities', 'TTL_FINANCE_REVENUE_LOCALITIES'),
  stationsList: new CacheKey('stations:list:{locality}:{status}', 'TTL_STATIONS_LIST'),
  stationsIdentifiers: new CacheKey('stations:identifiers', 'TTL_STATIONS_IDENTIFIERS'),
  stationDetails: new CacheKey('station:{code}:details', 'TTL_STATION_DETAILS'),
  stationArrivals: new CacheKey('station:{station_id}:arrivals', 'TTL_STATION_ARRIVALS', true),
  stationArrivalsByCode: new CacheKey('station:code:{code}:arrivals', 'TTL_STATION_ARRIVALS', true),
  stationAlerts: new CacheKey('station:{station_id}:alerts:{active_only}', 'TTL_STATION_ALERTS', true),
  systemAlerts: new CacheKey('system:alerts:{active_only}', 'TTL_STATION_ALERTS', true),
  routesCodes: new CacheKey('routes:codes', 'TTL_ROUTES_CODES'),
  routeDetails: new CacheKey('route:{code}:details', 'TTL_ROUTE_DETAILS'),
  routeLocation: new CacheKey('route:{code}:location', 'TTL_ROUTE_LOCATION', true),
} as const;
