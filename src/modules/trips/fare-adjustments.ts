import type { Statement } from '../../platform/postgres/statement';
import { type DecidedFare, FARE_COLUMNS, FARE_TYPES } from './trip-fare';

/** What a trip costs since an earlier tap of its card was heard of. */
export interface StoredAdjustment extends DecidedFare {
  readonly trip_id: number;
  readonly card_id: number;
  readonly boarding_station_id: number;
  readonly boarding_time: Date;
  /** By how much the fare changed, in whole units; below zero it is given back. */
  readonly amount: number;
  readonly caused_by_trip_id: number;
  /** Of the boarding, YYYY-MM-DD. */
  readonly service_day: string;
  readonly adjusted_at: Date;
}

export const ADJUSTMENT_COLUMNS = [
  'trip_id',
  'card_id',
  'boarding_station_id',
  'boarding_time',
  'amount',
  'caused_by_trip_id',
  'service_day',
  'adjusted_at',
  ...FARE_COLUMNS,
] as const satisfies readonly (keyof StoredAdjustment)[];

const TYPES: Readonly<Record<(typeof ADJUSTMENT_COLUMNS)[number], string>> = {
  trip_id: 'bigint',
  card_id: 'bigint',
  boarding_station_id: 'bigint',
  boarding_time: 'timestamptz',
  amount: 'bigint',
  caused_by_trip_id: 'bigint',
  service_day: 'date',
  adjusted_at: 'timestamptz',
  ...FARE_TYPES,
};

/** Inserts adjustments in one statement. */
export function adjusting(adjustments: readonly StoredAdjustment[]): Statement {
  return {
    text: `INSERT INTO fare_adjustments (${ADJUSTMENT_COLUMNS.join(', ')})
           SELECT * FROM unnest(${ADJUSTMENT_COLUMNS.map((column, n) => `$${n + 1}::${TYPES[column]}[]`).join(', ')})`,
    values: ADJUSTMENT_COLUMNS.map((column) => adjustments.map((adjustment) => adjustment[column])),
  };
}

/** An adjustment as PostgreSQL's JSON has it: its times are texts. */
export type AdjustmentInJson = Omit<StoredAdjustment, 'boarding_time' | 'adjusted_at' | 'window_ends_at'> &
  Readonly<Record<'boarding_time' | 'adjusted_at', string>> & { readonly window_ends_at: string | null };

export function adjustmentOf(json: AdjustmentInJson): StoredAdjustment {
  const { boarding_time, adjusted_at, window_ends_at } = json;
  return {
    ...json,
    boarding_time: new Date(boarding_time),
    adjusted_at: new Date(adjusted_at),
    window_ends_at: window_ends_at === null ? null : new Date(window_ends_at),
  };
}
