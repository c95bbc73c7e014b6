import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ConcessionUse, FareReason } from '../fares/engine/boarding';
import type { TripStatus } from './trip-status';

/**
 * A ride from boarding to alighting. What it was first charged never changes; what a late tap changes of it is in
 * `fare_adjustments`.
 */
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

  /** The card's balance after the fare, in whole units of the currency; null if the trip was imported. */
  @Column('bigint', { nullable: true })
  new_balance!: number | null;

  @Column('boolean')
  is_transfer!: boolean;

  /** Null if the trip was imported; then nothing else that explains its fare is known either. */
  @Column('text', { nullable: true })
  fare_reason!: FareReason | null;

  /** The standard price of the product at that time, in whole units of the currency. */
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

  /** The trip from which transfers are counted; this trip itself if it is not a transfer. */
  @Column('bigint', { nullable: true })
  anchor_trip_id!: number | null;

  @Column('smallint', { nullable: true })
  transfers_used!: number | null;

  /** How many more transfers are possible; null for any number, or if the trip was imported. */
  @Column('smallint', { nullable: true })
  transfers_left!: number | null;

  @Column('timestamptz', { nullable: true })
  window_ends_at!: Date | null;

  /** The device whose tap it is; null if the rider boarded at a gate that asked the service. */
  @Column('bigint', { nullable: true })
  validator_id!: number | null;

  @Column('bigint', { nullable: true })
  tap_sequence!: number | null;
}
