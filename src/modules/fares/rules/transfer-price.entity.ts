import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Day, OneOf, WholeNumber } from '../../../common/http/validation';
import { type FareComponent, FARE_COMPONENTS } from '../route-type';
import { MOST_MONEY } from './most-money';

/** What a transfer costs from a service day: a price, or a percentage off the full fare; with neither it is free. */
@Entity('transfer_prices')
export class TransferPrice {
  @PrimaryColumn('text')
  @OneOf(FARE_COMPONENTS, {
    example: 'zonal',
    description: 'The component of the boarding before the transfer.',
  })
  from_component!: FareComponent;

  @PrimaryColumn('text')
  @OneOf(FARE_COMPONENTS, { example: 'trunk', description: 'The component of the transfer.' })
  to_component!: FareComponent;

  @PrimaryColumn('smallint')
  @WholeNumber(1, 1_000, {
    example: 1,
    description:
      'The number of the transfer in its journey. Later transfers cost the same unless they have a row of their own.',
  })
  from_transfer!: number;

  @PrimaryColumn('date')
  @Day({ example: '2099-01-01', description: 'The first service day on which it holds.' })
  valid_from!: string;

  @Column('bigint', { nullable: true })
  @WholeNumber(0, MOST_MONEY, {
    optional: true,
    example: 200,
    description: 'The price, in whole units of the currency. Give either this or a percentage.',
  })
  price!: number | null;

  @Column('smallint', { nullable: true })
  @WholeNumber(0, 100, {
    optional: true,
    example: null,
    description: 'Percent off the full fare. Give either this or a price.',
  })
  percent_off!: number | null;
}
