import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { CONCESSION_CATEGORIES } from '../fares/rules/concession-category';

/** What a rider may be besides a rider at the standard price. */
export const RIDER_CATEGORIES = ['standard', ...CONCESSION_CATEGORIES] as const;
export type RiderCategory = (typeof RIDER_CATEGORIES)[number];

export const GENDERS = ['F', 'M', 'O'] as const;
export type Gender = (typeof GENDERS)[number];

/** A rider who is known by name; dates are YYYY-MM-DD. */
@Entity('users')
export class User {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  user_id!: number;

  @Column('text')
  first_name!: string;

  @Column('text')
  last_name!: string;

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
}
