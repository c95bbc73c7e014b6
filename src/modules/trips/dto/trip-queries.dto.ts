import { IdQuery, PageQuery } from '../../../common/http/pagination';
import { EmptyIsAbsent, Moment, OneOf } from '../../../common/http/validation';
import { TRIP_STATUSES, type TripStatus } from '../trip-status';

/** Which trips to list, and where the page starts. */
export class TripsQuery extends PageQuery {
  @EmptyIsAbsent()
  @IdQuery('Only trips of this card.', 1)
  card_id?: number;

  @EmptyIsAbsent()
  @IdQuery('Only trips of the cards of this rider.', 1)
  user_id?: number;

  @EmptyIsAbsent()
  @IdQuery('Only trips on this route.', 1)
  route_id?: number;

  @EmptyIsAbsent()
  @IdQuery('Only trips that began at this station.', 1)
  station_id?: number;

  @EmptyIsAbsent()
  @IdQuery('Only trips in this vehicle.', 1)
  vehicle_id?: number;

  @EmptyIsAbsent()
  @OneOf(TRIP_STATUSES, {
    optional: true,
    example: 'in_progress',
    description: 'Only trips with this status; `in_progress` are the open ones.',
  })
  status?: TripStatus;

  @EmptyIsAbsent()
  @Moment({ description: 'Boarded from this moment on.', example: '2026-11-28T00:00:00Z', optional: true })
  from?: string;

  @EmptyIsAbsent()
  @Moment({ description: 'Boarded before this moment.', example: '2026-11-29T00:00:00Z', optional: true })
  to?: string;
}
