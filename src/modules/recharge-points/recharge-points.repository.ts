import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { PlaceInOrder } from '../../common/http/pagination';
import { nameContains } from '../../common/search/name-search';
import { type Near, nearParameters, nearSql } from '../../common/search/near';
import type { RechargePointResponse } from './dto/recharge-points.dto';

/** Which recharge points to find. A filter that is null is not applied. */
export interface RechargePointFilter {
  readonly locality: string | null;
  readonly channel: string | null;
  readonly name: string | null;
}

/** A recharge point with its distance from the point of the search, in whole metres. */
export type NearRechargePoint = RechargePointResponse & { readonly distance_m: number };

const COLUMNS =
  'recharge_point_id, point.name, address, latitude, longitude, location.name AS locality, operator, channel';
const FOUND = `FROM recharge_points point LEFT JOIN locations location USING (location_id)
  WHERE ($1::text IS NULL OR location.name = $1)
    AND ($2::text IS NULL OR channel = $2)
    AND ${nameContains('point.name', '$3')}`;
const { distance, isNear } = nearSql('point', 4);

@Injectable()
export class RechargePointsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Finds recharge points by their ids, one row more than the limit. */
  async find(
    filter: RechargePointFilter,
    afterId: number | null,
    limit: number,
  ): Promise<RechargePointResponse[]> {
    return this.dataSource.query<RechargePointResponse[]>(
      `SELECT ${COLUMNS} ${FOUND} AND recharge_point_id > $4 ORDER BY recharge_point_id LIMIT $5`,
      [filter.locality, filter.channel, filter.name, afterId ?? 0, limit + 1],
    );
  }

  /** Finds recharge points by their distance, then by their ids, one row more than the limit. */
  async findNear(
    filter: RechargePointFilter,
    near: Near,
    after: PlaceInOrder | null,
    limit: number,
  ): Promise<NearRechargePoint[]> {
    return this.dataSource.query<NearRechargePoint[]>(
      `SELECT * FROM (SELECT ${COLUMNS}, ${distance} AS distance_m ${FOUND} AND ${isNear}) near
       WHERE (distance_m, recharge_point_id) > ($9, $10) ORDER BY distance_m, recharge_point_id LIMIT $11`,
      [
        filter.locality,
        filter.channel,
        filter.name,
        ...nearParameters(near),
        after?.distance_m ?? -1,
        after?.id ?? 0,
        limit + 1,
      ],
    );
  }
}
