import { PageQuery } from '../../../common/http/pagination';
import { NameQuery } from '../../../common/search/places.dto';
import { EmptyIsAbsent, OneOf } from '../../../common/http/validation';
import { ROUTE_TYPES, type RouteType } from '../../fares/route-type';
import { SERVICE_STATUSES, type ServiceStatus } from '../../network/service-status';

/** Which routes to list, and where the page starts. */
export class RoutesQuery extends PageQuery {
  @NameQuery('portal norte')
  name?: string;

  @EmptyIsAbsent()
  @OneOf(ROUTE_TYPES, { optional: true, example: 'TRONCAL', description: 'Only routes of this type.' })
  type?: RouteType;

  @EmptyIsAbsent()
  @OneOf(SERVICE_STATUSES, {
    optional: true,
    example: 'active',
    description: 'Only routes with this status.',
  })
  status?: ServiceStatus;
}
