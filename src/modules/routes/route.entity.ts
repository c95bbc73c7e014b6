import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { RouteType } from '../fares/route-type';

/** One direction of a transit line, with stops in the order of travel. */
@Entity('routes')
export class Route {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  route_id!: number;

  @Column('text')
  route_code!: string;

  @Column('text')
  route_name!: string;

  @Column('text')
  route_type!: RouteType;

  @Column('bigint', { nullable: true })
  concessionaire_id!: number | null;

  @Column('boolean')
  is_active!: boolean;
}
