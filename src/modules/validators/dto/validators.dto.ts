import { ApiNextCursor, IdQuery, PageQuery } from '../../../common/http/pagination';
import { EmptyIsAbsent, Id, OneOf, SHOWN_IN_EXAMPLE, Text } from '../../../common/http/validation';
import { VALIDATOR_STATUSES, type ValidatorStatus } from '../validator.entity';

const LONGEST_NUMBER = 50;
const SHOWN = { [SHOWN_IN_EXAMPLE]: true };

/** Which validators to list, and where the page starts. */
export class ValidatorsQuery extends PageQuery {
  @EmptyIsAbsent()
  @IdQuery('Only those of this concessionaire.', 1)
  concessionaire_id?: number;

  @EmptyIsAbsent()
  @IdQuery('Only those at this station.', 1)
  station_id?: number;

  @EmptyIsAbsent()
  @IdQuery('Only those in this vehicle.', 1)
  vehicle_id?: number;

  @EmptyIsAbsent()
  @OneOf(VALIDATOR_STATUSES, {
    optional: true,
    example: 'active',
    description: 'Only validators with this status.',
  })
  status?: ValidatorStatus;
}

/** A new device: at a station, or in a vehicle. */
export class CreateValidator {
  @Text(LONGEST_NUMBER, { example: 'V-001000', description: 'What is written on the device. It is unique.' })
  number!: string;

  @Id({ optional: true, example: 1, description: 'The concessionaire that operates it.' })
  concessionaire_id?: number;

  @Id({
    optional: true,
    example: 1,
    description: 'The station at whose gate it is; this or a `vehicle_id`. It never changes.',
    ...SHOWN,
  })
  station_id?: number;

  @Id({ optional: true, example: null, description: 'The vehicle that it is in; this or a `station_id`.' })
  vehicle_id?: number;

  @Id({ optional: true, example: 1, description: 'The route of its taps that name none.' })
  route_id?: number;
}

export class ChangeValidator {
  @OneOf(VALIDATOR_STATUSES, {
    example: 'inactive',
    description: '`inactive`: it is out of service, and its own taps are refused.',
  })
  status!: ValidatorStatus;
}

export class ValidatorResponse {
  /**
   * The id of the validator.
   * @example 1
   */
  validator_id!: number;

  /**
   * What is written on the device.
   * @example "V-000017"
   */
  number!: string;

  /**
   * Who operates it; null when it is not known.
   * @example 1
   */
  concessionaire_id!: number | null;

  /**
   * The station at whose gate it is; null in a vehicle.
   * @example 1
   */
  station_id!: number | null;

  /**
   * The vehicle that it is in; null at a station.
   * @example 1
   */
  vehicle_id!: number | null;

  /**
   * The route of its taps that name none; null where each tap has to name its own.
   * @example 1
   */
  route_id!: number | null;

  /**
   * Whether it is in service.
   * @example "active"
   */
  status!: ValidatorStatus;

  /**
   * Which version of the hotlist it has; null before it has said so.
   * @example 42
   */
  hotlist_version!: number | null;

  /**
   * By how many milliseconds its clock was behind when it sent its last batch; 0 if that was no more than a minute, null
   * before the first one. Below zero its clock was ahead.
   * @example 0
   */
  clock_offset_ms!: number | null;

  /** When its last batch was received, in UTC (ISO 8601); null before the first one. */
  last_heard_at!: Date | null;

  /**
   * The first sequence number that was not received. Where it is not above `highest_sequence`, taps are missing.
   * @example 118
   */
  next_expected_sequence!: number;

  /**
   * The largest sequence number that was received; 0 before the first one.
   * @example 117
   */
  highest_sequence!: number;
}

export class ValidatorPage {
  /** The rows of this page, sorted by `validator_id`. */
  validators!: ValidatorResponse[];

  @ApiNextCursor()
  next_cursor!: string | null;
}
