import { ApiNextCursor } from '../../../common/http/pagination';
import type { Role } from '../../../platform/access/scopes';

/** What is known of a key; never the key itself. */
export class AccessKeyAnswer {
  /**
   * Its public id.
   * @example "7Qm2xK9a"
   */
  key_id!: string;

  /** @example "recaudo-norte" */
  client!: string;

  /** @example "Ventanilla 3" */
  name!: string;

  /** @example "agent" */
  role!: Role;

  /** @example null */
  user_id!: number | null;

  /** @example null */
  recharge_point_id!: number | null;

  /** @example null */
  vehicle_id!: number | null;

  /** @example null */
  station_id!: number | null;

  /**
   * Empty: from anywhere.
   * @example ["10.0.0.0/8"]
   */
  networks!: string[];

  /** @example null */
  requests_per_minute!: number | null;

  created_at!: Date;

  /**
   * The key that made it; empty: a program at the server.
   * @example ""
   */
  created_by!: string;

  expires_at!: Date;

  /**
   * When it was last used, up to a minute ago.
   * @example null
   */
  last_used_at!: Date | null;

  /**
   * The key that replaced it.
   * @example null
   */
  successor!: string | null;

  /** @example null */
  revoked_at!: Date | null;
}

/** A key that was just made. */
export class NewAccessKeyAnswer extends AccessKeyAnswer {
  /**
   * The key itself, shown only now.
   * @example "trk_7Qm2xK9a_4kB0tq8VnZ1yXw3sR5uE7iO9pA2dF6gH8jK1lM3nC5b0aB1c2D"
   */
  key!: string;
}

export class AccessKeyPage {
  /** The newest first. */
  keys!: AccessKeyAnswer[];

  @ApiNextCursor()
  next_cursor!: string | null;
}
