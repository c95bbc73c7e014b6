import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { DataSource } from 'typeorm';
import { verifyFaresIn } from '../../src/programs/verify-fares/verify-fares';
import { ledgerChecks } from '../../src/programs/ledger-checks/ledger-checks';
import { REFERENCES } from '../../src/programs/ledger-checks/reference-check';
import {
  STORED_RESPONSES_CHECK,
  verifyStoredResponses,
} from '../../src/programs/ledger-checks/stored-responses';
import { CHECK_NAMES } from '../../src/programs/ledger-checks/verify-ledger';
import { seedDemonstration } from '../../src/programs/seed/seed-demonstration';
import { toTripResponse } from '../../src/modules/trips/trip-fare';
import type { Trip } from '../../src/modules/trips/trip.entity';
import type { Binding } from '../../src/platform/access/caller';
import type { Role } from '../../src/platform/access/scopes';
import { Clock } from '../../src/common/time/clock';
import { DEVICE_LISTS } from '../../src/modules/device-lists/device-list';
import { DeviceListsRepository } from '../../src/modules/device-lists/device-lists.repository';
import type { CardFunds, CardMovement } from '../../src/modules/ledger/card-movement';
import { payIn } from '../../src/modules/ledger/debt';
import { POST_ALL, valuesOfAll } from '../../src/modules/ledger/post-movements';
import { ServiceCalendar } from '../../src/common/time/service-calendar';
import { PERIOD_TABLES, PeriodTotals, type PeriodSource } from '../../src/modules/maintenance/period-totals';
import { sealedPostings } from '../../src/modules/ledger/sealed-postings';
import { auditEntries } from '../../src/platform/audit/seals/sealed-source';
import { Sealer } from '../../src/platform/audit/seals/sealer';
import { verifyChain } from '../../src/platform/audit/seals/verify-chain';
import { AppConfig } from '../../src/platform/config/app-config';
import { Environment } from '../../src/platform/config/environment';
import { dataSourceOptions } from '../../src/platform/postgres/data-source';
import { aRideWithoutMoney } from '../builders/debts';
import { aKey } from '../builders/keys';
import { connect } from '../builders/connect';
import { afterFile } from '../setup/after-test';
import { createDatabase } from '../setup/database';
import { liftGuards } from '../setup/guards';
import { until } from '../setup/until';

const TIME_ZONE = 'America/Bogota';
const PAGE = readFileSync(join(__dirname, '..', '..', 'docs', 'proofs.md'), 'utf8');

/** The names of the ledger's checks by their short ones. */
const CHECKS = new Map(
  [...PAGE.matchAll(/^\| (L\d+) +\| (.+?) +\|$/gm)].map(([, short = '', name = '']) => [short, name]),
);

