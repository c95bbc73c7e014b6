import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { EntityManager, Repository } from 'typeorm';
import type { PlaceInOrder } from '../../common/http/pagination';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { nameContains } from '../../common/search/name-search';
import { type Near, nearParameters, nearSql } from '../../common/search/near';
import { ServingRoute, StationResponse, StationIdentifier } from './dto/station-responses.dto';
import { Station } from './station.entity';

/** Which stations to find. A filter that is null is not applied. */
export interface StationFilter {
  readonly locality: string | null;
  readonly is_active: boolean | null;
  readonly name: string | null;
}

/** A station with its distance from the point of the search, in whole metres. */
export type NearStation = StationResponse & { readonly distance_m: number };

const COLUMNS = `station_id, station.name, station_code, station_type, location.name AS locality,
  CASE WHEN is_active THEN 'active' ELSE 'inactive' END AS status`;
const FOUND = `FROM stations station LEFT JOIN locations location USING (location_id)
  WHERE ($1::text IS NULL OR location.name = $1)
    AND ($2::boolean IS NULL OR is_active = $2)
    AND ${nameContains('station.name', '$3')}`;
const { distance, isNear } = nearSql('station', 4);

@Injectable()
export class StationsRepository {
  constructor(@InjectRepository(Station) private readonly stations: Repository<Station>) {}

  /** Finds stations by their ids, one row more than the limit. */
  async find(filter: StationFilter, afterId: number | null, limit: number): Promise<StationResponse[]> {
    return this.stations.query<StationResponse[]>(
      `SELECT ${COLUMNS} ${FOUND} AND station_id > $4 ORDER BY station_id LIMIT $5`,
      [filter.locality, filter.is_active, filter.name, afterId ?? 0, limit + 1],
    );
  }

  /** Finds stations by their distance, then by their ids, one row more than the limit. */
  async findNear(
    filter: StationFilter,
    near: Near,
    after: PlaceInOrder | null,
    limit: number,
  ): Promise<NearStation[]> {
    return this.stations.query<NearStation[]>(
      `SELECT * FROM (SELECT ${COLUMNS}, ${distance} AS distance_m ${FOUND} AND ${isNear}) near
       WHERE (distance_m, station_id) > ($9, $10) ORDER BY distance_m, station_id LIMIT $11`,
      [
        filter.locality,
        filter.is_active,
        filter.name,
        ...nearParameters(near),
        after?.distance_m ?? -1,
        after?.id ?? 0,
        limit + 1,
      ],
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

  async assertExists(stationId: number, manager: EntityManager = this.stations.manager): Promise<void> {
    if (!(await manager.existsBy(Station, { station_id: stationId })))
      throw new NotFoundError('station', stationId);
  }

  async findOrFail(stationId: number, manager: EntityManager): Promise<Station> {
    const station = await manager.findOneBy(Station, { station_id: stationId });
    if (!station) throw new NotFoundError('station', stationId);
    return station;
  }

  /** Finds the active routes that stop at a station, sorted by code. */
  async findRoutesServing(stationId: number): Promise<ServingRoute[]> {
    return this.stations.query<ServingRoute[]>(
      `SELECT route_code, route_name, route_type FROM routes route
       WHERE is_active AND EXISTS (SELECT FROM route_stops WHERE station_id = $1 AND route_id = route.route_id)
       ORDER BY route_code COLLATE "C"`,
      [stationId],
    );
  }
}
