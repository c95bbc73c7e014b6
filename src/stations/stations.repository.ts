import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { NotFoundError } from '../common/problem/domain-error';
import {
  AlertAnswer,
  ArrivalAnswer,
  ServingRoute,
  StationAnswer,
  StationIdentifier,
} from './dto/station-answers.dto';
import { Station } from './station.entity';

/** Which stations are asked for; null asks for all. */
export interface StationFilter {
  readonly locality: string | null;
  readonly is_active: boolean | null;
}

@Injectable()
export class StationsRepository {
  constructor(@InjectRepository(Station) private readonly stations: Repository<Station>) {}

  /** By station_id, one row more than the limit. */
  async find(filter: StationFilter, afterId: number | null, limit: number): Promise<StationAnswer[]> {
    return this.stations.query<StationAnswer[]>(
      `SELECT station_id, station.name, station_code, station_type, location.name AS locality,
              CASE WHEN is_active THEN 'active' ELSE 'inactive' END AS status
       FROM stations station LEFT JOIN locations location USING (location_id)
       WHERE station_id > $1
         AND ($2::text IS NULL OR location.name = $2)
         AND ($3::boolean IS NULL OR is_active = $3)
       ORDER BY station_id LIMIT $4`,
      [afterId ?? 0, filter.locality, filter.is_active, limit + 1],
    );
  }

  async findIdentifiers(): Promise<StationIdentifier[]> {
    return this.stations.query<StationIdentifier[]>(
      'SELECT station_code AS code, name FROM stations WHERE is_active ORDER BY name, station_code',
    );
  }

  async findByCodeOrFail(code: string): Promise<Station> {
    const station = await this.stations.findOneBy({ station_code: code });
    if (!station) throw new NotFoundError('station', code);
    return station;
  }

  async requireExisting(stationId: number): Promise<void> {
    if (!(await this.stations.existsBy({ station_id: stationId })))
      throw new NotFoundError('station', stationId);
  }

  /** The active routes that stop at a station, by code. */
  async findRoutesServing(stationId: number): Promise<ServingRoute[]> {
    return this.stations.query<ServingRoute[]>(
      `SELECT route_code, route_name, route_type FROM routes route
       WHERE is_active AND EXISTS (SELECT FROM route_stops WHERE station_id = $1 AND route_id = route.route_id)
       ORDER BY route_code COLLATE "C"`,
      [stationId],
    );
  }

  /** What is still to come; a route without stops is its own destination. */
  async findNextArrivals(stationId: number, now: Date, limit: number): Promise<ArrivalAnswer[]> {
    return this.stations.query<ArrivalAnswer[]>(
      `SELECT arrival.station_id, route_code AS line, coalesce(last.name, route_name) AS destination,
              estimated_arrival, status
       FROM arrivals arrival
       JOIN routes route USING (route_id)
       LEFT JOIN LATERAL (
         SELECT station.name FROM route_stops JOIN stations station USING (station_id)
         WHERE route_id = route.route_id ORDER BY sequence_order DESC LIMIT 1) last ON true
       WHERE arrival.station_id = $1 AND estimated_arrival >= $2 AND status NOT IN ('ARRIVED', 'CANCELLED')
       ORDER BY estimated_arrival, arrival_id LIMIT $3`,
      [stationId, now, limit],
    );
  }

  /**
   * Alerts of a station, or of the whole system for null; newest first.
   *
   * @param activeAt only those that hold at this moment; null for the past and the announced too.
   */
  async findAlerts(stationId: number | null, activeAt: Date | null, limit: number): Promise<AlertAnswer[]> {
    return this.stations.query<AlertAnswer[]>(
      `SELECT alert_id, station_id, alert_type AS type, message, severity, start_time, end_time
       FROM alerts
       WHERE (station_id = $1 OR ($1::bigint IS NULL AND station_id IS NULL))
         AND ($2::timestamptz IS NULL OR (start_time <= $2 AND (end_time IS NULL OR end_time > $2)))
       ORDER BY start_time DESC, alert_id DESC LIMIT $3`,
      [stationId, activeAt, limit],
    );
  }
}
