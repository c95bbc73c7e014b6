import type { Remark } from '../../import/remarks';
import type { FeedTable } from './feed-table';

/** As long as a code in a path may be. */
const LONGEST_CODE = 100;

function tooLong(column: string): Remark {
  return {
    when: `length(${column}) > ${LONGEST_CODE}`,
    reason: `'${column} is longer than ${LONGEST_CODE}'`,
  };
}

/** CASE, because PostgreSQL may cast before it has looked at the digits. */
function notADegree(column: string, most: number): Remark {
  return {
    when: `CASE WHEN ${column} ~ '^[-+]?\\d{1,3}(\\.\\d*)?$' THEN ${column}::double precision NOT BETWEEN -${most} AND ${most}
      ELSE ${column} IS NOT NULL END`,
    reason: `format('${column} %s is not between -${most} and ${most}', left(${column}, 40))`,
  };
}

const agency: FeedTable = {
  name: 'agency',
  columns: ['agency_id', 'agency_name'],
  required: ['agency_name'],
  refused: [
    {
      when: 'agency_id IS NULL AND (SELECT count(*) FROM source_agency) > 1',
      reason: `'agency_id is missing, and the feed has several agencies'`,
    },
  ],
  unique: { agency_id: ['agency_id'] },
};

/** Kinds of `location_type`: a platform or stop, a station, an entrance, a node of a pathway, a boarding area. */
const stops: FeedTable = {
  name: 'stops',
  columns: ['stop_id', 'stop_code', 'stop_name', 'stop_lat', 'stop_lon', 'location_type', 'parent_station'],
  required: ['stop_id'],
  oneOf: { location_type: ['0', '1', '2', '3', '4'] },
  refused: [
    {
      when: `stop_name IS NULL AND coalesce(location_type, '0') IN ('0', '1')`,
      reason: `'stop_name is missing'`,
    },
    notADegree('stop_lat', 90),
    notADegree('stop_lon', 180),
    tooLong('stop_id'),
    {
      when: `coalesce(location_type, '0') = '0' AND parent_station IN (
        SELECT parent.stop_id FROM source_stops parent WHERE parent.location_type IS DISTINCT FROM '1')`,
      reason: `format('parent_station %s is not a station', parent_station)`,
    },
  ],
  unique: { stop_id: ['stop_id'] },
  references: { parent_station: ['stops', 'stop_id'] },
  noted: [
    {
      when: `coalesce(location_type, '0') = '0' AND parent_station IS NOT NULL`,
      reason: `format('a platform: what stops there stops at the station %s', parent_station)`,
    },
    { when: `location_type = '2'`, reason: `'an entrance: not used'` },
    { when: `location_type = '3'`, reason: `'a node of a pathway: not used'` },
    { when: `location_type = '4'`, reason: `'a boarding area: not used'` },
    {
      when: `coalesce(location_type, '0') IN ('0', '1') AND num_nulls(stop_lat, stop_lon) > 0`,
      reason: `'stop_lat or stop_lon is missing: it has no position'`,
    },
  ],
};

const routes: FeedTable = {
  name: 'routes',
  columns: ['route_id', 'agency_id', 'route_short_name', 'route_long_name', 'route_type', 'network_id'],
  required: ['route_id', 'route_type'],
  refused: [
    {
      when: 'num_nonnulls(route_short_name, route_long_name) = 0',
      reason: `'route_short_name and route_long_name are missing'`,
    },
    tooLong('route_id'),
    {
      when: 'route_type NOT IN (SELECT gtfs_type FROM known_route_types)',
      reason: `format('route_type %s has no counterpart here: give it one with --route-type %1$s=…', left(route_type, 40))`,
    },
  ],
  unique: { route_id: ['route_id'] },
  noted: [
    {
      when: `CASE WHEN agency_id IS NULL THEN (SELECT count(*) FROM accepted_agency) > 1
        ELSE NOT EXISTS (SELECT FROM accepted_agency kept WHERE kept.agency_id = s.agency_id) END`,
      reason: `coalesce('agency_id ' || agency_id || ' is not among the agencies', 'agency_id is missing')
        || ': it has no concessionaire'`,
    },
  ],
};

const trips: FeedTable = {
  name: 'trips',
  columns: ['trip_id', 'route_id'],
  required: ['trip_id', 'route_id'],
  unique: { trip_id: ['trip_id'] },
  references: { route_id: ['routes', 'route_id'] },
};

const stopTimes: FeedTable = {
  name: 'stop_times',
  columns: ['trip_id', 'stop_id', 'stop_sequence'],
  required: ['trip_id', 'stop_id', 'stop_sequence'],
  refused: [
    {
      when: `stop_sequence !~ '^\\d{1,9}$'`,
      reason: `format('stop_sequence %s is not a whole number', left(stop_sequence, 40))`,
    },
    {
      when: `stop_id IN (SELECT place.stop_id FROM accepted_stops place WHERE place.location_type IN ('2', '3', '4'))`,
      reason: `format('stop_id %s is not where vehicles stop', stop_id)`,
    },
  ],
  references: { trip_id: ['trips', 'trip_id'], stop_id: ['stops', 'stop_id'] },
  unique: { 'stop_sequence of the trip': ['trip_id', 'stop_sequence::integer'] },
  noted: [
    {
      when: `source_row IN (
        SELECT placed.source_row FROM (
          SELECT stop.source_row, stop.stop_sequence::integer
            < lag(stop.stop_sequence::integer) OVER (PARTITION BY stop.trip_id ORDER BY stop.source_row) AS is_late
          FROM accepted_stop_times stop
        ) placed WHERE placed.is_late)`,
      reason: `'it comes after a higher stop_sequence of its trip: taken in the order of stop_sequence'`,
    },
  ],
};

const networks: FeedTable = {
  name: 'networks',
  columns: ['network_id'],
  required: ['network_id'],
  unique: { network_id: ['network_id'] },
};

const routeNetworks: FeedTable = {
  name: 'route_networks',
  columns: ['route_id', 'network_id'],
  required: ['network_id', 'route_id'],
  unique: { route_id: ['route_id'] },
  references: { route_id: ['routes', 'route_id'], network_id: ['networks', 'network_id'] },
};

/** The files that a feed must have. */
export const requiredTables: readonly FeedTable[] = [agency, stops, routes, trips, stopTimes];

/** The network, in an order in which each file refers to earlier ones only. */
export const networkTables: readonly FeedTable[] = [...requiredTables, networks, routeNetworks];
