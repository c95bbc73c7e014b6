import type { User } from './user.entity';

/**
 * The columns of a rider that say something about the person, with what stands in them after an erasure. This is the one
 * list of them: export, erasure, audit and tests follow from it.
 *
 * The category is among them, since it may tell of a disability, which is sensitive data (Ley 1581 of 2012, article 5).
 */
export const ERASED = {
  first_name: null,
  last_name: null,
  email: null,
  id_number: null,
  contact_number: null,
  gender: null,
  date_of_birth: null,
  residential_address: null,
  city_of_birth: null,
  rider_category: 'standard',
} as const satisfies Partial<User>;

export type PersonalColumn = keyof typeof ERASED;

export const PERSONAL_COLUMNS = Object.keys(ERASED) as readonly PersonalColumn[];

/** What stays of a rider who was erased. A column of `User` that is in neither list does not compile. */
export const KEPT_COLUMNS: Readonly<Record<Exclude<keyof User, PersonalColumn>, true>> = {
  user_id: true,
  registration_date: true,
  erased_at: true,
};
