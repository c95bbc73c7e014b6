import { type AdjustmentInJson, adjustmentOf } from '../trips/fare-adjustments';
import { toTripResponse } from '../trips/trip-fare';
import type { Trip } from '../trips/trip.entity';
import { Injectable } from '@nestjs/common';
import type { QueryRunner } from 'typeorm';
import { activationOf } from '../recharges/recharges.repository';
import type { UserExport } from './dto/user-export.dto';

/** The parts of an export that are lists. */
type ListName = Exclude<keyof UserExport, 'exported_at' | 'user'>;

/** Rows in memory while a list is read. */
const PAGE_ROWS = 1_000;

/** An entry of the trail that is about a request of the rider ($1), by an access token or by a key. Arrays let it use indexes. */
const BY_RIDER = `(
  client = 'rider:' || $1::bigint
  OR client = ANY (ARRAY(SELECT client FROM access_keys WHERE user_id = $1))
     AND key_id = ANY (ARRAY(SELECT key_id FROM access_keys WHERE user_id = $1)))`;

/** Taps of the rider ($1) for which a person decides: those charged to the rider's cards, and those not charged to any with their numbers. */
const SUSPENDED = `
      SELECT card_id, suspended_taps.* FROM cards JOIN suspended_taps USING (card_number)
      WHERE user_id = $1 AND trip_id IS NULL
      UNION ALL
      SELECT trip.card_id, suspended.* FROM cards JOIN trips trip USING (card_id)
                                       JOIN suspended_taps suspended ON suspended.trip_id = trip.trip_id
      WHERE user_id = $1`;

/** Selects what is held on a rider ($1), whichever module it belongs to: one connection has to read all of it. */
const LISTS: Readonly<Record<ListName, string>> = {
  cards: `
    SELECT card_id, card_number, user_id, status, balance, debt, acquisition_date, credit_limit, credit_used,
           credit_used_at, last_used_date
    FROM cards WHERE user_id = $1 ORDER BY card_id`,
  keys: `
    SELECT key_id, client, name, networks::text[] AS networks, created_at, expires_at, last_used_at, revoked_at
    FROM access_keys WHERE user_id = $1 ORDER BY position`,
  recharges: `
    SELECT recharge_id, card_id, amount, ${activationOf('recharges')}, debt_paid, new_balance, recharge_timestamp, recharge_point_id, channel,
           transaction_id, reversed_at, reason AS reversal_reason
    FROM cards JOIN recharges USING (card_id) LEFT JOIN recharge_reversals USING (recharge_id)
    WHERE user_id = $1 ORDER BY card_id, recharge_id`,
  trips: `
    SELECT trips.*, CASE WHEN validator_id IS NOT NULL THEN (
             SELECT jsonb_agg(to_jsonb(adjustment) ORDER BY adjustment_id) FROM fare_adjustments adjustment
             WHERE adjustment.trip_id = trips.trip_id) END AS adjustments
    FROM cards JOIN trips USING (card_id) WHERE user_id = $1 ORDER BY card_id, trip_id`,
  taps: `
    SELECT tap.card_id, validator_id, sequence, kind, decision, tap.route_id,
           coalesce(tap.station_id, validators.station_id) AS station_id, tapped_at, corrected_at, received_at
    FROM (
      SELECT cards.card_id, validator_id, sequence, kind, decision, route_id, station_id, tapped_at, corrected_at, received_at
      FROM cards JOIN taps USING (card_number) WHERE user_id = $1 AND outcome = 'refused'
      UNION ALL
      SELECT card_id, validator_id, sequence, kind, decision, route_id, station_id, tapped_at, corrected_at, received_at
      FROM cards JOIN taps USING (card_id)
      WHERE user_id = $1 AND kind = 'exit' AND outcome = 'rated' AND trip_id IS NULL) tap
    JOIN validators USING (validator_id) ORDER BY card_id, received_at, validator_id, sequence`,
  suspended_taps: `
    SELECT card_id, suspense_id, validator_id, sequence, reason, kind, route_id, station_id, tapped_at, corrected_at, received_at,
           resolution, resolved_at, resolution_reason, trip_id
    FROM (${SUSPENDED}) suspended
    ORDER BY card_id, suspense_id`,
  statement: `
    SELECT card_id, posting_id, kind, CASE credit_account_id WHEN account_id THEN amount ELSE -amount END AS amount,
           card_balance AS balance, card_version AS version, recharge_id, trip_id, posted_at
    FROM cards JOIN postings USING (card_id) WHERE user_id = $1 ORDER BY card_id, posting_id`,
  audit: `
    SELECT entry_id, occurred_at, operation, object_kind, object_id, outcome, changes, reason,
           CASE WHEN ${BY_RIDER} THEN address END AS address
    FROM audit_entries
    WHERE ${BY_RIDER}
       OR object_kind = 'user' AND object_id = $1::bigint::text
       OR object_kind = 'card' AND object_id = ANY (ARRAY(SELECT card_id::text FROM cards WHERE user_id = $1))
       OR object_kind = 'access_key' AND object_id = ANY (ARRAY(SELECT key_id FROM access_keys WHERE user_id = $1))
       -- An action has the id of its recharge.
       OR object_kind IN ('recharge', 'action') AND object_id = ANY (ARRAY(
            SELECT recharge_id::text FROM cards JOIN recharges USING (card_id) WHERE user_id = $1))
       OR object_kind = 'trip' AND object_id = ANY (ARRAY(
            SELECT trip_id::text FROM cards JOIN trips USING (card_id) WHERE user_id = $1))
       OR object_kind = 'suspended_tap' AND object_id = ANY (ARRAY(SELECT suspense_id::text FROM (${SUSPENDED}) suspended))
    ORDER BY entry_id`,
};

/** How a row is shown, where it is not as it was selected. */
const SHOWN: Partial<Readonly<Record<ListName, (row: unknown) => unknown>>> = {
  trips: (row) => {
    const { adjustments, ...trip } = row as Trip & { readonly adjustments: AdjustmentInJson[] | null };
    return toTripResponse(trip, (adjustments ?? []).map(adjustmentOf));
  },
};

export const LIST_NAMES = Object.keys(LISTS) as readonly ListName[];

/** Reads everything that refers to a rider. */
@Injectable()
export class ExportRepository {
  /** Pages of a list, read only as fast as they are taken; in the transaction of the runner. */
  async *read(runner: QueryRunner, name: ListName, userId: number): AsyncGenerator<unknown[]> {
    await runner.query(`DECLARE ${name}_of_rider NO SCROLL CURSOR FOR ${LISTS[name]}`, [userId]);
    for (;;) {
      const rows = (await runner.query(`FETCH ${PAGE_ROWS} FROM ${name}_of_rider`)) as unknown[];
      const show = SHOWN[name];
      if (rows.length > 0) yield show ? rows.map(show) : rows;
      if (rows.length < PAGE_ROWS) break;
    }
    await runner.query(`CLOSE ${name}_of_rider`);
  }
}