/** By column: what the page says that holds it. */
const HELD = new Map(
  PAGE.split(/^### /m)
    .slice(1)
    .flatMap((section) => {
      const table = section.slice(0, section.indexOf('\n'));
      return [...section.matchAll(/^\| ([a-z0-9_, ]+?) +\| (.+?) +\|$/gm)]
        .filter(([, columns]) => columns !== 'column')
        .flatMap(([, columns = '', words = '']) =>
          columns.split(', ').map((column) => [`${table}.${column}`, words] as const),
        );
    }),
);

const namedIn = (words: string): string[] => words.match(/\b(?:L\d+|F|S)\b/g) ?? [];

const OTHER_OWNER = `(SELECT min(other.route_id) FROM routes other WHERE other.concessionaire_id <>
  (SELECT concessionaire_id FROM routes WHERE route_id = trips.route_id))`;
const FREE = 'WHERE fare_amount = 0 AND fare_reason IS NOT NULL';
const IMPORTED = 'WHERE fare_reason IS NULL';
/** An id that nothing has, in a partition that is there. */
const FAR = 15_000_000;

/** Keys that are texts; the others are numbers. */
const TEXT_KEYS: ReadonlySet<string> = new Set(['channel', 'client', 'key_id', 'list']);

/** A column, what it is set to and where, and the checks that see it. */
const CHANGES: readonly (readonly [column: string, to: string, checks: string])[] = [
  ['accounts.kind', `'opening' WHERE kind = 'cash'`, 'L10 L26'],
  [
    'accounts.channel',
    `CASE channel WHEN 'default' THEN 'online' ELSE 'default' END WHERE kind = 'cash'`,
    'L11',
  ],
  ['accounts.channel', `'default' WHERE channel = 'online'`, 'L26'],
  ['accounts.concessionaire_id', 'concessionaire_id % 3 + 1 WHERE concessionaire_id <= 3', 'L14'],
  ['accounts.concessionaire_id', 'NULL', 'L26'],
  ['postings.posting_id', `posting_id + ${FAR} WHERE kind = 'reversal'`, 'L12 L27'],
  ['postings.posting_id', `posting_id + ${FAR} WHERE card_version = 1`, 'L5'],
  ['postings.kind', `'opening' WHERE kind = 'recharge'`, 'L10'],
  ['postings.debit_account_id', `credit_account_id WHERE kind = 'fare'`, 'L2 L6 L10'],
  [
    'postings.debit_account_id',
    `(SELECT account_id FROM accounts WHERE channel = 'online') WHERE kind = 'recharge'`,
    'L11',
  ],
  ['postings.debit_account_id', '999999999', 'L3'],
  ['postings.credit_account_id', `debit_account_id WHERE kind = 'recharge'`, 'L2 L6 L10'],
  [
    'postings.credit_account_id',
    `(SELECT max(account_id) FROM accounts WHERE kind = 'fare_revenue') WHERE kind = 'fare'`,
    'L14',
  ],
  [
    'postings.credit_account_id',
    `(SELECT account_id FROM accounts WHERE channel = 'online') WHERE kind = 'reversal'`,
    'L12',
  ],
  ['postings.amount', `amount + 1 WHERE kind = 'recharge'`, 'L4 L6 L11'],
  ['postings.amount', `amount + 1 WHERE kind = 'fare'`, 'L14 L15'],
  ['postings.amount', `amount + 1 WHERE kind = 'reversal'`, 'L12'],
  ['postings.card_id', 'card_id % 100 + 1', 'L6 L11 L14'],
  ['postings.card_id', 'NULL', 'L8'],
  ['postings.card_version', 'card_version + 1', 'L5 L6'],
  ['postings.card_balance', 'card_balance + 1', 'L5 L6 L11 L14'],
  ['postings.recharge_id', `recharge_id + ${FAR} WHERE kind = 'recharge'`, 'L11'],
  ['postings.recharge_id', `recharge_id - 1 WHERE kind = 'reversal'`, 'L12'],
  ['postings.trip_id', `trip_id + ${FAR}`, 'L14'],
  ['postings.posted_at', `posted_at + interval '1 s' WHERE kind = 'recharge'`, 'L11'],
  ['postings.posted_at', `posted_at + interval '1 s' WHERE kind = 'fare' AND card_id IS NULL`, 'L14'],
  ['postings.posted_at', `posted_at + interval '1 s' WHERE kind = 'fare' AND card_id IS NOT NULL`, 'L14'],
  ['postings.posted_at', `posted_at + interval '1 s' WHERE kind = 'reversal'`, 'L12'],
  ['postings.posted_at', `posted_at + interval '1 s' WHERE kind = 'opening'`, 'L25'],
  ['cards.card_id', `card_id + ${FAR} WHERE card_id = 5`, 'L1 L5'],
  ['cards.account_id', 'account_id + 1 WHERE card_id = 5', 'L4 L6 L9'],
  ['cards.user_id', 'NULL', 'F'],
  ['cards.balance', 'balance + 1 WHERE card_id = 5', 'L4 L5'],
  ['cards.credit_limit', 'credit_limit + 1 WHERE credit_used_at IS NULL AND balance >= 0', 'L20'],
  ['cards.credit_limit', 'credit_limit + 1 WHERE credit_used_at IS NULL AND balance < 0', 'L20'],
  ['cards.credit_limit', 'credit_limit + 1 WHERE credit_used_at IS NOT NULL', 'F'],
  ['cards.credit_limit', 'credit_limit - 1 WHERE credit_used_at IS NOT NULL', 'F'],
  ['cards.credit_limit', '-balance - 1 WHERE card_id = 5', 'L7'],
  ['cards.debt', 'debt + 1 WHERE debt > 0', 'L31'],
  ['cards.debt', '0', 'L31'],
  ['cards.debt_account_id', 'account_id WHERE debt_account_id IS NOT NULL', 'L31'],
  ['cards.version', 'version + 1 WHERE card_id = 5', 'L5'],
  ['cards.last_used_date', `last_used_date + interval '1 s'`, 'L21'],
  ['cards.last_used_date', 'NULL', 'L21'],
  ['cards.updated_at', `updated_at - interval '1 year'`, 'L5'],
  ['cards.credit_used', 'credit_used + 1 WHERE credit_used_at IS NULL', 'F'],
  ['cards.credit_used', '1 - credit_used % 2 WHERE credit_used_at IS NOT NULL', 'F'],
  ['cards.credit_used_at', `credit_used_at + interval '1 s'`, 'F'],
  ['recharges.recharge_id', `recharge_id + ${FAR} WHERE recharge_id = 5`, 'L11 L27'],
  ['recharges.card_id', 'card_id % 100 + 1', 'L11'],
  [
    'recharges.recharge_point_id',
    '(SELECT max(recharge_point_id) FROM recharge_points) WHERE recharge_point_id IS NOT NULL',
    'L18',
  ],
  ['recharges.channel', `CASE channel WHEN 'default' THEN 'online' ELSE 'default' END`, 'L11'],
  ['recharges.amount', 'amount + 1', 'L11'],
  ['recharges.amount', 'amount + 1 WHERE new_balance IS NULL', 'L11'],
  ['recharges.new_balance', 'new_balance + 1', 'L11'],
  ['recharges.new_balance', '5 WHERE new_balance IS NULL', 'L11 L25'],
  ['recharges.recharge_timestamp', `recharge_timestamp + interval '1 s'`, 'L11'],
  ['recharges.debt_paid', 'debt_paid + 1 WHERE debt_paid > 0', 'L11'],
  ['recharges.debt_paid', '1 WHERE debt_paid = 0', 'L11'],
  ['recharges.transaction_id', `transaction_id || 'x'`, 'L13'],
  ['recharges.transaction_id', 'NULL', 'L13'],
  ['actions.action_id', `action_id + ${FAR}`, 'L35'],
  ['actions.card_id', 'card_id % 100 + 1', 'L35'],
  ['actions.amount', 'amount + 1', 'L35'],
  ['actions.status', `'collected' WHERE status = 'returned'`, 'L35'],
  ['actions.status', `'pending' WHERE status = 'collected'`, 'L35'],
  ['actions.ended_at', `ended_at + interval '1 s'`, 'L35'],
  ['actions.debt_paid', 'debt_paid + 1', 'L35'],
  ['actions.new_balance', 'new_balance + 1', 'L35'],
  ['device_lists.list', `list || 'x' WHERE list = 'actions'`, 'L28'],
  ['device_lists.version', 'version + 1', 'L34'],
  ['device_lists.members', 'members + 1', 'L34'],
  ['device_lists.checksum', 'checksum + 1', 'L34'],
  ['device_lists.debt_above', '1000000000', 'L33'],
  ['device_list_members.member', `member || '0'`, 'L33 L34'],
  ['device_list_members.is_listed', 'NOT is_listed', 'L33 L34'],
  ['device_list_members.version', 'version + 1000', 'L34'],
  ['recharge_transactions.transaction_id', `transaction_id || 'x'`, 'L13'],
  ['recharge_transactions.recharge_id', 'recharge_id + 1', 'L13'],
  ['recharge_reversals.recharge_id', 'recharge_id - 1', 'L12'],
  ['recharge_reversals.posting_id', 'posting_id - 1', 'L12'],
  ['recharge_reversals.reversed_at', `reversed_at + interval '1 s'`, 'L12 L30'],
  ['recharge_reversals.reason', `reason || '.'`, 'L30'],
  ['idempotency_keys.body', `replace(body, '"amount":', '"amount":1')`, 'L30'],
  ['idempotency_keys.body', `replace(body, '"trip_id":', '"trip_id":9')`, 'L30'],
  ['trips.trip_id', `trip_id + ${FAR}`, 'L14 L16 L19 L27'],
  ['trips.trip_id', `trip_id + ${FAR} WHERE is_transfer`, 'F'],
  ['trips.card_id', 'card_id % 100 + 1 WHERE fare_amount > 0', 'L14'],
  ['trips.card_id', `card_id % 100 + 1 ${FREE}`, 'L19 L22 F'],
  ['trips.route_id', `${OTHER_OWNER} WHERE trip_id = 500`, 'L14 L23'],
  ['trips.route_id', `${OTHER_OWNER} ${FREE}`, 'L23'],
  [
    'trips.route_id',
    '(SELECT route_id FROM trips anchor WHERE anchor.trip_id = trips.anchor_trip_id) WHERE is_transfer',
    'F',
  ],
  ['trips.route_id', `${OTHER_OWNER} WHERE status = 'in_progress'`, 'L30'],
  ['trips.boarding_station_id', '(SELECT max(station_id) FROM stations) WHERE trip_id = 500', 'L17 L18 L23'],
  ['trips.boarding_station_id', '(SELECT max(station_id) FROM stations)', 'L16 L30 F'],
  ['trips.disembarking_station_id', `(SELECT max(station_id) FROM stations) WHERE trip_id = 500`, 'L23'],
  ['trips.boarding_time', `boarding_time + interval '1 ms'`, 'L14 L16 L21 L30'],
  ['trips.boarding_time', `boarding_time + interval '1 hour' ${FREE}`, 'L18'],
  [
    'trips.boarding_time',
    `boarding_time + interval '1 minute' WHERE trip_id = (SELECT max(trip_id) FROM trips JOIN boarding_minutes ON minute = date_trunc('minute', boarding_time, 'UTC') WHERE trip_id <= 1500)`,
    'L18',
  ],
  ['trips.boarding_time', `boarding_time + interval '1 day' WHERE is_transfer`, 'F'],
  ['trips.disembarking_time', `disembarking_time + interval '1 s'`, 'L30'],
  ['trips.status', `'closed_without_exit' WHERE status = 'in_progress'`, 'L16'],
  ['trips.status', `'in_progress' WHERE trip_id = 500`, 'L16'],
  ['trips.fare_amount', 'fare_amount + 1 WHERE trip_id = 500', 'L14 L15 F'],
  ['trips.fare_amount', `fare_amount + 1 ${FREE}`, 'L14'],
  ['trips.fare_amount', `fare_amount + 1 ${IMPORTED}`, 'L14 L24'],
  ['trips.new_balance', 'new_balance + 1 WHERE fare_amount > 0', 'L14'],
  ['trips.new_balance', `new_balance + 1 ${FREE}`, 'L22'],
  ['trips.new_balance', `NULL ${FREE}`, 'L22'],
  ['trips.new_balance', `5 ${IMPORTED}`, 'L14'],
  ['trips.fare_product', `CASE fare_product WHEN 'trunk' THEN 'zonal' ELSE 'trunk' END`, 'L23 F'],
  ['trips.fare_product', `'x' ${IMPORTED}`, 'L24'],
  ['trips.base_price', 'base_price + 1', 'F'],
  ['trips.base_price', `5 ${IMPORTED}`, 'L24'],
  ['trips.fare_reason', `'same_route'`, 'F'],
  ['trips.fare_reason', 'NULL WHERE trip_id = 500', 'L24 L25'],
  ['trips.is_transfer', 'NOT is_transfer', 'L19 F'],
  ['trips.concession', `CASE WHEN concession IS NULL THEN 'quota_used' END`, 'F'],
  ['trips.concession', `'applied' ${IMPORTED}`, 'L24'],
  ['trips.on_credit', 'NOT on_credit', 'F'],
  ['trips.on_credit', `true ${IMPORTED}`, 'L24'],
  ['trips.passback', 'NOT passback', 'F'],
  ['trips.passback', `true ${IMPORTED}`, 'L24'],
  ['trips.capped', 'NOT capped', 'F'],
  ['trips.capped', `true ${IMPORTED}`, 'L24'],
  ['trips.anchor_trip_id', 'anchor_trip_id + 1', 'F'],
  ['trips.anchor_trip_id', `trip_id ${IMPORTED}`, 'L24'],
  ['trips.transfers_used', 'transfers_used + 1', 'L19 F'],
  ['trips.transfers_used', `0 ${IMPORTED}`, 'L24'],
  ['trips.transfers_left', 'coalesce(transfers_left, 0) + 1', 'F'],
  ['trips.transfers_left', `0 ${IMPORTED}`, 'L24'],
  ['trips.window_ends_at', `coalesce(window_ends_at, now()) + interval '1 s'`, 'F'],
  ['trips.window_ends_at', `now() ${IMPORTED}`, 'L24'],
  ['trips.transfer_group_id', `'x'`, 'L24'],
  ['trips.validator_id', 'NULL WHERE validator_id IS NOT NULL', 'L14'],
  ['trips.tap_sequence', 'tap_sequence + 10', 'L14'],
  ['taps.validator_id', 'validator_id + 10000', 'L14'],
  ['taps.sequence', 'sequence + 1000', 'L14'],
  ['taps.trip_id', `trip_id + ${FAR}`, 'L14'],
  ['taps.received_at', `received_at + interval '1 s'`, 'L14'],
  ['fare_adjustments.adjustment_id', `adjustment_id + ${FAR}`, 'L27'],
  ['fare_adjustments.trip_id', `trip_id + ${FAR}`, 'L36'],
  ['fare_adjustments.card_id', 'card_id - 1', 'L36'],
  ['fare_adjustments.boarding_station_id', '(SELECT max(station_id) FROM stations)', 'L36'],
  ['fare_adjustments.boarding_time', `boarding_time + interval '1 s'`, 'L36'],
  ['fare_adjustments.amount', 'amount + 1', 'L15 L36'],
  ['fare_adjustments.caused_by_trip_id', 'trip_id', 'L36'],
  ['fare_adjustments.adjusted_at', `adjusted_at + interval '1 s'`, 'L36'],
  ['fare_adjustments.fare_amount', 'fare_amount + 1', 'L36 F'],
  ['fare_adjustments.fare_product', `'zonal'`, 'F'],
  ['fare_adjustments.base_price', 'base_price + 1', 'F'],
  ['fare_adjustments.fare_reason', `'full_fare'`, 'F'],
  ['fare_adjustments.is_transfer', 'false', 'F'],
  ['fare_adjustments.concession', `'quota_used'`, 'F'],
  ['fare_adjustments.on_credit', 'true', 'F'],
  ['fare_adjustments.capped', 'true', 'F'],
  ['fare_adjustments.passback', 'true', 'F'],
  ['fare_adjustments.anchor_trip_id', 'trip_id', 'F'],
  ['fare_adjustments.transfers_used', '2', 'F'],
  ['fare_adjustments.transfers_left', '2', 'F'],
  ['fare_adjustments.window_ends_at', `window_ends_at + interval '1 s'`, 'F'],
  ['open_trips.card_id', 'card_id % 100 + 1', 'L16'],
  ['open_trips.trip_id', 'trip_id + 1', 'L16'],
  ['open_trips.boarding_time', `boarding_time - interval '1 s'`, 'L16'],
  ['open_trips.boarding_station_id', '(SELECT max(station_id) FROM stations)', 'L16 L17'],
  ['open_trip_changes.change_id', `change_id - (SELECT max(change_id) FROM open_trip_changes)`, 'L17'],
  [
    'open_trip_changes.change_id',
    `change_id + (SELECT last_value FROM open_trip_changes_change_id_seq)`,
    'L27',
  ],
  ['open_trip_changes.boarding_station_id', '(SELECT max(station_id) FROM stations)', 'L17'],
  ['open_trip_changes.change', '-change', 'L17'],
  ['totals_watermarks.source', `'postings'`, 'L28'],
  ['totals_watermarks.watermark', 'watermark - 1', 'L17 L18'],
  ['totals_watermarks.watermark', 'watermark + 1', 'L17 L18'],
  [
    'totals_watermarks.watermark',
    `(SELECT last_value + 1 FROM trips_trip_id_seq) WHERE source = 'trips'`,
    'L17 L27',
  ],
  [
    'totals_watermarks.watermark',
    `(SELECT last_value + 1 FROM postings_posting_id_seq) WHERE source = 'postings'`,
    'L17 L27',
  ],
  [
    'totals_watermarks.watermark',
    `(SELECT last_value + 1 FROM trips_trip_id_seq) WHERE source = 'trip_periods'`,
    'L18 L27',
  ],
  [
    'totals_watermarks.watermark',
    `(SELECT last_value + 1 FROM postings_posting_id_seq) WHERE source = 'posting_periods'`,
    'L18 L27',
  ],
  [
    'totals_watermarks.next_watermark',
    `(SELECT last_value + 1 FROM trips_trip_id_seq) WHERE source = 'trips'`,
    'L27',
  ],
  ['totals_watermarks.announced_by', `pg_current_xact_id(), watermark = watermark + 1`, 'L17 L18'],
  ['trip_totals.location_id', 'location_id + 1000', 'L1 L17'],
  ['trip_totals.trips', 'trips + 1', 'L17'],
  ['trip_totals.open_trips', 'open_trips + 1', 'L17'],
  ['trip_totals.revenue', 'revenue + 1', 'L17'],
  [
    'stations.location_id',
    'NULL WHERE station_id = (SELECT boarding_station_id FROM trips WHERE trip_id = 500)',
    'L17 L18',
  ],
  ['posting_totals.kind', `kind || 'x'`, 'L17'],
  ['posting_totals.amount', 'amount + 1', 'L17'],
  ['boarding_minutes.minute', `minute + interval '1 minute'`, 'L18'],
  ['boarding_minutes.boarding_station_id', 'boarding_station_id + 1', 'L18'],
  ['boarding_minutes.boardings', 'boardings + 1', 'L18'],
  ['boarding_minutes.revenue', 'revenue + 1', 'L18'],
  ['boarding_hours.hour', `hour + interval '1 hour'`, 'L18'],
  ['boarding_hours.location_id', 'location_id + 1', 'L18'],
  ['boarding_hours.boardings', 'boardings + 1', 'L18'],
  ['boarding_hours.revenue', 'revenue + 1', 'L18'],
  ['boarding_days.day', 'day + 1', 'L18'],
  ['boarding_days.location_id', 'location_id + 1', 'L18'],
  ['boarding_days.boardings', 'boardings + 1', 'L18'],
  ['boarding_days.revenue', 'revenue + 1', 'L18'],
  ['posting_minutes.minute', `minute + interval '1 minute'`, 'L18'],
  ['posting_minutes.kind', `CASE kind WHEN 'recharge' THEN 'reversal' ELSE 'recharge' END`, 'L18'],
  ['posting_minutes.postings', 'postings + 1', 'L18'],
  ['posting_minutes.amount', 'amount + 1', 'L18'],
  ['posting_hours.hour', `hour + interval '1 hour'`, 'L18'],
  ['posting_hours.kind', `CASE kind WHEN 'recharge' THEN 'reversal' ELSE 'recharge' END`, 'L18'],
  ['posting_hours.account_id', 'account_id + 1', 'L18'],
  ['posting_hours.postings', 'postings + 1', 'L18'],
  ['posting_hours.amount', 'amount + 1', 'L18'],
  ['posting_days.day', 'day + 1', 'L18'],
  ['posting_days.kind', `CASE kind WHEN 'recharge' THEN 'reversal' ELSE 'recharge' END`, 'L18'],
  ['posting_days.account_id', 'account_id + 1', 'L18'],
  ['posting_days.postings', 'postings + 1', 'L18'],
  ['posting_days.amount', 'amount + 1', 'L18'],
  ['recharge_point_days.day', 'day + 1', 'L18'],
  ['recharge_point_days.kind', `CASE kind WHEN 'recharge' THEN 'reversal' ELSE 'recharge' END`, 'L18'],
  ['recharge_point_days.recharge_point_id', 'recharge_point_id + 1', 'L18'],
  ['recharge_point_days.postings', 'postings + 1', 'L18'],
  ['recharge_point_days.amount', 'amount + 1', 'L18'],
  ['service_days.day', 'day + 1', 'L18'],
  ['service_days.starts_at', `starts_at + interval '12 hours'`, 'L18'],
  ['service_days.starts_at', `starts_at - interval '2 days'`, 'L18'],
  ['service_days.first_trip_id', 'first_trip_id + 1', 'L18'],
  ['service_days.first_trip_id', 'NULL', 'L18'],
  ['service_days.last_trip_id', 'last_trip_id + 1', 'L18'],
  ['totals_calendar.time_zone', 'NULL', 'L18'],
  ['totals_calendar.minutes_from', `minutes_from - interval '8 days'`, 'L18'],
  ['tariffs.component', `'trunk'`, 'F'],
  ['tariffs.valid_from', `valid_from + 20000`, 'F'],
  ['tariffs.price', 'price + 1', 'F'],
  ['transfer_rules.valid_from', 'valid_from + 20000', 'F'],
  ['transfer_rules.window_seconds', 'window_seconds + 1', 'F'],
  ['transfer_rules.most_transfers', 'most_transfers + 1', 'F'],
  ['transfer_rules.personalised_only', 'NOT personalised_only', 'F'],
  ['transfer_rules.exclusions', `'{}'`, 'F'],
  ['transfer_prices.from_component', `'trunk' WHERE price = 300`, 'F'],
  ['transfer_prices.to_component', `'zonal' WHERE price = 300`, 'F'],
  ['transfer_prices.from_transfer', '2 WHERE price = 300', 'F'],
  ['transfer_prices.valid_from', 'valid_from + 20000 WHERE price = 300', 'F'],
  ['transfer_prices.price', 'price + 1', 'F'],
  ['transfer_prices.percent_off', 'percent_off + 1', 'F'],
  ['concessions.rider_category', `'senior'`, 'F'],
  ['concessions.component', `'trunk'`, 'F'],
  ['concessions.valid_from', 'valid_from + 20000', 'F'],
  ['concessions.price', 'price + 1', 'F'],
  ['concessions.percent_off', 'percent_off + 1', 'F'],
  ['concessions.monthly_quota', '1', 'F'],
  ['fare_limits.limit_name', `'daily_cap' WHERE limit_name = 'passback_seconds'`, 'F'],
  ['fare_limits.valid_from', 'valid_from + 20000', 'F'],
  ['fare_limits.value', '0', 'F'],
  ['users.erased_at', 'now()', 'L29'],
  ['users.rider_category', `CASE rider_category WHEN 'senior' THEN 'standard' ELSE 'senior' END`, 'F'],
  ['routes.route_type', `CASE route_type WHEN 'TRONCAL' THEN 'ZONAL_UCE' ELSE 'TRONCAL' END`, 'L23'],
  ['routes.concessionaire_id', 'NULL', 'L14'],
  ['routes.changed_at', `NULL, concessionaire_id = NULL, route_type = 'CABLE'`, 'L14 L23'],
  ['route_stops.route_id', 'route_id + 1', 'L23'],
  ['route_stops.station_id', 'station_id + 1', 'L23'],
  ['imports.imported_at', `imported_at + interval '1 s'`, 'L25'],
  ['import_tables.source_table', `source_table || 'x'`, 'L25'],
  ['import_tables.rows_taken', 'rows_taken + 1', 'L25'],
  ['import_tables.rows_refused', '0', 'L25'],
  ['import_findings.source_table', `source_table || 'x'`, 'L25'],
  ['import_findings.outcome', `'refused'`, 'L25'],
  ['imported_fares.fare_type', `fare_type || 'x'`, 'L24'],
  ['imported_fares.value', 'value + 1', 'L24'],
  ['cache_epoch.epoch', 'epoch + 1000', 'L27'],
  // What every foreign key promises, from both of its sides.
  ...Object.entries(REFERENCES).flatMap(([table, references]) =>
    references.flatMap(([column, target]): [string, string, string][] => {
      const [other = '', key = ''] = target.split('.');
      const [nowhere, elsewhere] = TEXT_KEYS.has(key)
        ? [`'nowhere'`, `${key} || 'x'`]
        : ['999999999', `${key} + 100000000`];
      return [
        [`${table}.${column}`, nowhere, 'L1'],
        [`${other}.${key}`, elsewhere, 'L1'],
      ];
    }),
  ),
];

/** Rows that are there without their twins, or not there. */
const ROWS: readonly (readonly [name: string, statement: string, checks: string])[] = [
  ['a posting without its recharge', 'DELETE FROM recharges WHERE recharge_id = 5', 'L11'],
  ['a recharge without its posting', `DELETE FROM postings WHERE recharge_id = 5`, 'L4 L6 L11'],
  [
    'an imported recharge without its posting',
    `DELETE FROM postings WHERE kind = 'recharge' AND card_id IS NULL`,
    'L11',
  ],
  [
    'a recharge and its posting, and the balance',
    `WITH gone AS (DELETE FROM postings WHERE kind = 'recharge' AND card_id = 5 RETURNING recharge_id, amount), less AS (UPDATE cards SET balance = balance - (SELECT sum(amount) FROM gone) WHERE card_id = 5) DELETE FROM recharges WHERE recharge_id IN (SELECT recharge_id FROM gone)`,
    'L5 L6',
  ],
  ['a reversal without its posting', `DELETE FROM postings WHERE kind = 'reversal'`, 'L12'],
  ['the posting of a reversal that is not said', 'DELETE FROM recharge_reversals', 'L12 L30'],
  ['a transaction_id that is free', 'DELETE FROM recharge_transactions', 'L13'],
  ['a transaction_id of no recharge', `INSERT INTO recharge_transactions VALUES ('x', 999)`, 'L13'],
  ['a trip without its posting', 'DELETE FROM postings WHERE trip_id = 500', 'L14 L15'],
  ['the posting of no trip', 'DELETE FROM trips WHERE trip_id = 500', 'L14 L15 L17'],
  ['rides that cost nothing', 'DELETE FROM trips WHERE fare_amount = 0 AND trip_id < 1500', 'L17'],
  ['an imported trip', `DELETE FROM trips ${IMPORTED}`, 'L14 L25'],
  ['an answered trip', `DELETE FROM trips WHERE status = 'in_progress'`, 'L16 L30'],
  ['a trip in progress that is not listed', 'DELETE FROM open_trips', 'L16 L17'],
  ['no changes of open trips', 'DELETE FROM open_trip_changes', 'L17'],
  ['a sum of nothing', 'INSERT INTO trip_totals VALUES (1000000, 1, 0, 1)', 'L1 L17'],
  ['no sums of trips', 'DELETE FROM trip_totals', 'L17'],
  ['no sums of postings', 'DELETE FROM posting_totals', 'L17'],
  [
    'a debt that was lent for nothing',
    `UPDATE postings SET trip_id = trip_id - 1 WHERE kind = 'debt'`,
    'L32',
  ],
  [
    'a payment of a debt without its recharge',
    `UPDATE postings SET amount = amount + 5000 WHERE kind = 'debt_payment'`,
    'L31 L32',
  ],
  ['a debt that nobody has', `INSERT INTO accounts (kind) VALUES ('debt')`, 'L31'],
  ['a list that is gone', `DELETE FROM device_lists WHERE list = 'actions'`, 'L28'],
  ['an action that is gone', `DELETE FROM actions WHERE status = 'pending'`, 'L35'],
  ['no word of how far sums go', 'DELETE FROM totals_watermarks', 'L17 L18 L28'],
  ...[...PERIOD_TABLES].map((table) => [`no ${table}`, `DELETE FROM ${table}`, 'L18'] as const),
  [
    'minutes of nothing',
    `INSERT INTO boarding_minutes SELECT minutes_from, 1, 1, 0 FROM totals_calendar`,
    'L18',
  ],
  [
    'an hour of nothing',
    `INSERT INTO posting_hours VALUES ('2020-06-01T00:00:00Z', 'payout', 1, 1, 5)`,
    'L18',
  ],
  ['a day of no locality', `INSERT INTO boarding_days VALUES ('2020-06-01', NULL, 1, 0)`, 'L18'],
  [
    'a day of no point',
    `INSERT INTO recharge_point_days VALUES ('2020-06-01', 'recharge', NULL, 1, 5)`,
    'L18',
  ],
  ['no word of what day is when', 'DELETE FROM totals_calendar', 'L18 L28'],
  ['two calendars', 'INSERT INTO totals_calendar (is_only) VALUES (false)', 'L28'],
  ['a sequence that is set back', `SELECT setval('trips_trip_id_seq', 1000)`, 'L27'],
  ['no edition of the fare rules', 'DELETE FROM fare_editions', 'L28'],
  [
    'two editions of the fare rules',
    'INSERT INTO fare_editions SELECT false, edition FROM fare_editions',
    'L28',
  ],
  ['no epoch of the cache', 'DELETE FROM cache_epoch', 'L28'],
  ['no version of the keys', 'DELETE FROM access_version', 'L28'],
  ['a concessionaire without an account', 'DELETE FROM accounts WHERE concessionaire_id = 1', 'L1 L26'],
  ['no account for openings', `DELETE FROM accounts WHERE kind = 'opening'`, 'L1 L3 L26'],
  ['two accounts for adjustments', `INSERT INTO accounts (kind) VALUES ('adjustment')`, 'L26'],
  [
    'a card without an account',
    'DELETE FROM accounts WHERE account_id = (SELECT account_id FROM cards WHERE card_id = 5)',
    'L1 L9',
  ],
  ['a card that is gone', 'DELETE FROM cards WHERE card_id = 5', 'L1 L9'],
  ['a card that nobody opened', `INSERT INTO accounts (kind) VALUES ('card')`, 'L9'],
  [
    'a station that is gone',
    'DELETE FROM stations WHERE station_id = (SELECT boarding_station_id FROM trips WHERE trip_id = 500)',
    'L1 L15',
  ],
  ['stops that are gone', 'DELETE FROM route_stops', 'L23'],
  ['no tariff', 'DELETE FROM tariffs', 'F'],
  ['an adjustment that is posted and not said', 'DELETE FROM fare_adjustments', 'L15 L36 F'],
  ['an adjustment that is not posted', `DELETE FROM postings WHERE kind = 'fare_adjustment'`, 'L15 L36'],
  ['an import that took nothing', 'DELETE FROM import_tables', 'L25'],
  ['no import', 'DELETE FROM imports', 'L1 L25'],
];

/** Each column of what is sealed, set to something else. */
const SEALED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  postings: {
    posting_id: `posting_id + ${FAR} WHERE posting_id = 7`,
    kind: `'adjustment' WHERE posting_id = 7`,
    debit_account_id: 'debit_account_id + 1 WHERE posting_id = 7',
    credit_account_id: 'credit_account_id + 1 WHERE posting_id = 7',
    amount: 'amount + 1 WHERE posting_id = 7',
    card_id: 'card_id + 1 WHERE posting_id = 7',
    card_version: 'card_version + 1 WHERE posting_id = 7',
    card_balance: 'card_balance + 1 WHERE posting_id = 7',
    recharge_id: 'coalesce(recharge_id, 0) + 1 WHERE posting_id = 7',
    trip_id: 'coalesce(trip_id, 0) + 1 WHERE posting_id = 7',
    posted_at: `posted_at + interval '1 microsecond' WHERE posting_id = 7`,
  },
  audit_entries: {
    entry_id: 'entry_id + 1 WHERE entry_id = 2',
    occurred_at: `occurred_at + interval '1 microsecond' WHERE entry_id = 1`,
    client: `client || '.' WHERE entry_id = 1`,
    key_id: `'a key' WHERE entry_id = 1`,
    role: `'auditor' WHERE entry_id = 1`,
    request_id: `'a request' WHERE entry_id = 1`,
    operation: `operation || '.' WHERE entry_id = 1`,
    object_kind: `'card' WHERE entry_id = 1`,
    object_id: `'2' WHERE entry_id = 1`,
    outcome: `'read' WHERE entry_id = 1`,
    changes: `'{}' WHERE entry_id = 1`,
    reason: `'' WHERE entry_id = 1`,
    address: `'::1' WHERE entry_id = 1`,
  },
  seals: {
    source: `'audit_entries' WHERE source = 'postings'`,
    seal_number: `seal_number + 1 WHERE source = 'postings'`,
    through_id: `through_id - 1 WHERE source = 'postings'`,
    row_count: `row_count + 1 WHERE source = 'postings'`,
    rows_digest: `sha256('') WHERE source = 'postings'`,
    sealed_at: `sealed_at + interval '1 microsecond' WHERE source = 'audit_entries'`,
    digest: `sha256('') WHERE source = 'audit_entries'`,
    row_marks: `'' WHERE source = 'audit_entries'`,
  },
};

