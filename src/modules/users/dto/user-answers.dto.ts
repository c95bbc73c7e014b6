import type { Gender, RiderCategory } from '../user.entity';

export class UserCount {
  /** @example 3000 */
  total_users!: number;
}

export class ActiveUserCount {
  /**
   * Users with at least one active card.
   * @example 2600
   */
  active_users_count!: number;
}

export class UserName {
  /** @example 1 */
  user_id!: number;

  /** @example "Lucía Mora" */
  full_name!: string;
}

export class LatestUser {
  latest_user!: UserName;
}

export class UserAnswer {
  /** @example 1 */
  user_id!: number;

  /** @example "Lucía" */
  first_name!: string;

  /** @example "Mora" */
  last_name!: string;

  /** @example "lucia.mora@example.com" */
  email!: string | null;

  /** @example "CC-0000000001" */
  id_number!: string | null;

  /** @example "+57 300 000 0000" */
  contact_number!: string | null;

  /** @example "F" */
  gender!: Gender | null;

  /**
   * YYYY-MM-DD
   * @example "1990-05-17"
   */
  date_of_birth!: string | null;

  /** @example "Calle 0 # 0-00, Bogotá" */
  residential_address!: string | null;

  /** @example "Bogotá" */
  city_of_birth!: string | null;

  /** @example "standard" */
  rider_category!: RiderCategory;

  /**
   * The day on which the rider was registered, YYYY-MM-DD in the service's time zone.
   * @example "2026-01-20"
   */
  registration_date!: string;
}
