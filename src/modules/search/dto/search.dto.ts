import { PickType } from '@nestjs/swagger';
import { WholeNumberQuery } from '../../../common/http/pagination';
import { EmptyIsAbsent, OneOf, Text } from '../../../common/http/validation';
import { LONGEST } from '../../../common/text/lengths';
import { CardResponse } from '../../cards/dto/card-responses.dto';
import { RechargeDetails } from '../../recharges/dto/recharge-responses.dto';
import { ListedRoute } from '../../routes/dto/route-responses.dto';
import { StationResponse } from '../../stations/dto/station-responses.dto';
import { ListedTrip } from '../../trips/dto/trip-responses.dto';
import { ListedUser } from '../../users/dto/user-responses.dto';
import { SEARCH_KINDS, type SearchKind } from '../search-kind';

const DEFAULT_LIMIT = 10;

/** What to search for. */
export class SearchQuery {
  @Text(LONGEST.search, {
    example: '1010000000000018',
    description:
      'The number of a card or how it begins; the id of a card, a rider, a trip or a recharge; words of a rider’s name or how they begin, in any order; the number of an identity document or how it begins; the code of a station or a route, or text in its name. Accents and case do not matter.',
  })
  q!: string;

  @EmptyIsAbsent()
  @OneOf(SEARCH_KINDS, { optional: true, example: 'card', description: 'Only results of this kind.' })
  kind?: SearchKind;

  @WholeNumberQuery(1, 20, DEFAULT_LIMIT, 'The most results of each kind.')
  limit: number = DEFAULT_LIMIT;
}

export class FoundTrip extends PickType(ListedTrip, [
  'trip_id',
  'card_id',
  'route_id',
  'route_code',
  'boarding_station_id',
  'boarding_station_name',
  'boarding_time',
  'status',
  'fare_amount',
]) {}

export class SearchResult {
  /**
   * What it is. The member of this name describes it, and the others are null.
   * @example "card"
   */
  kind!: SearchKind;

  /**
   * The id of the card, the rider, the route, the station, the trip or the recharge.
   * @example 1
   */
  id!: number;

  /**
   * What a person knows it by: the number of a card, the name of a rider, the code and the name of a route or a station,
   * otherwise the id.
   * @example "1010000000000018"
   */
  label!: string;

  /**
   * Whether the text is the whole number, id, code or name.
   * @example true
   */
  is_exact!: boolean;

  card!: CardResponse | null;
  user!: ListedUser | null;
  route!: ListedRoute | null;
  station!: StationResponse | null;
  trip!: FoundTrip | null;
  recharge!: RechargeDetails | null;
}

export class SearchResults {
  /** An exact card number first, then an exact card id, then what else is exact, then the rest by kind. */
  results!: SearchResult[];
}
