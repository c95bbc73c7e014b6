import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A place where riders board and alight: a portal, a station, or a stop at the kerb. */
@Entity('stations')
export class Station {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  station_id!: number;

  @Column('text')
  name!: string;

  @Column('text')
  station_code!: string;

  @Column('text')
  station_type!: string;

  @Column('text', { nullable: true })
  address!: string | null;

  @Column('bigint', { nullable: true })
  location_id!: number | null;

  /** In degrees, WGS 84. */
  @Column('double precision', { nullable: true })
  latitude!: number | null;

  @Column('double precision', { nullable: true })
  longitude!: number | null;

  @Column('boolean')
  is_active!: boolean;
}
