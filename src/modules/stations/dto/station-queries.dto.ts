import { NameQuery, PlacesQuery } from '../../../common/search/places.dto';
import { LONGEST } from '../../../common/text/lengths';
import { EmptyIsAbsent, OneOf, Text } from '../../../common/http/validation';
import { SERVICE_STATUSES, type ServiceStatus } from '../../network/service-status';

/** Which stations, and where the page starts. */
export class StationsQuery extends PlacesQuery {
  @EmptyIsAbsent()
  @Text(LONGEST.name, {
    optional: true,
    example: 'Suba',
    description: 'Only those in the locality of this name.',
  })
  locality?: string;

  @EmptyIsAbsent()
  @OneOf(SERVICE_STATUSES, { optional: true, example: 'active' })
  status?: ServiceStatus;

  @NameQuery('portal')
  name?: string;
}