const SEALED_SOURCES = [auditEntries, sealedPostings];

const ALL_CHANGES = [
  ...CHANGES,
  ...Object.entries(SEALED).flatMap(([table, columns]) =>
    Object.entries(columns).map(([column, to]) => [`${table}.${column}`, to, 'S'] as const),
  ),
];

let client: Client;

beforeAll(async () => {
  const city = await createDatabase();
  afterFile(() => city.drop());
  client = await connect(city.url);
  afterFile(() => client.end());
  // In which a component more or less, or a percentage, makes a difference.
  await client.query(
    `UPDATE transfer_prices SET price = 300 WHERE from_component = 'zonal' AND valid_from = '2024-02-12'`,
  );
  await client.query(`INSERT INTO transfer_prices VALUES ('zonal', 'zonal', 1, '2024-02-12', NULL, 90)`);
  const now = new Date('2026-03-11T20:00:00Z');
  await seedDemonstration(city.url, { now, timeZone: TIME_ZONE, cards: 200, trips: 2_000 });
  await addReversal();
  await addImport();
  await addDebt();
  await addLoads();
  await addFeed();
  await addTaps();
  await addSums();
  await addPeriods(city.url, new Date('2026-03-16T20:00:00Z'));
  await addAnswers();
  await addKeys();
  await addHotlist(city.url);
  await addSeals(city.url);
  await liftGuards(client);
});

