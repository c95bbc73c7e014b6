import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ConcessionUse } from '../../fares/engine/boarding';
import type { RouteType } from '../../fares/route-type';
import { isAfterWatermark, TotalsRollup, watermarkOf } from '../../maintenance/totals-rollup';
import type { RiderCategory } from '../../users/user.entity';

/** A trip, with what its price depends on and what sums are made of. */
export interface ChargedTrip {
  readonly trip_id: number;
  readonly card_id: number;
  readonly boarding_time: Date;
  readonly route_id: number;
  readonly route_type: RouteType;
  readonly boarding_station_id: number;
  readonly fare_product: string;
  readonly fare_reason: string | null;
  readonly is_transfer: boolean;
  readonly fare_amount: number;
  readonly concession: ConcessionUse | null;
}

/** A trip of the day that is priced again. */
export interface DayTrip extends ChargedTrip {
  readonly user_id: number | null;
  readonly rider_category: RiderCategory | null;
  readonly location_id: number | null;
}

/** Ids between which all trips of a day are, and how many trips it has. */
export interface DayExtent {
  readonly first: number;
  readonly last: number;
  readonly boardings: number;
}

/** So many ids are looked through at a time. */
const IDS_AT_A_TIME = 200_000;

const TRIP = `trip_id, card_id, boarding_time, route_id, route_type, boarding_station_id, fare_product,
  fare_reason, is_transfer, fare_amount, concession`;

/** What the totals know of the day, and the trips that they do not have yet. */
const FIND_EXTENT = `
  WITH missing AS (
    SELECT min(trip_id) AS first, max(trip_id) AS last, count(*) AS boardings
    FROM trips WHERE ${isAfterWatermark('trip_periods', '$1')} AND boarding_time >= $3 AND boarding_time < $4)
  SELECT least(first_trip_id, missing.first) AS first, greatest(last_trip_id, missing.last) AS last,
         missing.boardings + coalesce((SELECT sum(boardings) FROM boarding_days WHERE day = $2), 0) AS boardings,
         ${watermarkOf('trip_periods')} AS watermark
  FROM missing LEFT JOIN service_days ON day = $2`;

/** Cards are chosen by their numbers as a hash table would: of $5 cards one. */
const FIND_TRIPS = `
  SELECT ${TRIP}, user_id, rider_category, location_id
  FROM trips JOIN routes USING (route_id) JOIN cards USING (card_id) LEFT JOIN users USING (user_id)
  JOIN stations ON station_id = boarding_station_id
  WHERE trip_id BETWEEN $1 AND $2 AND boarding_time >= $3 AND boarding_time < $4
    AND hashint8(card_id) & ($5::int - 1) = 0`;

const FIND_EARLIER = `
  SELECT ${TRIP} FROM trips JOIN routes USING (route_id)
  WHERE card_id = ANY ($1::bigint[]) AND boarding_time >= $2 AND boarding_time < $3 ORDER BY trip_id`;

const COUNT_DISCOUNTED = `
  SELECT card_id, count(*) AS discounted FROM trips
  WHERE card_id = ANY ($1::bigint[]) AND boarding_time >= $2 AND boarding_time < $3 AND concession = 'applied'
  GROUP BY card_id`;

/** Reads the trips of a day, and what their prices depend on. It changes nothing. */
@Injectable()
export class RepricingRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly totalsRollup: TotalsRollup,
  ) {}

  async findExtent(day: string, since: Date, until: Date): Promise<DayExtent> {
    const [extent] = await this.totalsRollup.read('trip_periods', (known) =>
      this.dataSource.query<
        { first: number | null; last: number | null; boardings: number; watermark: number }[]
      >(FIND_EXTENT, [known, day, since, until]),
    );
    return { first: extent?.first ?? 1, last: extent?.last ?? 0, boardings: extent?.boardings ?? 0 };
  }

  /**
   * Finds the trips of a day in pieces.
   *
   * @param oneOf of so many cards one is read; a power of 2.
   */
  async *findTrips(
    { first, last }: DayExtent,
    since: Date,
    until: Date,
    oneOf: number,
  ): AsyncGenerator<DayTrip[]> {
    for (let from = first; from <= last; from += IDS_AT_A_TIME) {
      const to = Math.min(last, from + IDS_AT_A_TIME - 1);
      yield await this.dataSource.query<DayTrip[]>(FIND_TRIPS, [from, to, since, until, oneOf]);
    }
  }

  /** The trips of cards in a span of time, in the order in which they were charged. */
  findEarlier(cardIds: readonly number[], since: Date, until: Date): Promise<ChargedTrip[]> {
    return this.dataSource.query<ChargedTrip[]>(FIND_EARLIER, [cardIds, since, until]);
  }

  /** How often cards got a concession in a span of time; a card without an entry never did. */
  async countDiscounted(
    cardIds: readonly number[],
    since: Date,
    until: Date,
  ): Promise<ReadonlyMap<number, number>> {
    const rows = await this.dataSource.query<{ card_id: number; discounted: number }[]>(COUNT_DISCOUNTED, [
      cardIds,
      since,
      until,
    ]);
    return new Map(rows.map(({ card_id, discounted }) => [card_id, discounted]));
  }

  async localityNames(): Promise<ReadonlyMap<number, string>> {
    const rows = await this.dataSource.query<{ location_id: number; name: string }[]>(
      'SELECT location_id, name FROM locations',
    );
    return new Map(rows.map(({ location_id, name }) => [location_id, name]));
  }

  async routeCodes(routeIds: readonly number[]): Promise<ReadonlyMap<number, string>> {
    const rows = await this.dataSource.query<{ route_id: number; route_code: string }[]>(
      'SELECT route_id, route_code FROM routes WHERE route_id = ANY ($1::bigint[])',
      [routeIds],
    );
    return new Map(rows.map(({ route_id, route_code }) => [route_id, route_code]));
  }
}
