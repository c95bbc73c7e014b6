import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { TripStatus } from './dto/trip-answers.dto';

/** A ride, from boarding to alighting; charged at boarding, and it keeps what it was charged. */
@Entity('trips')
export class Trip {
  @PrimaryColumn('bigint')
  trip_id!: number;

  @Column('bigint')
  card_id!: number;

  @Column('bigint')
  route_id!: number;

  @Column('bigint')
  boarding_station_id!: number;

  @Column('bigint', { nullable: true })
  disembarking_station_id!: number | null;

  @Column('bigint', { nullable: true })
  vehicle_id!: number | null;

  @Column('bigint', { nullable: true })
  driver_id!: number | null;

  @Column('timestamptz')
  boarding_time!: Date;

  @Column('timestamptz', { nullable: true })
  disembarking_time!: Date | null;

  @Column('text')
  status!: TripStatus;

  /** In whole units of the currency. */
  @Column('bigint')
  fare_amount!: number;

  @Column('text')
  fare_product!: string;

  /** The card's balance as the fare left it; null when the trip was imported. */
  @Column('bigint', { nullable: true })
  new_balance!: number | null;

  @Column('boolean')
  is_transfer!: boolean;
}