async function addReversal(): Promise<void> {
  await client.query(`
    WITH chosen AS (
      SELECT recharge_id, recharge.card_id, amount, channel FROM recharges recharge JOIN cards USING (card_id)
      WHERE balance >= amount ORDER BY recharge_id LIMIT 1),
    card AS (
      UPDATE cards SET balance = balance - amount, version = version + 1, updated_at = '2026-03-11T20:30:00Z'
      FROM chosen WHERE cards.card_id = chosen.card_id
      RETURNING account_id, cards.card_id, version, balance, recharge_id, amount, chosen.channel),
    posting AS (
      INSERT INTO postings (kind, debit_account_id, credit_account_id, amount, card_id, card_version, card_balance,
                            recharge_id, posted_at)
      SELECT 'reversal', card.account_id, cash.account_id, amount, card_id, version, balance, recharge_id,
             '2026-03-11T20:30:00Z'
      FROM card JOIN accounts cash USING (channel) RETURNING recharge_id, posting_id, posted_at)
    INSERT INTO recharge_reversals SELECT recharge_id, posting_id, 'a test', posted_at FROM posting`);
}

/** A past that was taken over, with a card that owes. */
async function addImport(): Promise<void> {
  await client.query(`
    INSERT INTO imports (import_id, fingerprint, source, imported_at) VALUES (1, '', 'a test', '2026-03-11T21:00:00Z');
    INSERT INTO import_tables VALUES (1, 'cards', 1, 0), (1, 'fares', 1, 1), (1, 'recharges', 1, 0), (1, 'trips', 1, 0);
    INSERT INTO import_findings (import_id, source_table, outcome, reason)
      VALUES (1, 'fares', 'refused', 'a test'), (1, 'trips', 'note', 'a test');
    INSERT INTO imported_fares VALUES (1, 'Pasaje', 2000);
    WITH account AS (INSERT INTO accounts (kind) VALUES ('card') RETURNING account_id),
    card AS (
      INSERT INTO cards (account_id, card_number, acquisition_date, updated_at, balance, credit_limit, version)
      SELECT account_id, 'taken over', '2020-01-01', '2020-01-01', -500, 500, 1 FROM account
      RETURNING card_id, account_id),
    recharge AS (
      INSERT INTO recharges (card_id, channel, amount, recharge_timestamp)
      SELECT card_id, 'default', 3000, '2020-01-02T10:00:00Z' FROM card RETURNING *),
    trip AS (
      INSERT INTO trips (card_id, route_id, boarding_station_id, boarding_time, status, fare_amount, fare_product)
      SELECT card_id, 1, 1, '2020-01-03T10:00:00Z', 'closed_without_exit', 2000, 'Pasaje' FROM card RETURNING *)
    INSERT INTO postings (kind, debit_account_id, credit_account_id, amount, card_id, card_version, card_balance,
                          recharge_id, trip_id, posted_at)
    SELECT 'recharge', cash.account_id, opening.account_id, amount, NULL::bigint, NULL::bigint, NULL::bigint,
           recharge_id, NULL::bigint, recharge_timestamp
    FROM recharge, accounts cash, accounts opening WHERE cash.channel = 'default' AND opening.kind = 'opening'
    UNION ALL
    SELECT 'fare', opening.account_id, revenue.account_id, fare_amount, NULL, NULL, NULL, NULL, trip_id, boarding_time
    FROM trip, accounts revenue, accounts opening WHERE revenue.concessionaire_id = 1 AND opening.kind = 'opening'
    UNION ALL
    SELECT 'opening', card.account_id, opening.account_id, 500, card_id, 1, -500, NULL, NULL, '2026-03-11T21:00:00Z'
    FROM card, accounts opening WHERE opening.kind = 'opening'`);
}

