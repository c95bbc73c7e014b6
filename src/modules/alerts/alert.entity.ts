import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

export const SEVERITIES = ['INFO', 'WARNING', 'CRITICAL'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What riders should know about a station, a route, or the whole system. */
@Entity('alerts')
export class Alert {
  /** @example 1 */
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  alert_id!: number;

  /**
   * Null when it concerns a route, or the whole system.
   * @example 1
   */
  @Column('bigint', { nullable: true })
  station_id!: number | null;

  /**
   * The route that it concerns; null when it concerns none.
   * @example 1
   */
  @Column('bigint', { nullable: true })
  route_id!: number | null;

  /** @example "RETRASO" */
  @Column('text', { name: 'alert_type' })
  type!: string;

  /** @example "Mayor tiempo de espera en las rutas hacia el centro por alta demanda." */
  @Column('text')
  message!: string;

  /** @example "WARNING" */
  @Column('text')
  severity!: Severity;

  @Column('timestamptz')
  start_time!: Date;

  /** Null while nobody knows when it ends. */
  @Column('timestamptz', { nullable: true })
  end_time!: Date | null;
}
