import { ApiNextCursor, IdQuery, PageQuery } from '../../../common/http/pagination';
import { EmptyIsAbsent, OneOf } from '../../../common/http/validation';
import { Vehicle, VEHICLE_STATUSES, type VehicleStatus } from '../vehicle.entity';

export class VehiclesQuery extends PageQuery {
  @EmptyIsAbsent()
  @IdQuery('Only those of this concessionaire.', 1)
  concessionaire_id?: number;

  @EmptyIsAbsent()
  @OneOf(VEHICLE_STATUSES, {
    optional: true,
    example: 'active',
    description: 'Only vehicles with this status.',
  })
  status?: VehicleStatus;
}

export class VehiclePage {
  /** The rows of this page, sorted by `vehicle_id`. */
  vehicles!: Vehicle[];

  @ApiNextCursor()
  next_cursor!: string | null;
}
