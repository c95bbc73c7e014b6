import type { LedgerCheck } from './check';

/** The foreign keys by table: a column, and the column that must have its value. */
export const REFERENCES: Readonly<Record<string, readonly (readonly [column: string, target: string])[]>> = {
  access_keys: [
    ['client', 'clients.client'],
    ['recharge_point_id', 'recharge_points.recharge_point_id'],
    ['station_id', 'stations.station_id'],
    ['successor', 'access_keys.key_id'],
    ['user_id', 'users.user_id'],
    ['validator_id', 'validators.validator_id'],
    ['vehicle_id', 'vehicles.vehicle_id'],
  ],
  accounts: [['concessionaire_id', 'concessionaires.concessionaire_id']],
  actions: [['card_id', 'cards.card_id']],
  alerts: [
    ['station_id', 'stations.station_id'],
    ['route_id', 'routes.route_id'],
  ],
  arrivals: [
    ['station_id', 'stations.station_id'],
    ['route_id', 'routes.route_id'],
    ['vehicle_id', 'vehicles.vehicle_id'],
  ],
  boarding_days: [['location_id', 'locations.location_id']],
  boarding_hours: [['location_id', 'locations.location_id']],
  boarding_minutes: [['boarding_station_id', 'stations.station_id']],
  cards: [
    ['account_id', 'accounts.account_id'],
    ['debt_account_id', 'accounts.account_id'],
    ['user_id', 'users.user_id'],
  ],
  concessionaires: [['feed_id', 'feeds.feed_id']],
  depots: [
    ['location_id', 'locations.location_id'],
    ['concessionaire_id', 'concessionaires.concessionaire_id'],
  ],
  fare_adjustments: [
    ['boarding_station_id', 'stations.station_id'],
    ['card_id', 'cards.card_id'],
  ],
  device_list_members: [['list', 'device_lists.list']],
  drivers: [['concessionaire_id', 'concessionaires.concessionaire_id']],
  import_findings: [['import_id', 'imports.import_id']],
  import_tables: [['import_id', 'imports.import_id']],
  open_trips: [
    ['card_id', 'cards.card_id'],
    ['boarding_station_id', 'stations.station_id'],
  ],
  posting_days: [['account_id', 'accounts.account_id']],
  posting_hours: [['account_id', 'accounts.account_id']],
  postings: [
    ['card_id', 'cards.card_id'],
    ['credit_account_id', 'accounts.account_id'],
    ['debit_account_id', 'accounts.account_id'],
  ],
  recharge_point_days: [['recharge_point_id', 'recharge_points.recharge_point_id']],
  recharge_points: [
    ['channel', 'accounts.channel'],
    ['location_id', 'locations.location_id'],
  ],
  recharges: [
    ['card_id', 'cards.card_id'],
    ['channel', 'accounts.channel'],
    ['recharge_point_id', 'recharge_points.recharge_point_id'],
  ],
  route_stops: [
    ['route_id', 'routes.route_id'],
    ['station_id', 'stations.station_id'],
  ],
  routes: [
    ['concessionaire_id', 'concessionaires.concessionaire_id'],
    ['feed_id', 'feeds.feed_id'],
  ],
  station_destinations: [
    ['final_destination_station_id', 'stations.station_id'],
    ['origin_station_id', 'stations.station_id'],
  ],
  stations: [
    ['feed_id', 'feeds.feed_id'],
    ['location_id', 'locations.location_id'],
  ],
  suspended_taps: [['validator_id', 'validators.validator_id']],
  taps: [['validator_id', 'validators.validator_id']],
  trip_totals: [['location_id', 'locations.location_id']],
  trips: [
    ['boarding_station_id', 'stations.station_id'],
    ['card_id', 'cards.card_id'],
    ['disembarking_station_id', 'stations.station_id'],
    ['driver_id', 'drivers.driver_id'],
    ['route_id', 'routes.route_id'],
    ['vehicle_id', 'vehicles.vehicle_id'],
  ],
  validators: [
    ['concessionaire_id', 'concessionaires.concessionaire_id'],
    ['route_id', 'routes.route_id'],
    ['station_id', 'stations.station_id'],
    ['vehicle_id', 'vehicles.vehicle_id'],
  ],
  vehicle_positions: [
    ['route_id', 'routes.route_id'],
    ['vehicle_id', 'vehicles.vehicle_id'],
  ],
  vehicles: [
    ['concessionaire_id', 'concessionaires.concessionaire_id'],
    ['current_depot_id', 'depots.depot_id'],
  ],
};

/** Reads each table once, however many references it has; a row with several lost references names all of them. */
export function lostReferencesOf(table: string): string {
  const references = (REFERENCES[table] ?? []).map(([column, target], n) => {
    const [other = '', key = ''] = target.split('.');
    const lost = `row_of.${column} IS NOT NULL AND other_${n}.${key} IS NULL`;
    return {
      join: `LEFT JOIN ${other} other_${n} ON other_${n}.${key} = row_of.${column}`,
      lost,
      said: `CASE WHEN ${lost} THEN '${column} ' || row_of.${column} END`,
    };
  });
  const list = (part: 'join' | 'lost' | 'said', between: string): string =>
    references.map((reference) => reference[part]).join(between);
  return `SELECT '${table}' AS "table", concat_ws(', ', ${list('said', ', ')}) AS lost
          FROM ${table} row_of ${list('join', ' ')} WHERE ${list('lost', ' OR ')}`;
}

/** Needed beside the foreign keys, because they do not check rows that were written while they were switched off. */
export const referenceCheck: LedgerCheck = {
  name: 'every row that another row refers to exists',
  breaks: Object.keys(REFERENCES).map(lostReferencesOf).join(' UNION ALL '),
};
