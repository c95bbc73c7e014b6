import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { CONCESSION_CATEGORIES } from '../fares/rules/concession-category';

/** The categories of riders. A category other than `standard` may have a concession. */
export const RIDER_CATEGORIES = ['standard', ...CONCESSION_CATEGORIES] as const;
export type RiderCategory = (typeof RIDER_CATEGORIES)[number];

export const GENDERS = ['F', 'M', 'O'] as const;
export type Gender = (typeof GENDERS)[number];

/**
 * A rider who is registered by name. Dates are YYYY-MM-DD. Which columns are personal data is said in `personal-columns.ts`.
 */
@Entity('users')
export class User {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  user_id!: number;

  /** Null if the rider was erased, as the last name. */
  @Column('text', { nullable: true })
  first_name!: string | null;

  @Column('text', { nullable: true })
  last_name!: string | null;

  @Column('text', { nullable: true })
  email!: string | null;

  @Column('text', { nullable: true })
  id_number!: string | null;

  @Column('text', { nullable: true })
  contact_number!: string | null;

  @Column('text', { nullable: true })
  gender!: Gender | null;

  @Column('date', { nullable: true })
  date_of_birth!: string | null;

  @Column('text', { nullable: true })
  residential_address!: string | null;

  @Column('text', { nullable: true })
  city_of_birth!: string | null;

  @Column('text')
  rider_category!: RiderCategory;

  @Column('date')
  registration_date!: string;

  /** When the personal data was erased; null if it was not. */
  @Column('timestamptz', { nullable: true })
  erased_at!: Date | null;
}
