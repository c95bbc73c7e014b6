import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

export const ARRIVAL_STATUSES = ['EXPECTED', 'DELAYED', 'ARRIVED', 'CANCELLED'] as const;
export type ArrivalStatus = (typeof ARRIVAL_STATUSES)[number];
/** Of an arrival that has still to come. */
export type PendingArrivalStatus = Exclude<ArrivalStatus, 'ARRIVED' | 'CANCELLED'>;

/** When a vehicle of a route is expected at a station, and when it came. */
@Entity('arrivals')
export class Arrival {
  /** @example 1 */
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  arrival_id!: number;

  /** @example 1 */
  @Column('bigint')
  station_id!: number;

  /** @example 1 */
  @Column('bigint')
  route_id!: number;

  /**
   * Null while it is not known which vehicle comes.
   * @example 1
   */
  @Column('bigint', { nullable: true })
  vehicle_id!: number | null;

  @Column('timestamptz')
  estimated_arrival!: Date;

  /** Null unless it has arrived. */
  @Column('timestamptz', { nullable: true })
  actual_arrival!: Date | null;

  /** @example "EXPECTED" */
  @Column('text')
  status!: ArrivalStatus;

  @Column('timestamptz')
  created_at!: Date;
}
