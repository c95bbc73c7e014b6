import { Injectable } from '@nestjs/common';
import { decodeCursor, decodePlaceCursor, paginate, paginatePlaces } from '../../common/http/pagination';
import { circleOf } from '../../common/search/near';
import { USUAL_RADIUS } from '../../common/search/places.dto';
import { isActiveFor } from '../network/service-status';
import { StationsQuery } from './dto/station-queries.dto';
import { StationDetails, StationIdentifiers, StationPage } from './dto/station-responses.dto';
import { StationsRepository } from './stations.repository';

/** Stations, and the routes that stop at them. */
@Injectable()
export class StationsService {
  constructor(private readonly stations: StationsRepository) {}

  async list(query: StationsQuery): Promise<StationPage> {
    const { locality = null, status, name = null, limit, cursor } = query;
    const filter = { locality, is_active: isActiveFor(status), name };
    const circle = circleOf(query, USUAL_RADIUS);
    const { rows, next_cursor } = circle
      ? paginatePlaces(
          await this.stations.findNear(filter, circle, decodePlaceCursor(cursor), limit),
          limit,
          (station) => station.station_id,
        )
      : paginate(
          await this.stations.find(filter, decodeCursor(cursor), limit),
          limit,
          (station) => station.station_id,
        );
    return { stations: rows, next_cursor };
  }

  async identifiers(): Promise<StationIdentifiers> {
    return { stations: await this.stations.findIdentifiers() };
  }

  async details(code: string): Promise<StationDetails> {
    const station = await this.stations.findByCodeOrFail(code);
    const { station_code, name, station_type, address, latitude, longitude } = station;
    const routes_serving = await this.stations.findRoutesServing(station.station_id);
    return { station_code, station_name: name, station_type, address, latitude, longitude, routes_serving };
  }
}
