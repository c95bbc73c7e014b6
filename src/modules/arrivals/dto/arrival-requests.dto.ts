import { Id, Moment, OneOf } from '../../../common/http/validation';
import { ARRIVAL_STATUSES, type ArrivalStatus } from '../arrival.entity';

/** An arrival to expect. */
export class CreateArrival {
  @Id({ example: 1 })
  station_id!: number;

  @Id({ example: 1, description: 'It must stop at the station.' })
  route_id!: number;

  @Id({ optional: true, example: 1 })
  vehicle_id?: number;

  @Moment({ example: '2099-01-14T12:00:00Z' })
  estimated_arrival!: string;
}

/** What is to be changed of an arrival; what is left out stays. */
export class ChangeArrival {
  @OneOf(ARRIVAL_STATUSES, { optional: true, example: 'ARRIVED' })
  status?: ArrivalStatus;

  @Moment({ optional: true, example: '2026-01-14T12:02:00Z' })
  estimated_arrival?: string;

  @Moment({
    optional: true,
    example: '2026-01-14T12:02:30Z',
    description: 'When the vehicle came, only with the status ARRIVED; now by default.',
  })
  actual_arrival?: string;
}
