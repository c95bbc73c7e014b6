import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

export const VEHICLE_STATUSES = ['active', 'inactive', 'maintenance'] as const;
export type VehicleStatus = (typeof VEHICLE_STATUSES)[number];

/** A bus, or a cabin of the cable. */
@Entity('vehicles')
export class Vehicle {
  /** @example 1 */
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  vehicle_id!: number;

  /** @example "SYN001" */
  @Column('text')
  license_plate!: string;

  /** @example "ARTICULADO" */
  @Column('text')
  vehicle_type!: string;

  /**
   * How many riders it can carry.
   * @example 160
   */
  @Column('integer', { nullable: true })
  capacity!: number | null;

  /** @example "Diésel Euro VI" */
  @Column('text', { nullable: true })
  technology!: string | null;

  /** @example 2020 */
  @Column('integer', { nullable: true })
  model_year!: number | null;

  /** @example 1 */
  @Column('bigint', { nullable: true })
  concessionaire_id!: number | null;

  /**
   * The depot where it is kept.
   * @example 1
   */
  @Column('bigint', { nullable: true })
  current_depot_id!: number | null;

  /** @example "active" */
  @Column('text')
  status!: VehicleStatus;
}
