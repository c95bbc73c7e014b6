import { Body, Controller, Get, HttpCode, Param, Post, Query, UseFilters } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../platform/access/requires.decorator';
import { Cached, ApiEvicts } from '../../platform/cache/cache.decorators';
import { cacheKeys } from '../../platform/cache/cache-keys';
import { evictions } from '../../platform/cache/evictions';
import { ApiId } from '../../common/http/api-id.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { CardNotActiveError, InsufficientBalanceError } from '../../common/http/problem/card-errors';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import {
  NoTariffError,
  RouteInactiveError,
  SimulationOffError,
  StationInactiveError,
  StationNotOnRouteError,
  TripAlreadyEndedError,
  TripAlreadyOpenError,
} from '../../common/http/problem/trip-errors';
import { idPipe } from '../../common/http/id.pipe';
import { Repeatable } from '../../common/http/repeatable.decorator';
import { Write } from '../../platform/writes/write.decorator';
import type { WriteRequest } from '../../platform/writes/write-request';
import {
  AlightingResponse,
  BoardingResponse,
  SimulationResponse,
  TripPage,
  TripResponse,
  TripsOfCard,
  TripTotals,
  TripTotalsByLocality,
} from './dto/trip-responses.dto';
import { TripsQuery } from './dto/trip-queries.dto';
import { CompleteTrip, EndTrip, SimulationQuery, StartTrip } from './dto/trip-requests.dto';
import { SimulationService } from './simulation.service';
import { TripsService } from './trips.service';
import { WithholdBalance } from './withhold-balance.filter';

const BOARDING_PROBLEMS = [
  InsufficientBalanceError,
  NotFoundError.of('card'),
  NotFoundError.of('route'),
  NotFoundError.of('station'),
  NotFoundError.of('vehicle'),
  NotFoundError.of('driver'),
  CardNotActiveError,
  RouteInactiveError,
  StationInactiveError,
  TripAlreadyOpenError,
  StationNotOnRouteError,
  NoTariffError,
];

@ApiTags('trips')
@Controller('trips')
export class TripsController {
  constructor(
    private readonly trips: TripsService,
    private readonly simulation: SimulationService,
  ) {}

  /**
   * List trips.
   *
   * @remarks Use it to look through trips, such as those of a route on a morning. The list comes in pages, newest
   * first, by the time of boarding. A page looks at no more than 20,000 trips, however many there are. So with
   * `route_id`, `station_id`, `vehicle_id` or `status` a page may have few rows or none and still have a
   * `next_cursor`: go on with it.
   */
  @Get()
  @Requires('trips:read', { own: 'user_id', noted: 'read' })
  @ApiProblems(NotFoundError.of('user'))
  list(@Query() query: TripsQuery): Promise<TripPage> {
    return this.trips.list(query);
  }

  /**
   * Board: charge the fare and open a trip.
   *
   * @remarks A validator sends it when a rider enters. It decides the fare by the rules of today and the card's
   * earlier trips, takes it from the balance, and opens a trip. `fare_explanation` says why the fare is what it
   * is. A card has at most one open trip; one that is older than `TRIP_MAX_HOURS` is closed without an exit. The
   * trip, its posting and the new balance are stored in one transaction, which locks this card.
   */
  @Post('start')
  @Requires('trips:board', { at: 'boarding' })
  @UseFilters(WithholdBalance)
  @HttpCode(200)
  @ApiEvicts(evictions.boarded)
  @Repeatable()
  @ApiProblems(...BOARDING_PROBLEMS)
  start(@Body() boarding: StartTrip, @Write() request: WriteRequest): Promise<BoardingResponse> {
    return this.trips.start(boarding, request);
  }

