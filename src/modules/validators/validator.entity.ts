import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

export const VALIDATOR_STATUSES = ['active', 'inactive'] as const;
export type ValidatorStatus = (typeof VALIDATOR_STATUSES)[number];

/** A device at a gate or in a vehicle. It decides by itself who may ride, and reports the taps later. */
@Entity('validators')
export class Validator {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  validator_id!: number;

  /** What is written on the device. */
  @Column('text')
  number!: string;

  /** Who operates it; null when it is not known. */
  @Column('bigint', { nullable: true })
  concessionaire_id!: number | null;

  /** Its place, which never changes: this station, or else its vehicle. */
  @Column('bigint', { nullable: true })
  station_id!: number | null;

  @Column('bigint', { nullable: true })
  vehicle_id!: number | null;

  /** The route of its taps that name none. */
  @Column('bigint', { nullable: true })
  route_id!: number | null;

  @Column('text')
  status!: ValidatorStatus;

  /** Of the hotlist that it has, as it said last. */
  @Column('bigint', { nullable: true })
  hotlist_version!: number | null;

  /** By how many milliseconds its clock was behind with its last batch; 0 up to a minute. */
  @Column('bigint', { nullable: true })
  clock_offset_ms!: number | null;

  @Column('timestamptz', { nullable: true })
  last_heard_at!: Date | null;

  /** All its taps up to this sequence number were received. */
  @Column('bigint')
  received_through!: number;

  /** The largest sequence number that was received. */
  @Column('bigint')
  highest_sequence!: number;
}
