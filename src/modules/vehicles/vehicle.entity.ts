import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

export const VEHICLE_STATUSES = ['active', 'inactive', 'maintenance'] as const;
export type VehicleStatus = (typeof VEHICLE_STATUSES)[number];

/** A bus, or a cabin of the cable. */
@Entity('vehicles')
export class Vehicle {
  /**
   * The id of the vehicle.
   * @example 1
   */
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  vehicle_id!: number;

  /**
   * The licence plate, or the number of a cabin.
   * @example "SYN001"
   */
  @Column('text')
  license_plate!: string;

  /**
   * The type of the vehicle, such as `ARTICULADO`.
   * @example "ARTICULADO"
   */
  @Column('text')
  vehicle_type!: string;

  /**
   * How many riders it can carry; null when it is not known.
   * @example 160
   */
  @Column('integer', { nullable: true })
  capacity!: number | null;

  /**
   * How it is driven; null when it is not known.
   * @example "Diésel Euro VI"
   */
  @Column('text', { nullable: true })
  technology!: string | null;

  /**
   * The year in which it was built; null when it is not known.
   * @example 2020
   */
  @Column('integer', { nullable: true })
  model_year!: number | null;

  /**
   * The id of the concessionaire; null when there is none.
   * @example 1
   */
  @Column('bigint', { nullable: true })
  concessionaire_id!: number | null;

  /**
   * The depot where it is kept; null when it is not known.
   * @example 1
   */
  @Column('bigint', { nullable: true })
  current_depot_id!: number | null;

  /**
   * Whether the vehicle can be used.
   * @example "active"
   */
  @Column('text')
  status!: VehicleStatus;
}