  /**
   * Alight: end a trip.
   *
   * @remarks A validator sends it when a rider leaves. It stores where and when the trip ended. It takes no
   * money, because the fare was charged at boarding. It locks the card of the trip.
   */
  @Post('end')
  @Requires('trips:alight', { at: 'alighting' })
  @HttpCode(200)
  @ApiEvicts(evictions.alighted)
  @Repeatable()
  @ApiProblems(
    NotFoundError.of('trip'),
    NotFoundError.of('station'),
    TripAlreadyEndedError,
    StationNotOnRouteError,
  )
  end(@Body() end: EndTrip, @Write() request: WriteRequest): Promise<AlightingResponse> {
    return this.trips.end(end, request);
  }

  /**
   * Board and alight in one request.
   *
   * @remarks Use it for validators that know where the ride begins and ends. It charges the fare as
   * `POST /trips/start` does and stores a completed trip, in one transaction, which locks this card.
   */
  @Post('complete')
  @Requires('trips:board', { at: 'boarding' })
  @UseFilters(WithholdBalance)
  @HttpCode(200)
  @ApiEvicts(evictions.boarded)
  @Repeatable()
  @ApiProblems(...BOARDING_PROBLEMS)
  complete(@Body() ride: CompleteTrip, @Write() request: WriteRequest): Promise<BoardingResponse> {
    return this.trips.complete(ride, request);
  }

  /**
   * Simulate rides on real cards.
   *
   * @remarks Use it in lessons and tests to see revenue grow. It is refused unless the setting `SIMULATION` is
   * `on`. Each ride charges a card like any other ride, in a transaction of its own, so 200 rides cost as much
   * as 200 boardings. It chooses active cards that have enough money and no open trip.
   */
  @Post('simulate/revenue-test')
  @Requires('simulation:run')
  @HttpCode(200)
  @ApiEvicts(evictions.boarded)
  @Repeatable()
  @ApiProblems(SimulationOffError)
  simulate(
    @Query() { num_trips }: SimulationQuery,
    @Write() request: WriteRequest,
  ): Promise<SimulationResponse> {
    return this.simulation.run(num_trips, request);
  }

  /**
   * Get the totals of all trips.
   *
   * @remarks Use it for a dashboard. It returns how many trips there are, how many are still open, and the sum of
   * their fares. The service keeps running totals, so it costs the same however many trips there are.
   */
  @Get('total')
  @Requires('totals:read')
  @Cached(cacheKeys.tripsTotal)
  totals(): Promise<TripTotals> {
    return this.trips.totals();
  }

  /**
   * Get the totals of trips by locality.
   *
   * @remarks Use it to compare parts of the city. It returns the same totals as `GET /trips/total`, for each
   * locality of the boarding station. Their sums are equal to those of `GET /trips/total`.
   */
  @Get('total/localities')
  @Requires('totals:read')
  @Cached(cacheKeys.tripsTotalLocalities)
  totalsByLocality(): Promise<TripTotalsByLocality> {
    return this.trips.totalsByLocality();
  }

  /**
   * List a card's last trips.
   *
   * @remarks Use it to show a rider the latest trips. It returns at most 10 trips, newest first, with the names of
   * their stations.
   */
  @Get('card/:card_id')
  @Requires('trips:read', { own: 'card_id', noted: 'read' })
  @Cached(cacheKeys.tripsCard)
  @ApiId('card_id')
  @ApiProblems(NotFoundError.of('card'))
  listOfCard(@Param('card_id', idPipe('card')) cardId: number): Promise<TripsOfCard> {
    return this.trips.listOfCard(cardId);
  }

  /**
   * Get a trip.
   *
   * @remarks Use it to explain a fare to a rider. It returns the trip, its fare, and the reasons for that fare.
   */
  @Get(':trip_id')
  @Requires('trips:read', { own: 'trip_id', noted: 'read' })
  @Cached(cacheKeys.trip)
  @ApiId('trip_id')
  @ApiProblems(NotFoundError.of('trip'))
  get(@Param('trip_id', idPipe('trip')) tripId: number): Promise<TripResponse> {
    return this.trips.get(tripId);
  }
}
