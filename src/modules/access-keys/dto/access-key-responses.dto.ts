import { ApiNextCursor } from '../../../common/http/pagination';
import type { Role } from '../../../platform/access/scopes';

/** The stored data of a key. The key itself is not stored. */
export class AccessKeyResponse {
  /**
   * Its public id.
   * @example "7Qm2xK9a"
   */
  key_id!: string;

  /**
   * The organisation or the device that the key belongs to.
   * @example "recaudo-norte"
   */
  client!: string;

  /**
   * What people call the key.
   * @example "Ventanilla 3"
   */
  name!: string;

  /**
   * The role. It decides what the key may do.
   * @example "agent"
   */
  role!: Role;

  /**
   * The rider; only for the role rider.
   * @example 1
   */
  user_id!: number | null;

  /**
   * Only for the role recharge_point.
   * @example 1
   */
  recharge_point_id!: number | null;

  /**
   * Only for the role validator: its vehicle.
   * @example 1
   */
  vehicle_id!: number | null;

  /**
   * Only for the role validator: its station.
   * @example 1
   */
  station_id!: number | null;

  /**
   * Only for the role validator: the one device.
   * @example 1
   */
  validator_id!: number | null;

  /**
   * The networks from which it can be used. It is empty if it can be used from anywhere.
   * @example ["10.0.0.0/8"]
   */
  networks!: string[];

  /**
   * The most requests in a minute. It is null if the key has no limit of its own.
   * @example 600
   */
  requests_per_minute!: number | null;

  /** When the key was made, in UTC (ISO 8601). */
  created_at!: Date;

  /**
   * The id of the key that made it, or the pseudonym of a person, as in the audit trail. It is empty if a program
   * at the server made it, or somebody who is not asked for a key.
   * @example ""
   */
  created_by!: string;

  /** From when on the key is refused, in UTC (ISO 8601). */
  expires_at!: Date;

  /**
   * When it was last used. It may have been used again in the minute after that.
   * @example "2026-01-14T12:00:00.000Z"
   */
  last_used_at!: Date | null;

  /**
   * The key that replaced it.
   * @example "4kB0tq8V"
   */
  successor!: string | null;

  /**
   * When it was revoked. It is null if it was not revoked.
   * @example "2026-01-14T12:00:00.000Z"
   */
  revoked_at!: Date | null;
}

/** A key that was just made. */
export class NewAccessKeyResponse extends AccessKeyResponse {
  /**
   * The key itself, shown only now.
   * @example "trk_7Qm2xK9a_4kB0tq8VnZ1yXw3sR5uE7iO9pA2dF6gH8jK1lM3nC5b0aB1c2D"
   */
  key!: string;
}

export class AccessKeyPage {
  /** The newest first. */
  keys!: AccessKeyResponse[];

  @ApiNextCursor()
  next_cursor!: string | null;
}
