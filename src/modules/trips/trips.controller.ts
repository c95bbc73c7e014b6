import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../platform/access/requires.decorator';
import { Cached, Evicts } from '../../platform/cache/cache.decorators';
import { cacheKeys } from '../../platform/cache/cache-keys';
import { evictions } from '../../platform/cache/evictions';
import { ApiId } from '../../common/http/api-id.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { idOf } from '../../common/http/id.pipe';
import { ApiRepeatable, Repeatable } from '../../common/http/repeatable.decorator';
import type { RepeatableRequest } from '../../common/http/repeatable-request';
import {
  AlightingAnswer,
  BoardingAnswer,
  SimulationAnswer,
  TripAnswer,
  TripsOfCard,
  TripTotals,
  TripTotalsByLocality,
} from './dto/trip-answers.dto';
import { CompleteTrip, EndTrip, SimulationQuery, StartTrip } from './dto/trip-requests.dto';
import { SimulationService } from './simulation.service';
import { TripsService } from './trips.service';

const BOARDING_PROBLEMS = {
  400: 'malformed_request, malformed_header',
  402: 'insufficient_balance',
  404: 'card_not_found, route_not_found, station_not_found, vehicle_not_found, driver_not_found',
  409: 'card_not_active, route_inactive, station_inactive, trip_already_open, request_in_progress',
  422: 'invalid_value, station_not_on_route, no_tariff, idempotency_key_reused',
};

@ApiTags('trips')
@Controller('trips')
export class TripsController {
  constructor(
    private readonly trips: TripsService,
    private readonly simulation: SimulationService,
  ) {}

  /**
   * Board: charge the fare and open a trip.
   *
   * @remarks A validator sends it when a rider enters. It decides the fare from the rules of today and the
   * card's earlier trips, takes it from the balance, and opens the trip; `fare_explanation` says why the fare
   * is what it is. A card has one open trip at most. An open trip older than `TRIP_MAX_HOURS` is closed without
   * an exit. It locks this card.
   */
  @Post('start')
  @Requires('trips:board', { at: 'boarding' })
  @HttpCode(200)
  @Evicts(evictions.boarded)
  @ApiRepeatable()
  @ApiProblems(BOARDING_PROBLEMS)
  start(@Body() boarding: StartTrip, @Repeatable() request: RepeatableRequest): Promise<BoardingAnswer> {
    return this.trips.start(boarding, request);
  }

  /**
   * Alight: end a trip.
   *
   * @remarks A validator sends it when a rider leaves. It stores where and when the trip ended. It takes no
   * money: the fare was charged at boarding. It locks the card of the trip.
   */
  @Post('end')
  @Requires('trips:alight', { at: 'alighting' })
  @HttpCode(200)
  @Evicts(evictions.alighted)
  @ApiRepeatable()
  @ApiProblems({
    400: 'malformed_request, malformed_header',
    404: 'trip_not_found, station_not_found',
    409: 'trip_already_ended, request_in_progress',
    422: 'invalid_value, station_not_on_route, idempotency_key_reused',
  })
  end(@Body() end: EndTrip, @Repeatable() request: RepeatableRequest): Promise<AlightingAnswer> {
    return this.trips.end(end, request);
  }

  /**
   * Board and alight in one request.
   *
   * @remarks Use it for validators that know both ends of the ride. It charges the fare as `POST /trips/start`
   * does and stores a completed trip, in one transaction. It locks this card.
   */
  @Post('complete')
  @Requires('trips:board', { at: 'boarding' })
  @HttpCode(200)
  @Evicts(evictions.boarded)
  @ApiRepeatable()
  @ApiProblems(BOARDING_PROBLEMS)
  complete(@Body() ride: CompleteTrip, @Repeatable() request: RepeatableRequest): Promise<BoardingAnswer> {
    return this.trips.complete(ride, request);
  }

  /**
   * Simulate rides on real cards.
   *
   * @remarks Use it in lessons and tests to see revenue grow. It is refused unless the setting `SIMULATION` is
   * `on`. Each ride charges a card like any other ride, in a transaction of its own, so 200 rides cost as much
   * as 200 boardings. The cards are active, have enough money and are on no trip.
   */
  @Post('simulate/revenue-test')
  @Requires('simulation:run')
  @HttpCode(200)
  @Evicts(evictions.boarded)
  @ApiRepeatable()
  @ApiProblems({
    400: 'malformed_request, malformed_header',
    404: 'simulation_off',
    409: 'request_in_progress',
    422: 'invalid_value, idempotency_key_reused',
  })
  simulate(
    @Query() { num_trips }: SimulationQuery,
    @Repeatable() request: RepeatableRequest,
  ): Promise<SimulationAnswer> {
    return this.simulation.run(num_trips, request);
  }

  /**
   * Get the totals of all trips.
   *
   * @remarks It returns how many trips there are, how many are still open, and the sum of their fares. The
   * service keeps running sums, so it costs the same however many trips there are.
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
   * @remarks It is `GET /trips/total` for each locality of the boarding station; the sums of both are equal.
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
   * @remarks It returns at most 10 trips, newest first, with the names of their stations.
   */
  @Get('card/:card_id')
  @Requires('trips:read', { own: 'card_id' })
  @Cached(cacheKeys.tripsCard)
  @ApiId('card_id')
  @ApiProblems({ 404: 'card_not_found' })
  listOfCard(@Param('card_id', idOf('card')) cardId: number): Promise<TripsOfCard> {
    return this.trips.listOfCard(cardId);
  }

  /**
   * Get a trip.
   *
   * @remarks It shows the trip and why it was charged its fare.
   */
  @Get(':trip_id')
  @Requires('trips:read', { own: 'trip_id' })
  @Cached(cacheKeys.trip)
  @ApiId('trip_id')
  @ApiProblems({ 404: 'trip_not_found' })
  get(@Param('trip_id', idOf('trip')) tripId: number): Promise<TripAnswer> {
    return this.trips.get(tripId);
  }
}
