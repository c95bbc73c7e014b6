import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { FareComponent } from './route-type';

/** The price of a component from a day on, until the next row of it. */
@Entity('tariffs')
export class Tariff {
  @PrimaryColumn('text')
  component!: FareComponent;

  /** A service day, YYYY-MM-DD. */
  @PrimaryColumn('date')
  valid_from!: string;

  /** In whole units of the currency. */
  @Column('bigint')
  price!: number;
}
