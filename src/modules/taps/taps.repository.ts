import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { Conditions } from '../../platform/postgres/conditions';
import type { Statement } from '../../platform/postgres/statement';
import type { RouteType } from '../fares/route-type';
import type { RiderCategory } from '../users/user.entity';
import type { SuspenseQuery } from './dto/tap-queries.dto';
import type { SuspendedTapResponse } from './dto/tap-responses.dto';
import {
  type KnownTap,
  type Resolution,
  type SuspenseReason,
  type Tap,
  type TapOutcome,
  timeOf,
} from './tap';

/** A route as a tap sees it. */
export interface TappedRoute {
  readonly route_id: number;
  readonly route_type: RouteType;
  readonly concessionaire_id: number | null;
}

/** A station, with the routes that stop there. */
export interface TappedStation {
  readonly station_id: number;
  readonly route_ids: readonly number[];
}

/** The rider of a card. */
export interface TappedRider {
  readonly card_id: number;
  readonly rider_category: RiderCategory;
  readonly erased_at: Date | null;
}

/** An exit that has ended no trip yet. */
export interface LonelyExit {
  readonly card_id: number;
  readonly validator_id: number;
  readonly sequence: number;
  readonly at: Date;
  readonly station_id: number;
  readonly route_ids: readonly number[];
}

/** A tap with what became of it. */
export interface KeptTap extends Tap {
  readonly outcome: Exclude<TapOutcome, 'duplicate'>;
  readonly card_id: number | null;
  readonly trip_id: number | null;
}

/** The largest number of sequence numbers that are looked at for the first that is missing. */
const MOST_SEQUENCES = 10_000;

/** SQL: the routes that stop at a station, as a list. */
const routesAt = (station: string): string =>
  `coalesce((SELECT json_agg(route_id) FROM route_stops WHERE route_stops.station_id = ${station}), '[]')`;

const SUSPENDED = `suspense_id, validator_id, sequence, reason, kind, decision, card_number, route_id, station_id, tapped_at,
  corrected_at, received_at, resolution, resolved_at, resolution_reason, trip_id`;

