import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Day, OneOf, WholeNumber } from '../../../common/http/validation';
import { type FareComponent, FARE_COMPONENTS } from '../route-type';
import { CONCESSION_CATEGORIES, type ConcessionCategory } from './concession-category';
import { MOST_MONEY } from './most-money';

/**
 * What a category of riders pays from a service day. With neither a price nor a percentage it pays the standard price.
 */
@Entity('concessions')
export class Concession {
  @PrimaryColumn('text')
  @OneOf(CONCESSION_CATEGORIES, { example: 'senior', description: 'The category of riders that it is for.' })
  rider_category!: ConcessionCategory;

  @PrimaryColumn('text')
  @OneOf(FARE_COMPONENTS, {
    example: 'trunk',
    description: 'The component that it is for: `trunk` or `zonal`.',
  })
  component!: FareComponent;

  @PrimaryColumn('date')
  @Day({ example: '2099-01-01', description: 'The first service day on which it holds.' })
  valid_from!: string;

  @Column('bigint', { nullable: true })
  @WholeNumber(0, MOST_MONEY, {
    optional: true,
    example: 2700,
    description: 'The price, in whole units of the currency. Give either this or a percentage.',
  })
  price!: number | null;

  @Column('smallint', { nullable: true })
  @WholeNumber(0, 100, {
    optional: true,
    example: null,
    description: 'Percent off the standard price. Give either this or a price.',
  })
  percent_off!: number | null;

  @Column('integer', { nullable: true })
  @WholeNumber(1, 100_000, {
    optional: true,
    example: 30,
    description:
      'How many boardings of a card are discounted in a calendar month, over all components; null means any number.',
  })
  monthly_quota!: number | null;
}
