import { SEVERITIES } from '../../../modules/alerts/alert.entity';
import { ARRIVAL_STATUSES } from '../../../modules/arrivals/arrival.entity';
import { LONGEST } from '../../../common/text/lengths';
import { ImportedTable, line, lines } from '../imported-table';
import { offTheGlobe } from './coordinates';
import { sameShape } from './same-shape';

/** What the network was doing at the time: arrivals, positions, alerts, where riders went. */
export const operationTables: readonly ImportedTable[] = [
  sameShape(
    {
      name: 'realtime_arrivals',
      columns: {
        arrival_id: 'bigint',
        station_id: 'bigint',
        route_id: 'bigint',
        vehicle_id: 'bigint',
        estimated_arrival_time: 'time',
        actual_arrival_time: 'time',
        status: line(LONGEST.code),
        created_at: 'time',
      },
      required: ['station_id', 'route_id', 'estimated_arrival_time', 'status', 'created_at'],
      oneOf: { status: ARRIVAL_STATUSES },
      references: { station_id: 'stations', route_id: 'routes', vehicle_id: 'vehicles' },
    },
    { estimated_arrival_time: 'estimated_arrival', actual_arrival_time: 'actual_arrival' },
    'arrivals',
  ),
  sameShape(
    {
      name: 'route_current_location',
      columns: {
        location_update_id: 'bigint',
        route_id: 'bigint',
        vehicle_id: 'bigint',
        latitude: 'double',
        longitude: 'double',
        speed: 'double',
        timestamp: 'time',
      },
      required: ['route_id', 'vehicle_id', 'latitude', 'longitude', 'timestamp'],
      references: { route_id: 'routes', vehicle_id: 'vehicles' },
      unique: { 'timestamp of the vehicle': ['vehicle_id', '"timestamp"'] },
      refused: [
        ...offTheGlobe,
        // Not NaN and not infinite either, which JSON has no words for.
        { when: 'speed NOT BETWEEN 0 AND 1000', reason: `'speed ' || speed || ' is not between 0 and 1000'` },
      ],
    },
    { location_update_id: 'position_id', timestamp: 'observed_at' },
    'vehicle_positions',
  ),
  sameShape(
    {
      name: 'alerts',
      columns: {
        alert_id: 'bigint',
        message: lines(LONGEST.message),
        severity: line(LONGEST.code),
        alert_type: line(LONGEST.alertType),
        start_timestamp: 'time',
        end_timestamp: 'time',
        station_id: 'bigint',
        route_id: 'bigint',
      },
      required: ['message', 'severity', 'alert_type', 'start_timestamp'],
      oneOf: { severity: SEVERITIES },
      references: { station_id: 'stations', route_id: 'routes' },
      refused: [
        { when: 'end_timestamp < start_timestamp', reason: `'end_timestamp is before start_timestamp'` },
      ],
    },
    { start_timestamp: 'start_time', end_timestamp: 'end_time' },
  ),
  sameShape({
    name: 'station_destinations',
    columns: {
      destination_id: 'bigint',
      origin_station_id: 'bigint',
      final_destination_station_id: 'bigint',
      trip_count: 'integer',
      aggregation_period: line(LONGEST.code),
    },
    required: ['origin_station_id', 'final_destination_station_id', 'trip_count', 'aggregation_period'],
    references: { origin_station_id: 'stations', final_destination_station_id: 'stations' },
    refused: [{ when: 'trip_count < 0', reason: `'trip_count ' || trip_count || ' is negative'` }],
  }),
];
