import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Day, OneOf, WholeNumber } from '../../common/validation';
import { MOST_MONEY } from './most-money';

export const FARE_LIMITS = ['credit_boardings', 'passback_seconds', 'daily_cap'] as const;
export type FareLimitName = (typeof FARE_LIMITS)[number];

/** A number that bounds boardings from a day on, until the next row of its name. */
@Entity('fare_limits')
export class FareLimit {
  @PrimaryColumn('text')
  @OneOf(FARE_LIMITS, {
    example: 'daily_cap',
    description:
      'credit_boardings: how many may leave a personalised card below zero, at most 100; passback_seconds: a card seen ' +
      'again at a station within them is flagged, at most 3600; daily_cap: the most that a card pays on a service day.',
  })
  limit_name!: FareLimitName;

  @PrimaryColumn('date')
  @Day({ example: '2099-01-01', description: 'The first service day on which it holds.' })
  valid_from!: string;

  @Column('bigint', { nullable: true })
  @WholeNumber(0, MOST_MONEY, { optional: true, example: 14000, description: 'Null: none from this day on.' })
  value!: number | null;
}
