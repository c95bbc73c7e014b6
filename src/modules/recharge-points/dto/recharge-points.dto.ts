import { ApiNextCursor } from '../../../common/http/pagination';
import { NameQuery, PlacesQuery } from '../../../common/search/places.dto';
import { LONGEST } from '../../../common/text/lengths';
import { EmptyIsAbsent, Text } from '../../../common/http/validation';

/** Which recharge points to list, and where the page starts. */
export class RechargePointsQuery extends PlacesQuery {
  @EmptyIsAbsent()
  @Text(LONGEST.name, {
    optional: true,
    example: 'Suba',
    description: 'Only recharge points in the locality with this name.',
  })
  locality?: string;

  @EmptyIsAbsent()
  @Text(LONGEST.code, {
    optional: true,
    example: 'default',
    description: 'Only recharge points of this channel. The channel decides how large a recharge may be.',
  })
  channel?: string;

  @NameQuery('taquilla')
  name?: string;
}

export class RechargePointResponse {
  /**
   * The id of the recharge point.
   * @example 1
   */
  recharge_point_id!: number;

  /**
   * The name of the recharge point.
   * @example "Taquilla Portal Norte"
   */
  name!: string;

  /**
   * The address; null when it is not known.
   * @example "Autopista Norte, Portal Norte"
   */
  address!: string | null;

  /**
   * Degrees, WGS 84; null when it is not known.
   * @example 4.7546
   */
  latitude!: number | null;

  /**
   * Degrees, WGS 84; null when it is not known.
   * @example -74.046
   */
  longitude!: number | null;

  /**
   * The name of the locality; null when it is not known.
   * @example "Usaquén"
   */
  locality!: string | null;

  /**
   * Who runs it; null when it is not known.
   * @example "Recaudo Bogotá"
   */
  operator!: string | null;

  /**
   * The recharge channel. It decides how large a recharge may be.
   * @example "default"
   */
  channel!: string;

  /**
   * The distance from the point of the search, in whole metres. It is present only with `near`.
   * @example 240
   */
  distance_m?: number;
}

export class RechargePointPage {
  /** The recharge points, sorted by `recharge_point_id`, or with `near` the nearest first. */
  recharge_points!: RechargePointResponse[];

  @ApiNextCursor()
  next_cursor!: string | null;
}
