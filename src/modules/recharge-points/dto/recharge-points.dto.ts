import { ApiNextCursor } from '../../../common/http/pagination';
import { NameQuery, PlacesQuery } from '../../../common/search/places.dto';
import { LONGEST } from '../../../common/text/lengths';
import { EmptyIsAbsent, Text } from '../../../common/http/validation';

/** Which recharge points, and where the page starts. */
export class RechargePointsQuery extends PlacesQuery {
  @EmptyIsAbsent()
  @Text(LONGEST.name, {
    optional: true,
    example: 'Suba',
    description: 'Only those in the locality of this name.',
  })
  locality?: string;

  @EmptyIsAbsent()
  @Text(LONGEST.code, {
    optional: true,
    example: 'default',
    description: 'Only those of this channel; the channel decides how large a recharge may be.',
  })
  channel?: string;

  @NameQuery('taquilla')
  name?: string;
}

export class RechargePointAnswer {
  /** @example 1 */
  recharge_point_id!: number;

  /** @example "Taquilla Portal Norte" */
  name!: string;

  /** @example "Autopista Norte, Portal Norte" */
  address!: string | null;

  /**
   * Degrees, WGS 84.
   * @example 4.7546
   */
  latitude!: number | null;

  /** @example -74.046 */
  longitude!: number | null;

  /** @example "Usaquén" */
  locality!: string | null;

  /** @example "Recaudo Bogotá" */
  operator!: string | null;

  /** @example "default" */
  channel!: string;

  /**
   * Present only with `near`: the distance from that point, in whole metres.
   * @example 240
   */
  distance_m?: number;
}

export class RechargePointPage {
  /** Sorted by recharge_point_id; with `near`, the nearest first. */
  recharge_points!: RechargePointAnswer[];

  @ApiNextCursor()
  next_cursor!: string | null;
}
