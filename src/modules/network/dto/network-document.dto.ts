import { OmitType, PickType } from '@nestjs/swagger';
import { ListedRoute } from '../../routes/dto/route-responses.dto';
import { StationResponse } from '../../stations/dto/station-responses.dto';
import { ConcessionaireResponse } from './network-responses.dto';

export class NetworkStation extends OmitType(StationResponse, ['distance_m']) {
  /**
   * Degrees, WGS 84; null when it is not known.
   * @example 4.7546
   */
  latitude!: number | null;

  /**
   * Degrees, WGS 84; null when it is not known.
   * @example -74.046
   */
  longitude!: number | null;
}

export class NetworkRoute extends ListedRoute {
  /**
   * The ids of its stations in the order of travel, with the first and the last. A route may pass a station twice.
   * @example [1, 2, 3]
   */
  stations!: number[];
}

export class NetworkConcessionaire extends PickType(ConcessionaireResponse, ['concessionaire_id', 'name']) {}

export class NetworkDocument {
  /** All stations, sorted by `station_id`. */
  stations!: NetworkStation[];

  /** All routes, sorted by `route_id`. */
  routes!: NetworkRoute[];

  /** All concessionaires, sorted by `concessionaire_id`. */
  concessionaires!: NetworkConcessionaire[];
}
