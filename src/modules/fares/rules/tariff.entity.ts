import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Day, OneOf, WholeNumber } from '../../../common/http/validation';
import { type FareComponent, FARE_COMPONENTS } from '../route-type';
import { MOST_MONEY } from './most-money';

/** The standard price of a component, from a service day until the next row of the same component. */
@Entity('tariffs')
export class Tariff {
  @PrimaryColumn('text')
  @OneOf(FARE_COMPONENTS, {
    example: 'trunk',
    description: '`trunk` is for routes of type TRONCAL, DUAL and CABLE; `zonal` is for all others.',
  })
  component!: FareComponent;

  @PrimaryColumn('date')
  @Day({ example: '2099-01-01', description: 'The first service day on which it holds.' })
  valid_from!: string;

  @Column('bigint')
  @WholeNumber(0, MOST_MONEY, { example: 3900, description: 'The price, in whole units of the currency.' })
  price!: number;
}
