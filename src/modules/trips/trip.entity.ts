import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ConcessionUse, FareReason } from '../fares/engine/boarding';
import type { TripStatus } from './trip-status';

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

  /** Null when the trip was imported; then the rest that explains its fare is unknown too. */
  @Column('text', { nullable: true })
  fare_reason!: FareReason | null;

  /** The standard price of the product at that time. */
  @Column('bigint', { nullable: true })
  base_price!: number | null;

  @Column('text', { nullable: true })
  concession!: ConcessionUse | null;

  @Column('boolean')
  on_credit!: boolean;

  @Column('boolean')
  capped!: boolean;

  @Column('boolean')
  passback!: boolean;

  /** The trip that its transfers count from; itself when it is no transfer. */
  @Column('bigint', { nullable: true })
  anchor_trip_id!: number | null;

  @Column('smallint', { nullable: true })
  transfers_used!: number | null;

  /** Null for any number, too. */
  @Column('smallint', { nullable: true })
  transfers_left!: number | null;

  @Column('timestamptz', { nullable: true })
  window_ends_at!: Date | null;
}