/** The stored taps, and what is read to decide about new ones. */
@Injectable()
export class TapsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Has the statements of this transaction look up cards, trips and taps by their indexes. A connection plans each statement once: if a
   * table was empty then, it would read the whole table for each batch from then on, until the table is analysed.
   */
  async lookUpByIndex(manager: EntityManager): Promise<void> {
    await manager.query(`SELECT set_config('enable_seqscan', 'off', true)`);
  }

  /** Those of these sequence numbers that were received before. The lock of the device protects them. */
  async findKnown(
    manager: EntityManager,
    validatorId: number,
    sequences: readonly number[],
  ): Promise<KnownTap[]> {
    return manager.query<KnownTap[]>(
      `SELECT tap.sequence, kind, decision, card_number, route_id, station_id, tapped_at, unreadable_at
       FROM unnest($2::bigint[]) AS asked (sequence) CROSS JOIN LATERAL (
         SELECT sequence, kind, decision, card_number, route_id, station_id, tapped_at,
                CASE WHEN tapped_at IS NULL THEN (
                  SELECT suspended.tapped_at FROM suspended_taps suspended
                  WHERE suspended.validator_id = $1 AND suspended.sequence = taps.sequence AND reason = 'unreadable_time')
                END AS unreadable_at
         FROM taps WHERE validator_id = $1 AND taps.sequence = asked.sequence OFFSET 0) tap`,
      [validatorId, sequences],
    );
  }

  /** The first sequence number after a contiguous one that is missing, and is none of those that are new. */
  async findReceivedThrough(
    manager: EntityManager,
    validatorId: number,
    from: number,
    added: ReadonlySet<number>,
  ): Promise<number> {
    let through = from;
    for (;;) {
      const rows = await manager.query<{ sequence: number }[]>(
        'SELECT sequence FROM taps WHERE validator_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3',
        [validatorId, through, MOST_SEQUENCES],
      );
      const known = new Set(rows.map(({ sequence }) => sequence));
      const before = through;
      while (known.has(through + 1) || added.has(through + 1)) through += 1;
      if (rows.length < MOST_SEQUENCES || through === before) return through;
    }
  }

  async findStations(
    manager: EntityManager,
    stationIds: readonly number[],
    validatorId: number,
  ): Promise<TappedStation[]> {
    return manager.query<TappedStation[]>(
      `SELECT station_id, ${routesAt('stations.station_id')} AS route_ids FROM stations
       WHERE station_id = ANY ($1::bigint[]) OR station_id = (SELECT station_id FROM validators WHERE validator_id = $2)`,
      [stationIds, validatorId],
    );
  }

  async findRoutes(
    manager: EntityManager,
    routeIds: readonly number[],
    validatorId: number,
  ): Promise<TappedRoute[]> {
    return manager.query<TappedRoute[]>(
      `SELECT route_id, route_type, concessionaire_id FROM routes
       WHERE route_id = ANY ($1::bigint[]) OR route_id = (SELECT route_id FROM validators WHERE validator_id = $2)`,
      [routeIds, validatorId],
    );
  }

  /** Riders of cards. Who erases a rider waits for the locks of the cards. */
  async findRiders(manager: EntityManager, cardNumbers: readonly string[]): Promise<TappedRider[]> {
    return manager.query<TappedRider[]>(
      `SELECT card_id, rider_category, erased_at FROM cards JOIN users USING (user_id)
       WHERE card_number = ANY ($1::text[])`,
      [cardNumbers],
    );
  }

  async findLonelyExits(
    manager: EntityManager,
    cardNumbers: readonly string[],
    from: Date,
  ): Promise<LonelyExit[]> {
    return manager.query<LonelyExit[]>(
      `SELECT card_id, validator_id, sequence, corrected_at AS at, place.station_id, ${routesAt('place.station_id')} AS route_ids
       FROM cards CROSS JOIN LATERAL (
         SELECT validator_id, sequence, corrected_at, station_id FROM taps
         WHERE taps.card_id = cards.card_id AND kind = 'exit' AND outcome = 'rated' AND trip_id IS NULL AND corrected_at >= $2
         OFFSET 0) tap
       CROSS JOIN LATERAL (
         SELECT coalesce(tap.station_id, (SELECT station_id FROM validators WHERE validators.validator_id = tap.validator_id))
           AS station_id) place
       WHERE cards.card_number = ANY ($1::text[])`,
      [cardNumbers, from],
    );
  }

  /** To whom the fares of trips went first, also by an adjustment, by the trips: what the route is of may have changed since. */
  async findEarners(
    manager: EntityManager,
    trips: readonly { readonly trip_id: number; readonly card_id: number }[],
  ): Promise<ReadonlyMap<number, number | null>> {
    if (trips.length === 0) return new Map();
    const rows = await manager.query<{ trip_id: number; concessionaire_id: number | null }[]>(
      `SELECT DISTINCT ON (trip_id) trip_id, concessionaire_id
       FROM postings JOIN accounts ON account_id IN (debit_account_id, credit_account_id) AND accounts.kind = 'fare_revenue'
       WHERE card_id = ANY ($1::bigint[]) AND trip_id = ANY ($2::bigint[]) AND postings.kind IN ('fare', 'fare_adjustment')
       ORDER BY trip_id, posting_id`,
      [trips.map(({ card_id }) => card_id), trips.map(({ trip_id }) => trip_id)],
    );
    return new Map(rows.map(({ trip_id, concessionaire_id }) => [trip_id, concessionaire_id]));
  }

  keeping(validatorId: number, taps: readonly KeptTap[], receivedAt: Date): Statement {
    return {
      text: `INSERT INTO taps (validator_id, received_at, sequence, kind, decision, card_number, route_id, station_id, tapped_at,
                               corrected_at, hotlist_version, outcome, card_id, trip_id)
             SELECT $1::bigint, $2::timestamptz, tap.*
             FROM unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::timestamptz[],
                         $10::timestamptz[], $11::bigint[], $12::text[], $13::bigint[], $14::bigint[]) tap`,
      values: [
        validatorId,
        receivedAt,
        taps.map(({ sequence }) => sequence),
        taps.map(({ kind }) => kind),
        taps.map(({ decision }) => decision),
        taps.map(({ card_number }) => card_number),
        taps.map(({ route_id }) => route_id),
        taps.map(({ station_id }) => station_id),
        taps.map((tap) => toDate(timeOf(tap))),
        taps.map(({ corrected_at }) => corrected_at),
        taps.map(({ hotlist_version }) => hotlist_version),
        taps.map(({ outcome }) => outcome),
        taps.map(({ card_id }) => card_id),
        taps.map(({ trip_id }) => trip_id),
      ],
    };
  }

  /** Notes which trip each of these exits has ended, of those that were kept before. */
  pairing(exits: readonly { validator_id: number; sequence: number; trip_id: number }[]): Statement {
    return {
      text: `UPDATE taps SET trip_id = pair.trip_id
             FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS pair (validator_id, sequence, trip_id)
             WHERE taps.validator_id = pair.validator_id AND taps.sequence = pair.sequence`,
      values: [
        exits.map(({ validator_id }) => validator_id),
        exits.map(({ sequence }) => sequence),
        exits.map(({ trip_id }) => trip_id),
      ],
    };
  }

  /** One that is in suspense already is left as it is. */
  suspending(
    validatorId: number,
    taps: readonly { readonly tap: Tap; readonly reason: SuspenseReason }[],
    receivedAt: Date,
  ): Statement {
    return {
      text: `INSERT INTO suspended_taps (validator_id, received_at, sequence, reason, kind, decision, card_number, route_id,
                                         station_id, tapped_at, corrected_at, hotlist_version)
             SELECT $1::bigint, $2::timestamptz, tap.*
             FROM unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::bigint[], $10::text[],
                         $11::timestamptz[], $12::bigint[]) tap
             ON CONFLICT DO NOTHING`,
      values: [
        validatorId,
        receivedAt,
        taps.map(({ tap }) => tap.sequence),
        taps.map(({ reason }) => reason),
        taps.map(({ tap }) => tap.kind),
        taps.map(({ tap }) => tap.decision),
        taps.map(({ tap }) => tap.card_number),
        taps.map(({ tap }) => tap.route_id),
        taps.map(({ tap }) => tap.station_id),
        taps.map(({ tap }) => tap.tapped_at),
        taps.map(({ tap }) => tap.corrected_at),
        taps.map(({ tap }) => tap.hotlist_version),
      ],
    };
  }

  /** Finds taps in suspense after an id, the oldest first, one row more than the limit. */
  async findSuspended(
    { status = 'open', reason, validator_id }: Pick<SuspenseQuery, 'status' | 'reason' | 'validator_id'>,
    afterId: number | null,
    limit: number,
  ): Promise<SuspendedTapResponse[]> {
    const where = new Conditions(
      [afterId ?? 0],
      ['suspense_id > $1', status === 'open' ? 'resolution IS NULL' : 'resolution IS NOT NULL'],
    )
      .require('reason = ?', reason)
      .require('validator_id = ?', validator_id);
    return this.dataSource.query<SuspendedTapResponse[]>(
      `SELECT ${SUSPENDED} FROM suspended_taps WHERE ${where.text} ORDER BY suspense_id LIMIT ${where.place(limit + 1)}`,
      where.values,
    );
  }

  async findSuspendedOrFail(suspenseId: number): Promise<SuspendedTapResponse> {
    const [tap] = await this.dataSource.query<SuspendedTapResponse[]>(
      `SELECT ${SUSPENDED} FROM suspended_taps WHERE suspense_id = $1`,
      [suspenseId],
    );
    if (!tap) throw new NotFoundError('suspended_tap', suspenseId);
    return tap;
  }

  /** Reads a tap in suspense and locks it until the transaction ends: it is decided once. It is locked before any card. */
  async lockSuspendedOrFail(manager: EntityManager, suspenseId: number): Promise<SuspendedTapResponse> {
    const [tap] = await manager.query<SuspendedTapResponse[]>(
      `SELECT ${SUSPENDED} FROM suspended_taps WHERE suspense_id = $1 FOR UPDATE`,
      [suspenseId],
    );
    if (!tap) throw new NotFoundError('suspended_tap', suspenseId);
    return tap;
  }

  resolving(
    suspenseId: number,
    resolved: {
      resolution: Resolution;
      resolved_at: Date;
      resolution_reason: string;
      trip_id: number | null;
    },
  ): Statement {
    return {
      text: `UPDATE suspended_taps SET resolution = $2, resolved_at = $3, resolution_reason = $4, trip_id = $5
             WHERE suspense_id = $1`,
      values: [
        suspenseId,
        resolved.resolution,
        resolved.resolved_at,
        resolved.resolution_reason,
        resolved.trip_id,
      ],
    };
  }
}

function toDate(time: number | null): Date | null {
  return time === null ? null : new Date(time);
}
