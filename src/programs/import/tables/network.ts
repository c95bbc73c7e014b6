import { ROUTE_TYPES } from '../../../modules/fares/route-type';
import { LONGEST } from '../../../common/text/lengths';
import { ImportedTable, LARGEST_ID, identifier, line } from '../imported-table';
import { offTheGlobe } from './coordinates';
import { sameShape } from './same-shape';

/** Where the network stops, and where a card is recharged. */
export const networkTables: readonly ImportedTable[] = [
  sameShape({
    name: 'stations',
    columns: {
      station_id: 'bigint',
      name: line(LONGEST.name),
      station_code: identifier(LONGEST.code),
      station_type: line(LONGEST.code),
      address: line(LONGEST.address),
      location_id: 'bigint',
      latitude: 'double',
      longitude: 'double',
      has_cycle_parking: 'boolean',
      cycle_parking_spots: 'integer',
      is_active: 'boolean',
    },
    required: ['name', 'station_code', 'station_type'],
    defaults: { has_cycle_parking: 'false', cycle_parking_spots: '0', is_active: 'false' },
    references: { location_id: 'locations' },
    unique: { station_code: ['station_code'] },
    refused: [
      ...offTheGlobe,
      {
        when: 'cycle_parking_spots < 0',
        reason: `'cycle_parking_spots ' || cycle_parking_spots || ' is negative'`,
      },
    ],
  }),
  {
    name: 'routes',
    columns: {
      route_id: 'bigint',
      route_code: identifier(LONGEST.code),
      route_name: line(LONGEST.name),
      route_type: line(LONGEST.code),
      origin_station_id: 'bigint',
      destination_station_id: 'bigint',
      concessionaire_id: 'bigint',
      is_active: 'boolean',
    },
    required: ['route_code', 'route_name', 'route_type'],
    defaults: { is_active: 'false' },
    oneOf: { route_type: ROUTE_TYPES },
    references: {
      origin_station_id: 'stations',
      destination_station_id: 'stations',
      concessionaire_id: 'concessionaires',
    },
    unique: { route_code: ['route_code'] },
    noted: [
      {
        when: 'origin_station_id IS NULL',
        reason: `'it has no origin: its stops begin with the second one'`,
      },
      { when: 'destination_station_id IS NULL', reason: `'it has no destination: its last stop is missing'` },
    ],
    target: {
      table: 'routes',
      identity: 'route_id',
      insert: `INSERT INTO routes (route_id, route_code, route_name, route_type, concessionaire_id, is_active)
        SELECT route_id, route_code, route_name, route_type, concessionaire_id, is_active
        FROM accepted_routes ORDER BY route_id`,
    },
  },
  {
    name: 'intermediate_stations',
    columns: {
      intermediate_station_id: 'bigint',
      route_id: 'bigint',
      station_id: 'bigint',
      sequence_order: 'integer',
    },
    required: ['route_id', 'station_id', 'sequence_order'],
    references: { route_id: 'routes', station_id: 'stations' },
    unique: { 'sequence_order of the route': ['route_id', 'sequence_order'] },
    refused: [
      {
        // 0 is the origin's; the destination comes one after the last.
        when: 'sequence_order NOT BETWEEN 1 AND 1000000',
        reason: `'sequence_order ' || sequence_order || ' is not between 1 and 1000000'`,
      },
    ],
    target: {
      table: 'route_stops',
      identity: 'route_stop_id',
      insert: `INSERT INTO route_stops (route_stop_id, route_id, sequence_order, station_id)
        SELECT intermediate_station_id, route_id, sequence_order, station_id
        FROM accepted_intermediate_stations ORDER BY intermediate_station_id`,
      // Origin and destination were columns of the route; as stops they get ids after all those that are kept.
      complete: `INSERT INTO route_stops (route_stop_id, route_id, sequence_order, station_id)
        SELECT kept.last_id + row_number() OVER (ORDER BY ends.route_id, ends.sequence_order),
          ends.route_id, ends.sequence_order, ends.station_id
        FROM (
          SELECT route_id, 0 AS sequence_order, origin_station_id AS station_id FROM accepted_routes
          UNION ALL
          SELECT route_id, coalesce(stops.last_order, 0) + 1, destination_station_id
          FROM accepted_routes LEFT JOIN (
            SELECT route_id, max(sequence_order) AS last_order FROM accepted_intermediate_stations GROUP BY route_id
          ) stops USING (route_id)
        ) ends, (
          SELECT coalesce(max(intermediate_station_id), 0) AS last_id FROM source_intermediate_stations
          WHERE intermediate_station_id BETWEEN 1 AND ${LARGEST_ID}
        ) kept
        WHERE ends.station_id IS NOT NULL`,
    },
  },
  {
    name: 'recharge_points',
    columns: {
      recharge_point_id: 'bigint',
      name: line(LONGEST.name),
      address: line(LONGEST.address),
      latitude: 'double',
      longitude: 'double',
      location_id: 'bigint',
      operator: line(LONGEST.name),
    },
    required: ['name'],
    references: { location_id: 'locations' },
    refused: offTheGlobe,
    target: {
      table: 'recharge_points',
      identity: 'recharge_point_id',
      insert: `INSERT INTO recharge_points
          (recharge_point_id, name, address, latitude, longitude, location_id, operator, channel)
        SELECT recharge_point_id, name, address, latitude, longitude, location_id, operator,
          CASE operator WHEN 'Online Platform' THEN 'online' ELSE 'default' END
        FROM accepted_recharge_points ORDER BY recharge_point_id`,
    },
  },
];
