import { LONGEST } from '../../../common/text/lengths';
import { ImportedTable, exact, line, lines } from '../imported-table';

/** What riders paid in and were charged; what they still have is the balance of the card. */
export const historyTables: readonly ImportedTable[] = [
  {
    name: 'fares',
    columns: {
      fare_id: 'bigint',
      fare_type: line(LONGEST.code),
      value: 'money',
      start_date: 'date',
      end_date: 'date',
      description: lines(LONGEST.message),
    },
    required: ['fare_type', 'value'],
    refused: [{ when: 'value < 0', reason: `'value ' || value || ' is negative'` }],
    target: {
      table: 'imported_fares',
      identity: null,
      insert: `INSERT INTO imported_fares (fare_id, fare_type, value, start_date, end_date, description)
        SELECT fare_id, fare_type, value, start_date, end_date, description FROM accepted_fares ORDER BY fare_id`,
    },
  },
  {
    name: 'recharges',
    columns: {
      recharge_id: 'bigint',
      card_id: 'bigint',
      recharge_point_id: 'bigint',
      amount: 'money',
      recharge_timestamp: 'time',
      transaction_id: exact(LONGEST.transactionId),
    },
    required: ['card_id', 'amount', 'recharge_timestamp'],
    references: { card_id: 'cards', recharge_point_id: 'recharge_points' },
    refused: [{ when: 'amount <= 0', reason: `'amount ' || amount || ' is not more than 0'` }],
    // It was paid twice, so it is kept twice; only the first keeps the transaction_id, where a retry will find it.
    shouldBeUnique: { transaction_id: ['transaction_id'] },
    target: {
      table: 'recharges',
      identity: 'recharge_id',
      partitioned: true,
      insert: `INSERT INTO recharges
          (recharge_id, card_id, recharge_point_id, channel, amount, transaction_id, recharge_timestamp)
        SELECT recharge_id, card_id, recharge_point_id, coalesce(channel, 'default'), amount,
          CASE row_number() OVER (PARTITION BY transaction_id ORDER BY recharge_id) WHEN 1 THEN transaction_id END,
          recharge_timestamp
        FROM accepted_recharges LEFT JOIN recharge_points USING (recharge_point_id) ORDER BY recharge_id`,
      complete: `INSERT INTO recharge_transactions (transaction_id, recharge_id)
        SELECT transaction_id, recharge_id FROM recharges WHERE transaction_id IS NOT NULL`,
    },
  },
  {
    name: 'trips',
    columns: {
      trip_id: 'bigint',
      card_id: 'bigint',
      vehicle_id: 'bigint',
      route_id: 'bigint',
      boarding_station_id: 'bigint',
      disembarking_station_id: 'bigint',
      boarding_time: 'time',
      disembarking_time: 'time',
      fare_id: 'bigint',
      is_transfer: 'boolean',
      transfer_group_id: line(LONGEST.code),
      driver_id: 'bigint',
    },
    required: ['card_id', 'route_id', 'boarding_station_id', 'boarding_time'],
    defaults: { is_transfer: 'false' },
    references: {
      card_id: 'cards',
      vehicle_id: 'vehicles',
      route_id: 'routes',
      boarding_station_id: 'stations',
      disembarking_station_id: 'stations',
      fare_id: 'fares',
      driver_id: 'drivers',
    },
    refused: [
      { when: 'disembarking_time < boarding_time', reason: `'disembarking_time is before boarding_time'` },
    ],
    noted: [{ when: 'fare_id IS NULL', reason: `'it has no fare: nothing was charged'` }],
    target: {
      table: 'trips',
      identity: 'trip_id',
      partitioned: true,
      // A trip of the past without its end stays without; it is not in progress.
      insert: `INSERT INTO trips (trip_id, card_id, route_id, boarding_station_id, disembarking_station_id, vehicle_id,
          driver_id, boarding_time, disembarking_time, status, fare_amount, fare_product, is_transfer,
          transfer_group_id)
        SELECT trip_id, card_id, route_id, boarding_station_id, disembarking_station_id, vehicle_id,
          driver_id, boarding_time, disembarking_time,
          CASE WHEN num_nulls(disembarking_station_id, disembarking_time) = 0
            THEN 'completed' ELSE 'closed_without_exit' END,
          coalesce(value, 0), coalesce(fare_type, 'NONE'), is_transfer, transfer_group_id
        FROM accepted_trips LEFT JOIN accepted_fares USING (fare_id) ORDER BY trip_id`,
    },
  },
];
