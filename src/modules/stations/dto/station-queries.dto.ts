import { NameQuery, PlacesQuery } from '../../../common/search/places.dto';
import { LONGEST } from '../../../common/text/lengths';
import { EmptyIsAbsent, OneOf, Text } from '../../../common/http/validation';
import { SERVICE_STATUSES, type ServiceStatus } from '../../network/service-status';

/** Which stations to list, and where the page starts. */
export class StationsQuery extends PlacesQuery {
  @EmptyIsAbsent()
  @Text(LONGEST.name, {
    optional: true,
    example: 'Suba',
    description: 'Only stations in the locality with this name.',
  })
  locality?: string;

  @EmptyIsAbsent()
  @OneOf(SERVICE_STATUSES, {
    optional: true,
    example: 'active',
    description: 'Only stations with this status.',
  })
  status?: ServiceStatus;

  @NameQuery('portal')
  name?: string;
}
