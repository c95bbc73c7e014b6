import { IdQuery, PageQuery } from '../../../common/http/pagination';
import { NameQuery } from '../../../common/search/places.dto';
import { EmptyIsAbsent, OneOf } from '../../../common/http/validation';
import { DRIVER_STATUSES, type DriverStatus } from '../driver-status';

/** Which localities to list, and where the page starts. */
export class LocationsQuery extends PageQuery {
  @NameQuery('usaquen')
  name?: string;
}

export class ConcessionairesQuery extends PageQuery {
  @NameQuery('norte')
  name?: string;
}

/** Whose depots to list, and where the page starts. */
export class DepotsQuery extends PageQuery {
  @EmptyIsAbsent()
  @IdQuery('Only those of this concessionaire.', 1)
  concessionaire_id?: number;
}

export class DriversQuery extends PageQuery {
  @EmptyIsAbsent()
  @IdQuery('Only those of this concessionaire.', 1)
  concessionaire_id?: number;

  @EmptyIsAbsent()
  @OneOf(DRIVER_STATUSES, {
    optional: true,
    example: 'active',
    description: 'Only drivers with this status.',
  })
  status?: DriverStatus;
}
