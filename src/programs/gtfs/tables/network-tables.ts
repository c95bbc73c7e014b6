import { LONGEST } from '../../../common/text/lengths';
import type { RowCheck } from '../../bulk-load/row-checks';
import type { FeedTable } from './feed-table';

function tooLong(column: string): RowCheck {
  return {
    when: `length(${column}) > ${LONGEST.code}`,
    reason: `'${column} is longer than ${LONGEST.code}'`,
  };
}

/** As spreadsheets write numbers too: `.425`, `9.4E-4`. So bounded, every one of them fits into a double. */
const NUMBER = '^[-+]?(\\d{1,30}\\.?\\d{0,30}|\\.\\d{1,30})([eE][-+]?\\d{1,2})?$';

/** CASE, because PostgreSQL may cast before it has looked at the digits. */
function notADegree(column: string, most: number): RowCheck {
  return {
    when: `CASE WHEN ${column} ~ '${NUMBER}' THEN ${column}::double precision NOT BETWEEN -${most} AND ${most}
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

/** What vehicles stop at and no usable station has: a stop, or a platform whose station is missing or was refused. */
const STOPS_OF_THEIR_OWN = `SELECT stop.source_row
  FROM accepted_stops stop LEFT JOIN accepted_stops station
    ON station.stop_id = stop.parent_station AND station.location_type = '1'
  WHERE coalesce(stop.location_type, '0') = '0' AND station.stop_id IS NULL`;

/** Kinds of `location_type`: a platform or stop, a station, an entrance, a node of a pathway, a boarding area. */
const stops: FeedTable = {
  name: 'stops',
  columns: ['stop_id', 'stop_code', 'stop_name', 'stop_lat', 'stop_lon', 'location_type', 'parent_station'],
  required: ['stop_id'],
  oneOf: { location_type: ['0', '1', '2', '3', '4'] },
  refused: [
    { when: `stop_name IS NULL AND location_type = '1'`, reason: `'stop_name is missing'` },
    notADegree('stop_lat', 90),
    notADegree('stop_lon', 180),
    tooLong('stop_id'),
  ],
  unique: { stop_id: ['stop_id'] },
  refusedRows: [
    { rows: `${STOPS_OF_THEIR_OWN} AND stop.stop_name IS NULL`, reason: `'stop_name is missing'` },
  ],
  noted: [
    { when: `location_type = '2'`, reason: `'an entrance: not used'` },
    { when: `location_type = '3'`, reason: `'a node of a pathway: not used'` },
    { when: `location_type = '4'`, reason: `'a boarding area: not used'` },
    {
      when: `coalesce(location_type, '0') IN ('0', '1') AND num_nulls(stop_lat, stop_lon) > 0`,
      reason: `'stop_lat or stop_lon is missing: it has no position'`,
    },
  ],
  notedRows: [
    {
      rows: `SELECT stop.source_row
        FROM accepted_stops stop JOIN accepted_stops station
          ON station.stop_id = stop.parent_station AND station.location_type = '1'
        WHERE coalesce(stop.location_type, '0') = '0'`,
      reason: `format('a platform: what stops there stops at the station %s', s.parent_station)`,
    },
    {
      rows: `${STOPS_OF_THEIR_OWN} AND stop.parent_station IS NOT NULL`,
      reason: `format('parent_station %s is no station that can be used: it is a station of its own', s.parent_station)`,
    },
  ],
};

const routes: FeedTable = {
  name: 'routes',
  columns: ['route_id', 'agency_id', 'route_short_name', 'route_long_name', 'route_type', 'network_id'],
  required: ['route_id', 'route_type'],
  anyOf: [['route_short_name', 'route_long_name']],
  refused: [
    tooLong('route_id'),
    {
      when: 'route_type NOT IN (SELECT gtfs_type FROM known_route_types)',
      reason: `format('route_type %s has no counterpart here: give it one with --route-type %1$s=…', left(route_type, 40))`,
    },
  ],
  unique: { route_id: ['route_id'] },
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
  columns: ['trip_id', 'stop_id', 'stop_sequence', 'location_id', 'location_group_id'],
  required: ['trip_id', 'stop_sequence'],
  anyOf: [['stop_id', 'location_id', 'location_group_id']],
  refused: [
    {
      when: `stop_sequence !~ '^\\d{1,9}$'`,
      reason: `format('stop_sequence %s is not a whole number', left(stop_sequence, 40))`,
    },
  ],
  references: { trip_id: ['trips', 'trip_id'], stop_id: ['stops', 'stop_id'] },
  unique: { 'stop_sequence of the trip': ['trip_id', 'stop_sequence::integer'] },
  refusedRows: [
    {
      rows: `SELECT stop.source_row FROM accepted_stop_times stop JOIN accepted_stops place USING (stop_id)
        WHERE place.location_type IN ('2', '3', '4')`,
      reason: `format('stop_id %s is not where vehicles stop', s.stop_id)`,
    },
  ],
  noted: [
    {
      when: 'stop_id IS NULL',
      reason: `'a service on demand, within an area or a group of stops: not used'`,
    },
  ],
  notedRows: [
    {
      rows: `SELECT source_row FROM (
          SELECT source_row, stop_sequence::integer
            < lag(stop_sequence::integer) OVER (PARTITION BY trip_id ORDER BY source_row) AS is_late
          FROM accepted_stop_times
        ) placed WHERE is_late`,
      reason: `'it comes after a higher stop_sequence of its trip: the stops are read in the order of stop_sequence'`,
    },
  ],
};

const networks: FeedTable = {
  name: 'networks',
  isOptional: true,
  columns: ['network_id'],
  required: ['network_id'],
  unique: { network_id: ['network_id'] },
};

const routeNetworks: FeedTable = {
  name: 'route_networks',
  isOptional: true,
  columns: ['route_id', 'network_id'],
  required: ['network_id', 'route_id'],
  unique: { route_id: ['route_id'] },
  references: { route_id: ['routes', 'route_id'], network_id: ['networks', 'network_id'] },
};

/** The files that a feed must have. */
export const requiredTables: readonly FeedTable[] = [agency, stops, routes, trips, stopTimes];

/** The network, in an order in which each file refers to earlier ones only. */
export const networkTables: readonly FeedTable[] = [...requiredTables, networks, routeNetworks];
