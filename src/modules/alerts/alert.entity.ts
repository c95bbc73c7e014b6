import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

export const SEVERITIES = ['INFO', 'WARNING', 'CRITICAL'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What riders should know about a station, a route, or the whole system. */
@Entity('alerts')
export class Alert {
  /**
   * The id of the alert.
   * @example 1
   */
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  alert_id!: number;

  /**
   * The station that it concerns; null if it concerns a route or the whole system.
   * @example 1
   */
  @Column('bigint', { nullable: true })
  station_id!: number | null;

  /**
   * The route that it concerns; null if it concerns none.
   * @example 1
   */
  @Column('bigint', { nullable: true })
  route_id!: number | null;

  /**
   * The kind of alert, in the words of the control centre.
   * @example "RETRASO"
   */
  @Column('text', { name: 'alert_type' })
  type!: string;

  /**
   * What riders read.
   * @example "Mayor tiempo de espera en las rutas hacia el centro por alta demanda."
   */
  @Column('text')
  message!: string;

  /**
   * How serious it is.
   * @example "WARNING"
   */
  @Column('text')
  severity!: Severity;

  /** When the alert begins, in UTC (ISO 8601). */
  @Column('timestamptz')
  start_time!: Date;

  /** When the alert ends, in UTC (ISO 8601); null while that is not known. */
  @Column('timestamptz', { nullable: true })
  end_time!: Date | null;
}
