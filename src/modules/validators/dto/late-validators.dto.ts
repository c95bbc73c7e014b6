import type { ValidatorStatus } from '../validator.entity';

/** A device that was not heard of for long, or from which something is missing. */
export class LateValidator {
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
   * Whether it is in service.
   * @example "active"
   */
  status!: ValidatorStatus;

  /**
   * The concessionaire that operates it.
   * @example "Consorcio Norte"
   */
  concessionaire_name!: string | null;

  /**
   * The station at whose gate it is; null in a vehicle.
   * @example 1
   */
  station_id!: number | null;

  /**
   * The name of that station.
   * @example "Portal Norte"
   */
  station_name!: string | null;

  /**
   * The vehicle that it is in; null at a station.
   * @example 1
   */
  vehicle_id!: number | null;

  /**
   * The license plate of that vehicle.
   * @example "ABC123"
   */
  license_plate!: string | null;

  /**
   * The code of the route of its taps that name none.
   * @example "B10"
   */
  route_code!: string | null;

  /** When its last batch was received, in UTC (ISO 8601); null before the first one. */
  last_heard_at!: Date | null;

  /**
   * Whether it was not heard of for too long, and is in service.
   * @example true
   */
  is_silent!: boolean;

  /**
   * How many of its taps are missing: sequence numbers below the largest one that were not received. Only the first 10,000 numbers
   * after the first gap are looked at.
   * @example 3
   */
  missing_taps!: number;

  /**
   * How many of its taps wait in suspense for a person.
   * @example 1
   */
  suspended_taps!: number;

  /**
   * Which version of the hotlist it has; null before it has said so.
   * @example 40
   */
  hotlist_version!: number | null;

  /**
   * By how many versions that is behind; null before it has said so.
   * @example 2
   */
  hotlist_versions_behind!: number | null;
}

export class LateValidators {
  /**
   * How many validators are in service.
   * @example 200
   */
  active_validators!: number;

  /** When the last batch of any validator was received, in UTC (ISO 8601); null before the first one. */
  last_heard_at!: Date | null;

  /**
   * So many minutes before that moment, or longer ago, a validator that is silent was last heard of (`VALIDATOR_LATE_MINUTES`).
   * @example 60
   */
  late_after_minutes!: number;

  /**
   * How many of those in service are silent, or were never heard of.
   * @example 3
   */
  silent_validators!: number;

  /**
   * Of how many validators taps are missing.
   * @example 1
   */
  validators_with_missing_taps!: number;

  /**
   * How many of those in service have an older hotlist, or have not said which one they have.
   * @example 12
   */
  validators_behind_hotlist!: number;

  /**
   * How many taps of all validators wait in suspense for a person.
   * @example 2
   */
  suspended_taps!: number;

  /**
   * The version of the hotlist.
   * @example 42
   */
  hotlist_version!: number;

  /**
   * Up to 20 of those that are silent, or from which taps are missing or wait in suspense: first who was silent for longest, then those
   * that were never heard of, then the others.
   */
  validators!: LateValidator[];
}
