import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

export const ARRIVAL_STATUSES = ['EXPECTED', 'DELAYED', 'ARRIVED', 'CANCELLED'] as const;
export type ArrivalStatus = (typeof ARRIVAL_STATUSES)[number];
/** Of an arrival that has still to come. */
export type PendingArrivalStatus = Exclude<ArrivalStatus, 'ARRIVED' | 'CANCELLED'>;

/** The time when a vehicle of a route is expected at a station, and the time when it arrived. */
@Entity('arrivals')
export class Arrival {
  /**
   * The id of the arrival.
   * @example 1
   */
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  arrival_id!: number;

  /**
   * The id of the station.
   * @example 1
   */
  @Column('bigint')
  station_id!: number;

  /**
   * The id of the route.
   * @example 1
   */
  @Column('bigint')
  route_id!: number;

  /**
   * The vehicle; null while it is not known.
   * @example 1
   */
  @Column('bigint', { nullable: true })
  vehicle_id!: number | null;

  /** When the vehicle is expected, in UTC (ISO 8601). */
  @Column('timestamptz')
  estimated_arrival!: Date;

  /** When the vehicle arrived, in UTC (ISO 8601); null unless the status is ARRIVED. */
  @Column('timestamptz', { nullable: true })
  actual_arrival!: Date | null;

  /**
   * `EXPECTED` and `DELAYED` are still to come; `ARRIVED` and `CANCELLED` are not listed any more.
   * @example "EXPECTED"
   */
  @Column('text')
  status!: ArrivalStatus;

  /** When the arrival was announced, in UTC (ISO 8601). */
  @Column('timestamptz')
  created_at!: Date;
}
