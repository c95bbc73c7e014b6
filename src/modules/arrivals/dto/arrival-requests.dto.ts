import { Id, Moment, OneOf } from '../../../common/http/validation';
import { ARRIVAL_STATUSES, type ArrivalStatus } from '../arrival.entity';

/** The arrival of a vehicle at a station. */
export class CreateArrival {
  @Id({ example: 1, description: 'The station where the vehicle is expected.' })
  station_id!: number;

  @Id({ example: 1, description: 'The route of the vehicle. It must stop at the station.' })
  route_id!: number;

  @Id({ optional: true, example: 1, description: 'The vehicle, if it is known.' })
  vehicle_id?: number;

  @Moment({ example: '2099-01-14T12:00:00Z', description: 'When the vehicle is expected.' })
  estimated_arrival!: string;
}

/** The new values of an arrival. Members that are left out keep their values. */
export class ChangeArrival {
  @OneOf(ARRIVAL_STATUSES, {
    optional: true,
    example: 'ARRIVED',
    description:
      '`EXPECTED` and `DELAYED` are still to come; `ARRIVED` and `CANCELLED` are not listed any more.',
  })
  status?: ArrivalStatus;

  @Moment({ optional: true, example: '2026-01-14T12:02:00Z', description: 'When the vehicle is expected.' })
  estimated_arrival?: string;

  @Moment({
    optional: true,
    example: '2026-01-14T12:02:30Z',
    description:
      'When the vehicle arrived; now if it is left out. It is only allowed with the status ARRIVED.',
  })
  actual_arrival?: string;
}
