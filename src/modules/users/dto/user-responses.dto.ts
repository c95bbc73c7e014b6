import { PickType } from '@nestjs/swagger';
import { ApiNextCursor } from '../../../common/http/pagination';
import { Personal } from '../../../common/personal.decorator';
import type { Gender, RiderCategory } from '../user.entity';

export class UserCount {
  /**
   * How many riders are registered.
   * @example 3000
   */
  total_users!: number;
}

export class ActiveUserCount {
  /**
   * How many riders have at least one active card.
   * @example 2600
   */
  active_users_count!: number;
}

export class UserName {
  /**
   * The id of the rider.
   * @example 1
   */
  user_id!: number;

  /**
   * First and last name of the rider.
   * @example "Lucía Mora"
   */
  @Personal()
  full_name!: string;
}

export class LatestUser {
  latest_user!: UserName;
}

export class UserResponse {
  /**
   * The id of the rider.
   * @example 1
   */
  user_id!: number;

  /**
   * The first name of the rider; null if the rider was erased.
   * @example "Lucía"
   */
  first_name!: string | null;

  /**
   * The last name of the rider; null if the rider was erased.
   * @example "Mora"
   */
  last_name!: string | null;

  /**
   * The e-mail address; null when it is not known.
   * @example "lucia.mora@example.com"
   */
  email!: string | null;

  /**
   * The number of the identity document; null when it is not known.
   * @example "CC-0000000001"
   */
  id_number!: string | null;

  /**
   * The telephone number; null when it is not known.
   * @example "+57 300 000 0000"
   */
  contact_number!: string | null;

  /**
   * Female, male or other; null when it is not known.
   * @example "F"
   */
  gender!: Gender | null;

  /**
   * The date of birth, YYYY-MM-DD; null when it is not known.
   * @example "1990-05-17"
   */
  date_of_birth!: string | null;

  /**
   * The home address; null when it is not known.
   * @example "Calle 0 # 0-00, Bogotá"
   */
  residential_address!: string | null;

  /**
   * The city of birth; null when it is not known.
   * @example "Bogotá"
   */
  city_of_birth!: string | null;

  /**
   * The category of the rider. It decides which concession applies.
   * @example "standard"
   */
  rider_category!: RiderCategory;

  /**
   * The day on which the rider was registered, YYYY-MM-DD in the service's time zone.
   * @example "2026-01-20"
   */
  registration_date!: string;

  /** When the personal data of the rider was erased, in UTC (ISO 8601); null if it was not. */
  erased_at!: Date | null;
}

/** What tells one rider from another. */
export class ListedUser extends PickType(UserResponse, [
  'user_id',
  'first_name',
  'last_name',
  'id_number',
  'registration_date',
  'erased_at',
]) {}

export class UserPage {
  /** The rows of this page, newest first. */
  users!: ListedUser[];

  @ApiNextCursor()
  next_cursor!: string | null;
}