/** A basic card that rode without money, and has paid a part of it since. */
async function addDebt(): Promise<void> {
  const { rows } = await client.query<{ card_id: number; trip_id: number }>(`
    SELECT (SELECT max(card_id) FROM cards WHERE user_id IS NULL AND status = 'active' AND credit_limit = 0) AS card_id, max(trip_id) AS trip_id
    FROM trips JOIN cards USING (card_id)
    WHERE user_id IS NULL AND fare_amount > 0 AND fare_reason IS NOT NULL AND NOT passback AND NOT capped AND trips.status = 'completed'
      AND validator_id IS NULL`);
  const [{ card_id, trip_id } = { card_id: 0, trip_id: 0 }] = rows;
  while ((await fundsOf(card_id)).debt === 0) await aRideWithoutMoney(client, card_id, trip_id);
  const funds = await fundsOf(card_id);
  const counter_id = await accountOf(`channel = 'default'`);
  const recharge = await aRecharge(card_id, 1_000);
  const settled = payIn(funds, recharge);
  await client.query(POST_ALL, [
    ...valuesOfAll(
      [funds],
      settled.movements.map((movement) => ({
        ...movement,
        counter_id: movement === recharge ? counter_id : null,
      })),
    ),
  ]);
  await client.query('UPDATE recharges SET debt_paid = $2, new_balance = $3 WHERE recharge_id = $1', [
    recharge.recharge_id,
    settled.paid,
    settled.balance,
  ]);
}

