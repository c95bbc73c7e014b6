import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Heartbeat } from '../../../platform/postgres/heartbeat';

export interface BoardingEvent {
  readonly trip_id: number;
  readonly boarding_time: string;
  readonly station_id: number;
  readonly route_id: number;
  readonly vehicle_id: number | null;
  readonly fare_amount: number;
  readonly is_transfer: boolean;
  readonly card_id: number;
}

export interface RechargeEvent {
  readonly recharge_id: number;
  readonly recharge_timestamp: string;
  readonly amount: number;
  readonly channel: string;
  readonly recharge_point_id: number | null;
  readonly card_id: number;
}

export interface AlertEvent {
  readonly alert_id: number;
}

/** How often an operation was refused in a minute, until now. */
export interface RefusalCount {
  readonly minute: string;
  readonly operation: string;
  readonly code: string;
  readonly refusals: number;
}

/** What one query finds. */
export interface FeedReading {
  readonly boardings: readonly BoardingEvent[];
  readonly recharges: readonly RechargeEvent[];
  readonly refusals: readonly RefusalCount[];
  readonly alerts: readonly AlertEvent[];
  readonly epoch: number;
  readonly cache: 'on' | 'off';
}

/** Which rows are new to a feed: those above an id, and those of the ids that were awaited. */
export interface NewRows {
  readonly above: number;
  readonly awaited: readonly number[];
}

/** The most rows of a table that one reading returns; the next one goes on. */
export const MOST_ROWS = 2_000;
const MOST_ALERTS = 500;

const time = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS ${column}`;

const TRIP = `trip_id, ${time('boarding_time')}, boarding_station_id AS station_id, route_id, vehicle_id, fare_amount,
  is_transfer, card_id`;
const RECHARGE = `recharge_id, ${time('recharge_timestamp')}, amount, channel, recharge_point_id, card_id`;

/** Rows above an id in their order, and those with ids that were passed over. */
const newRows = (table: string, id: string, columns: string, above: string, awaited: string): string => `
  (SELECT ${columns} FROM ${table} WHERE ${id} > ${above} ORDER BY ${id} LIMIT ${MOST_ROWS})
  UNION ALL SELECT ${columns} FROM ${table} WHERE ${id} = ANY (${awaited}::bigint[])`;

const list = (rows: string): string =>
  `(SELECT coalesce(jsonb_agg(to_jsonb(listed)), '[]') FROM (${rows}) listed)`;

const READ = `
  SELECT ${list(newRows('trips', 'trip_id', TRIP, '$1', '$2'))} AS boardings,
         ${list(newRows('recharges', 'recharge_id', RECHARGE, '$3', '$4'))} AS recharges,
         ${list(`SELECT ${time('minute')}, operation, code, refusals FROM refusal_minutes
                 WHERE minute >= now() - interval '3 minutes'`)} AS refusals,
         ${list(`SELECT alert_id, station_id, route_id, alert_type AS type, message, severity, ${time('start_time')},
                        ${time('end_time')}
                 FROM alerts WHERE end_time IS NULL OR end_time > now() - interval '1 minute'
                 ORDER BY alert_id DESC LIMIT ${MOST_ALERTS}`)} AS alerts,
         epoch, state AS cache
  FROM cache_epoch`;

const newestIds = (table: string, id: string): string =>
  `ARRAY(SELECT ${id} FROM (SELECT ${id} FROM ${table} ORDER BY ${id} DESC LIMIT 100) newest ORDER BY ${id})`;

const FIND_NEWEST = `
  SELECT ${newestIds('trips', 'trip_id')} AS trips, ${newestIds('recharges', 'recharge_id')} AS recharges`;

/** The newest ids of both tables, sorted. */
interface NewestIds {
  readonly trips: readonly number[];
  readonly recharges: readonly number[];
}

/** Reads what happened since the last reading, in one query. */
@Injectable()
export class FeedRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly heartbeat: Heartbeat,
  ) {}

  /** A feed begins behind them. */
  async findNewest(): Promise<NewestIds> {
    const [newest] = await this.query<Record<keyof NewestIds, (number | string)[]>>(FIND_NEWEST, []);
    return { trips: newest?.trips.map(Number) ?? [], recharges: newest?.recharges.map(Number) ?? [] };
  }

  async read(trips: NewRows, recharges: NewRows): Promise<FeedReading> {
    const [reading] = await this.query<FeedReading>(READ, [
      trips.above,
      trips.awaited,
      recharges.above,
      recharges.awaited,
    ]);
    if (!reading) throw new Error('the epoch of the cache is missing');
    return reading;
  }

  private query<Row>(text: string, values: readonly unknown[]): Promise<Row[]> {
    return this.heartbeat.during(() => this.dataSource.query<Row[]>(text, [...values]));
  }
}
