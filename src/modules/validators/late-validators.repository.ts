import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { LateValidator, LateValidators } from './dto/late-validators.dto';

/** So many validators are listed. */
const MOST_LISTED = 20;
/** So many sequence numbers after the first gap are looked at, however long ago that gap came to be. */
const MOST_SEQUENCES = 10_000;

/**
 * SQL: all validators, with what makes one late. Who was not heard of is compared with the one that was heard of last: at night,
 * when no validator has anything to say, none is late.
 */
const JUDGED = `
  WITH latest AS (SELECT max(last_heard_at) AS at FROM validators),
  waiting AS (
    SELECT validator_id, count(*) AS taps FROM suspended_taps WHERE resolution IS NULL GROUP BY validator_id),
  judged AS (
    SELECT validators.*, received_through < highest_sequence AS has_gap, coalesce(waiting.taps, 0) AS suspended_taps,
           status = 'active'
             AND (last_heard_at IS NULL OR last_heard_at < latest.at - make_interval(mins => $1::int)) AS is_silent
    FROM validators CROSS JOIN latest LEFT JOIN waiting USING (validator_id))`;

/** Counts over all validators. */
export type LateCounts = Omit<LateValidators, 'validators' | 'late_after_minutes' | 'hotlist_version'>;
/** A validator without what follows from the version of the hotlist. */
export type FoundLate = Omit<LateValidator, 'hotlist_versions_behind'>;

/** Reads which validators are late, at a cost that grows with their number and not with that of their taps. */
@Injectable()
export class LateValidatorsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * @param lateAfterMinutes by how much earlier than any other a validator was heard of that is silent.
   * @param hotlistVersion the version that all of them should have.
   */
  async count(lateAfterMinutes: number, hotlistVersion: number): Promise<LateCounts> {
    const [counts] = await this.dataSource.query<LateCounts[]>(
      `${JUDGED}
       SELECT count(*) FILTER (WHERE status = 'active') AS active_validators,
              max(last_heard_at) AS last_heard_at,
              count(*) FILTER (WHERE is_silent) AS silent_validators,
              count(*) FILTER (WHERE has_gap) AS validators_with_missing_taps,
              count(*) FILTER (WHERE status = 'active' AND coalesce(hotlist_version, 0) < $2) AS validators_behind_hotlist,
              coalesce(sum(suspended_taps), 0)::bigint AS suspended_taps
       FROM judged`,
      [lateAfterMinutes, hotlistVersion],
    );
    if (!counts) throw new Error('an aggregate returned no row');
    return counts;
  }

  async find(lateAfterMinutes: number): Promise<FoundLate[]> {
    return this.dataSource.query<FoundLate[]>(
      `${JUDGED},
       listed AS (
         SELECT * FROM judged WHERE is_silent OR has_gap OR suspended_taps > 0
         ORDER BY is_silent DESC, last_heard_at, validator_id LIMIT ${MOST_LISTED})
       SELECT validator_id, number, listed.status, concessionaires.name AS concessionaire_name, station_id,
              stations.name AS station_name, vehicle_id, license_plate, route_code, last_heard_at, is_silent,
              least(highest_sequence - received_through, ${MOST_SEQUENCES}) - (
                SELECT count(*) FROM taps
                WHERE taps.validator_id = listed.validator_id AND sequence > received_through
                  AND sequence <= received_through + ${MOST_SEQUENCES}) AS missing_taps,
              suspended_taps, hotlist_version
       FROM listed LEFT JOIN concessionaires USING (concessionaire_id) LEFT JOIN stations USING (station_id)
       LEFT JOIN vehicles USING (vehicle_id) LEFT JOIN routes USING (route_id)
       ORDER BY is_silent DESC, last_heard_at, validator_id`,
      [lateAfterMinutes],
    );
  }
}