/** A recharge that waits for a validator, one that was collected, and one that went back. */
async function addLoads(): Promise<void> {
  const waits = await accountOf(`kind = 'pending_load'`);
  const cash = await accountOf(`channel = 'default'`);
  for (const status of ['pending', 'collected', 'returned']) {
    const funds = await fundsOf(6);
    const { recharge_id, at } = await aRecharge(6, 2_000);
    await client.query('UPDATE recharges SET new_balance = $2 WHERE recharge_id = $1', [
      recharge_id,
      funds.balance,
    ]);
    const transfer = `INSERT INTO postings (kind, debit_account_id, credit_account_id, amount, recharge_id, posted_at)
                      VALUES ($1, $2, $3, 2000, $4, $5)`;
    await client.query(transfer, ['recharge', cash, waits, recharge_id, at]);
    await client.query(
      `INSERT INTO actions VALUES ($1, 6, 2000, $2, $3, CASE $2 WHEN 'pending' THEN NULL ELSE $3::timestamptz END,
                                   CASE $2 WHEN 'collected' THEN 0 END, CASE $2 WHEN 'collected' THEN $4::bigint END)`,
      [recharge_id, status, at, funds.balance + 2_000],
    );
    if (status === 'returned') {
      await client.query(transfer, ['reversal', waits, cash, recharge_id, at]);
      await client.query(
        `INSERT INTO recharge_reversals SELECT $1, max(posting_id), 'a test', $2 FROM postings`,
        [recharge_id, at],
      );
    }
    if (status === 'collected') {
      const load: CardMovement = {
        kind: 'load',
        card_id: 6,
        change: 2_000,
        counter: { kind: 'pending_load' },
        recharge_id,
        at,
      };
      await client.query(POST_ALL, [...valuesOfAll([funds], [{ ...load, counter_id: waits }])]);
    }
  }
}

async function fundsOf(card_id: number): Promise<CardFunds> {
  const { rows } = await client.query<CardFunds>(
    'SELECT card_id, balance, credit_limit, debt FROM cards WHERE card_id = $1',
    [card_id],
  );
  const [funds] = rows;
  if (!funds) throw new Error(`there is no card ${card_id}`);
  return funds;
}

async function accountOf(condition: string): Promise<number> {
  const { rows } = await client.query<{ account_id: number }>(
    `SELECT account_id FROM accounts WHERE ${condition}`,
  );
  return rows[0]?.account_id ?? 0;
}

/** A recharge's row, and how it would move the card. */
async function aRecharge(
  card_id: number,
  amount: number,
): Promise<CardMovement & { readonly recharge_id: number }> {
  const at = new Date('2026-03-12T10:00:00Z');
  const { rows } = await client.query<{ recharge_id: number }>(
    `INSERT INTO recharges (card_id, channel, amount, recharge_timestamp) VALUES ($1, 'default', $2, $3) RETURNING recharge_id`,
    [card_id, amount, at],
  );
  const counter = { kind: 'cash', channel: 'default' } as const;
  return { kind: 'recharge', card_id, change: amount, counter, recharge_id: rows[0]?.recharge_id ?? 0, at };
}

/** As the service numbers it. */
async function addHotlist(url: string): Promise<void> {
  await withDataSource(url, async (dataSource) => {
    const lists = new DeviceListsRepository(dataSource);
    for (const list of DEVICE_LISTS) await lists.number(list, new Date());
  });
}

/** As a GTFS import leaves it. That a route has an owner is no change of the route. */
async function addFeed(): Promise<void> {
  await client.query(`
    INSERT INTO feeds (name) VALUES ('synthetic feed');
    UPDATE concessionaires SET feed_id = 1, feed_code = 'agency ' || concessionaire_id;
    UPDATE stations SET feed_id = 1, feed_code = 'stop ' || station_id;
    UPDATE routes SET feed_id = 1, feed_code = 'route ' || route_id`);
}

