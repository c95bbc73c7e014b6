import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { LastPosition } from './dto/last-positions.dto';
import type { Observation } from './dto/vehicle-positions.dto';

/** Stores positions of vehicles. The newest one of a vehicle is where it is now. */
@Injectable()
export class VehiclePositionsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Finds where each vehicle was seen last. It asks the index once for each vehicle, however long positions are kept. */
  async findLast(): Promise<Omit<LastPosition, 'age_seconds'>[]> {
    return this.dataSource.query<Omit<LastPosition, 'age_seconds'>[]>(
      `SELECT vehicle_id, route_id, route_code, latitude, longitude, speed, observed_at AS timestamp
       FROM vehicles CROSS JOIN LATERAL (
         SELECT route_id, latitude, longitude, speed, observed_at FROM vehicle_positions
         WHERE vehicle_positions.vehicle_id = vehicles.vehicle_id ORDER BY observed_at DESC LIMIT 1) last
       JOIN routes USING (route_id)
       ORDER BY vehicle_id`,
    );
  }

  /** Finds the codes of the routes on which these vehicles were seen last. */
  async findLastRoutes(manager: EntityManager, vehicleIds: readonly number[]): Promise<string[]> {
    const routes = await manager.query<{ route_code: string }[]>(
      `SELECT DISTINCT route_code
       FROM unnest($1::bigint[]) vehicle (vehicle_id)
       CROSS JOIN LATERAL (
         SELECT route_id FROM vehicle_positions WHERE vehicle_id = vehicle.vehicle_id
         ORDER BY observed_at DESC LIMIT 1) last
       JOIN routes USING (route_id)`,
      [vehicleIds],
    );
    return routes.map(({ route_code }) => route_code);
  }

  /** Stores the observations that are new; returns how many they were. */
  async store(manager: EntityManager, observations: readonly Observation[]): Promise<number> {
    const [row] = await manager.query<{ stored: number }[]>(
      `WITH stored AS (
         INSERT INTO vehicle_positions (vehicle_id, route_id, latitude, longitude, speed, observed_at)
         SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::double precision[], $4::double precision[],
                              $5::double precision[], $6::timestamptz[])
         ON CONFLICT (vehicle_id, observed_at) DO NOTHING
         RETURNING position_id)
       SELECT count(*) AS stored FROM stored`,
      [
        observations.map(({ vehicle_id }) => vehicle_id),
        observations.map(({ route_id }) => route_id),
        observations.map(({ latitude }) => latitude),
        observations.map(({ longitude }) => longitude),
        observations.map(({ speed }) => speed ?? null),
        observations.map(({ observed_at }) => new Date(observed_at)),
      ],
    );
    return row?.stored ?? 0;
  }
}