/** A card without money that was tapped at a gate, and in a bus before that; the bus reported it later. */
async function addTaps(): Promise<void> {
  // The city has devices of its own.
  const [gate, bus] = [1_001, 1_002];
  await client.query(`
    INSERT INTO validators (validator_id, number, concessionaire_id, station_id, route_id, received_through, highest_sequence)
    SELECT ${gate}, 'gate', concessionaire_id, station_id, route_id, 1, 2 FROM routes JOIN route_stops USING (route_id)
    WHERE route_type = 'TRONCAL' ORDER BY route_id, sequence_order LIMIT 1;
    INSERT INTO validators (validator_id, number, concessionaire_id, vehicle_id, route_id, received_through, highest_sequence)
    SELECT ${bus}, 'bus', concessionaire_id, 1, route_id, 1, 1 FROM routes WHERE route_type = 'ZONAL_UCE' ORDER BY route_id LIMIT 1;
    INSERT INTO suspended_taps (validator_id, sequence, reason, kind, decision, card_number, tapped_at, received_at)
    VALUES (${gate}, 2, 'unknown_card', 'entry', 'accepted', '999', '2026-03-11T17:00:00Z', '2026-03-11T20:40:00Z');
    WITH account AS (INSERT INTO accounts (kind) VALUES ('card') RETURNING account_id),
    lent AS (INSERT INTO accounts (kind) VALUES ('debt') RETURNING account_id)
    INSERT INTO cards (account_id, debt_account_id, card_number, user_id, acquisition_date, updated_at, last_used_date, balance,
                       debt, version)
    SELECT account.account_id, lent.account_id, 'tapped',
           (SELECT min(user_id) FROM users WHERE rider_category = 'standard'), '2026-01-01', '2026-03-11T20:45:00Z',
           '2026-03-11T17:00:00Z', 0, 3850, 6
    FROM account, lent`);
  const of = `card AS (SELECT * FROM cards WHERE card_number = 'tapped')`;
  const trip = (validator: number, at: string): string => `
    WITH ${of}
    INSERT INTO trips (trip_id, card_id, route_id, boarding_station_id, boarding_time, status, vehicle_id, fare_amount, fare_product,
                       new_balance, fare_reason, base_price, anchor_trip_id, transfers_used, transfers_left, window_ends_at,
                       validator_id, tap_sequence, is_transfer, on_credit, capped, passback)
    SELECT id, card_id, route_id, coalesce(device.station_id, (SELECT min(station_id) FROM route_stops stop WHERE stop.route_id = device.route_id)),
           '${at}', 'closed_without_exit', vehicle_id, 3550, CASE route_type WHEN 'TRONCAL' THEN 'trunk' ELSE 'zonal' END, 0, 'full_fare', 3550,
           id, 0, 2, timestamptz '${at}' + interval '125 minutes', validator_id, 1, false, false, false, false
    FROM card, validators device JOIN routes USING (route_id), nextval('trips_trip_id_seq') AS id WHERE validator_id = ${validator}`;
  await client.query(trip(gate, '2026-03-11T17:00:00Z'));
  await client.query(trip(bus, '2026-03-11T16:30:00Z'));
  await client.query(`
    INSERT INTO taps (validator_id, sequence, kind, decision, card_number, tapped_at, corrected_at, received_at, outcome, card_id, trip_id)
    SELECT validator_id, 1, 'entry', 'accepted', 'tapped', boarding_time, boarding_time,
           CASE validator_id WHEN ${gate} THEN timestamptz '2026-03-11T20:40:00Z' ELSE '2026-03-11T20:45:00Z' END, 'rated', card_id, trip_id
    FROM trips WHERE validator_id IN (${gate}, ${bus});
    INSERT INTO fare_adjustments (trip_id, card_id, boarding_station_id, boarding_time, amount, caused_by_trip_id, service_day,
                                  adjusted_at, fare_amount, fare_product, base_price, fare_reason, is_transfer, on_credit, capped,
                                  passback, anchor_trip_id, transfers_used, transfers_left, window_ends_at)
    SELECT trip.trip_id, trip.card_id, trip.boarding_station_id, trip.boarding_time, -3250, late.trip_id, '2026-03-11',
           '2026-03-11T20:45:00Z', 300, 'trunk', 3550, 'transfer', true, false, false, false, late.trip_id, 1, 1, late.window_ends_at
    FROM trips trip, trips late WHERE trip.validator_id = ${gate} AND late.validator_id = ${bus};
    WITH ${of},
    movements (n, kind, device, change) AS (
      VALUES (1, 'debt', ${gate}, 3550), (2, 'fare', ${gate}, -3550), (3, 'debt', ${bus}, 3550), (4, 'fare', ${bus}, -3550),
             (5, 'fare_adjustment', ${gate}, 3250), (6, 'debt_payment', ${gate}, -3250)),
    placed AS (
      SELECT movements.*, trip_id, card.card_id, account_id AS own, sum(change) OVER (ORDER BY n) AS balance,
             CASE WHEN movements.kind LIKE 'debt%' THEN debt_account_id ELSE (
               SELECT accounts.account_id FROM routes JOIN accounts USING (concessionaire_id) WHERE routes.route_id = trips.route_id)
             END AS other
      FROM movements JOIN trips ON validator_id = device CROSS JOIN card)
    INSERT INTO postings (kind, debit_account_id, credit_account_id, amount, card_id, card_version, card_balance, trip_id, posted_at)
    SELECT kind, CASE WHEN change > 0 THEN other ELSE own END, CASE WHEN change > 0 THEN own ELSE other END, abs(change), card_id, n,
           balance, trip_id, CASE WHEN n <= 2 THEN timestamptz '2026-03-11T20:40:00Z' ELSE '2026-03-11T20:45:00Z' END
    FROM placed ORDER BY n`);
}

/** As TotalsRollup leaves them while some rows are not added yet. */
async function addSums(): Promise<void> {
  await client.query(`
    UPDATE totals_watermarks SET watermark = 1500 WHERE source IN ('trips', 'postings');
    UPDATE totals_watermarks SET watermark = (SELECT max(change_id) - 2 FROM open_trip_changes)
      WHERE source = 'open_trip_changes';
    WITH added AS (
      DELETE FROM open_trip_changes USING totals_watermarks
      WHERE source = 'open_trip_changes' AND change_id <= watermark RETURNING boarding_station_id, change)
    INSERT INTO trip_totals (location_id, trips, open_trips, revenue)
    SELECT location_id, sum(trips), sum(open_trips), sum(revenue) FROM (
      SELECT boarding_station_id, 1 AS trips, 0 AS open_trips, fare_amount AS revenue FROM trips WHERE trip_id <= 1500
      UNION ALL SELECT boarding_station_id, 0, change, 0 FROM added) rows
    JOIN stations ON station_id = boarding_station_id GROUP BY location_id;
    INSERT INTO posting_totals SELECT kind, sum(amount) FROM postings WHERE posting_id <= 1500 GROUP BY 1`);
}

/** As TotalsRollup leaves them while some rows are not added yet, and minutes of the first days are no longer kept. */
async function addPeriods(url: string, now: Date): Promise<void> {
  const { rows } = await client.query<{ reversal: number }>(
    `SELECT posting_id AS reversal FROM postings WHERE kind = 'reversal'`,
  );
  const through = { trip_periods: 1500, posting_periods: rows[0]?.reversal ?? 0 };
  await withDataSource(url, async (dataSource) => {
    const clock = Object.assign(new Clock(), { now: () => now });
    const periods = new PeriodTotals(dataSource, new ServiceCalendar(TIME_ZONE), clock);
    await periods.claim();
    for (const [source, last] of Object.entries(through) as [PeriodSource, number][])
      await dataSource.transaction(async (manager) => {
        await periods.add(manager, source, 0, last);
        await manager.query('UPDATE totals_watermarks SET watermark = $2 WHERE source = $1', [source, last]);
      });
  });
}

/** As IdempotencyKeys keeps them, of some boardings, recharges and reversals. */
async function addAnswers(): Promise<void> {
  const { rows: trips } = await client.query<Trip>(
    `SELECT * FROM trips WHERE fare_reason IS NOT NULL AND (trip_id < 100 OR status = 'in_progress')`,
  );
  const { rows: recharges } = await client.query<object>(
    `SELECT recharge_id, card_id, amount, new_balance, recharge_timestamp FROM recharges WHERE new_balance IS NOT NULL`,
  );
  const { rows: reversals } = await client.query<object>(
    `SELECT reversal.recharge_id, recharge.card_id, recharge.amount, card_balance AS new_balance, reason, reversed_at
     FROM recharge_reversals reversal JOIN recharges recharge USING (recharge_id) JOIN postings USING (posting_id)`,
  );
  expect(reversals).not.toEqual([]);
  const alert = { alert_id: 1, message: 'a test' };
  for (const [n, answer] of [
    ...trips.map((trip) => toTripResponse(trip)),
    ...recharges,
    ...reversals,
    alert,
  ].entries()) {
    await client.query(`INSERT INTO idempotency_keys VALUES ($1, '', 201, $2, now())`, [
      `key ${n}`,
      JSON.stringify({ ...answer, message: 'done' }),
    ]);
  }
}

/** A key of each binding, and one with a successor. */
async function addKeys(): Promise<void> {
  const bindings: readonly (readonly [Role, Binding])[] = [
    ['rider', { user_id: 1 }],
    ['recharge_point', { recharge_point_id: 1 }],
    ['validator', { vehicle_id: 1 }],
    ['validator', { station_id: 1 }],
    ['validator', { validator_id: 1 }],
  ];
  const ids: string[] = [];
  for (const [role, binding] of bindings) ids.push((await aKey(client, role, binding)).id);
  await client.query('UPDATE access_keys SET successor = $1 WHERE key_id = $2', ids.slice(0, 2));
}

/** As the service leaves them, of all that was written. */
async function addSeals(url: string): Promise<void> {
  await client.query(
    `INSERT INTO audit_entries (occurred_at, client, operation, object_kind, object_id, outcome)
     SELECT now(), 'a test', 'POST /stations', 'station', '1', 'changed' FROM generate_series(1, 3)`,
  );
  await withDataSource(url, async (dataSource, config) => {
    const sealer = new Sealer(dataSource, new Clock(), config);
    for (const source of SEALED_SOURCES)
      await until(`${source.name} are sealed`, async () => (await sealer.seal(source)) > 0);
  });
}

async function withDataSource(
  url: string,
  run: (dataSource: DataSource, config: AppConfig) => Promise<void>,
): Promise<void> {
  const config = new AppConfig(new Environment());
  const dataSource = await new DataSource(dataSourceOptions(config, url)).initialize();
  try {
    await run(dataSource, config);
  } finally {
    await dataSource.destroy();
  }
}

/** Whether a check that the page names finds something. */
async function isBroken(check: string): Promise<boolean> {
  if (check === 'F') return finds(verifyFaresIn(client, TIME_ZONE, { trips: 0, imported: 0, cards: 0 }));
  if (check === 'S') {
    for (const source of SEALED_SOURCES) if (await finds(verifyChain(client, source))) return true;
    return false;
  }
  const name = CHECKS.get(check);
  if (name === STORED_RESPONSES_CHECK) return finds(verifyStoredResponses(client));
  const breaks = ledgerChecks.find((known) => known.name === name)?.breaks;
  if (!breaks) throw new Error(`no check is called ${check}`);
  const { rows } = await client.query(`SELECT FROM (${breaks}) breaks LIMIT 1`);
  return rows.length > 0;
}

async function finds(breaks: AsyncGenerator): Promise<boolean> {
  for await (const _ of breaks) return true;
  return false;
}

async function brokenAfter(statement: string, checks: readonly string[]): Promise<string[]> {
  await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
  try {
    await client.query(statement);
    const broken: string[] = [];
    for (const check of checks) if (await isBroken(check)) broken.push(check);
    return broken;
  } finally {
    await client.query('ROLLBACK');
    // Sequences are not rolled back.
    await client.query(`SELECT setval('trips_trip_id_seq', 2004)`);
  }
}

describe('docs/proofs.md', () => {
  it('names every column of the schema, and no other', async () => {
    const { rows } = await client.query<{ column: string }>(
      `SELECT relname || '.' || attname AS column FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
       WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
         AND attnum > 0 AND NOT attisdropped ORDER BY 1`,
    );
    expect([...HELD.keys()].sort()).toEqual(rows.map(({ column }) => column).sort());
  });

  it('names every check, and no other', () => {
    expect([...CHECKS.values()]).toEqual(CHECK_NAMES);
  });

  it('says of each column what holds it, or that it is stored once', () => {
    const silent = [...HELD].filter(
      ([, words]) => namedIn(words).length === 0 && !words.startsWith('stored once'),
    );
    expect(silent).toEqual([]);
  });

  it('says nothing that is not tried here', () => {
    const tried = new Map<string, Set<string>>();
    for (const [column, , checks] of ALL_CHANGES)
      for (const check of checks.split(' ')) tried.set(column, (tried.get(column) ?? new Set()).add(check));
    const untried = [...HELD].flatMap(([column, words]) =>
      namedIn(words)
        .filter((check) => !tried.get(column)?.has(check))
        .map((check) => `${column}: ${check}`),
    );
    expect(untried).toEqual([]);
  });

  it('names no check that is not seen to fail', () => {
    const tried = new Set([...ALL_CHANGES, ...ROWS].flatMap(([, , checks]) => checks.split(' ')));
    expect([...CHECKS.keys()].filter((check) => !tried.has(check))).toEqual([]);
  });

  it('finds nothing wrong as long as nothing is', async () => {
    expect(await brokenAfter('SELECT', [...CHECKS.keys(), 'F', 'S'])).toEqual([]);
  });
});

/** The statements after which other checks fail than those that should, and what failed. */
async function unseenAmong(
  changes: readonly (readonly [name: string, statement: string, checks: string])[],
): Promise<string[]> {
  const unseen: string[] = [];
  for (const [name, statement, checks] of changes) {
    const broken = (await brokenAfter(statement, checks.split(' '))).join(' ');
    if (broken !== checks) unseen.push(`${name}: ${checks}, and it was ${broken || 'none'}`);
  }
  return unseen;
}

describe('what is written past every guard is seen', () => {
  const tables = new Set(ALL_CHANGES.map(([change]) => change.split('.')[0]));

  it.each([...tables])('in the columns of %s', async (table) => {
    const changes = ALL_CHANGES.filter(([change]) => change.startsWith(`${table}.`));
    const statements = changes.map(([change, to, checks]) => {
      const assignment = `${change.slice(`${table}.`.length)} = ${to}`;
      return [assignment, `UPDATE ${table} SET ${assignment}`, checks] as const;
    });
    expect(await unseenAmong(statements)).toEqual([]);
  });

  it('in rows that are there, or not there, without their twins', async () => {
    expect(await unseenAmong(ROWS)).toEqual([]);
  });
});

describe('the references', () => {
  it('are the foreign keys of the schema', async () => {
    const migrated = await createDatabase();
    afterFile(() => migrated.drop());
    const reader = await connect(migrated.url);
    afterFile(() => reader.end());
    const { rows } = await reader.query<{ reference: string }>(
      `SELECT conrelid::regclass || '.' || own.attname || ' ' || confrelid::regclass || '.' || other.attname AS reference
       FROM pg_constraint
       JOIN pg_attribute own ON own.attrelid = conrelid AND own.attnum = conkey[1]
       JOIN pg_attribute other ON other.attrelid = confrelid AND other.attnum = confkey[1]
       WHERE contype = 'f' AND conparentid = 0 AND connamespace = 'public'::regnamespace ORDER BY 1`,
    );
    const known = Object.entries(REFERENCES).flatMap(([table, references]) =>
      references.map(([column, target]) => `${table}.${column} ${target}`),
    );
    expect(known.sort()).toEqual(rows.map(({ reference }) => reference).sort());
  });
});
