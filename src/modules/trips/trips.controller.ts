import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
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

  /** Boards: charges the fare and opens the trip. */
  @Post('start')
  @HttpCode(200)
  @Evicts(evictions.boarded)
  @ApiRepeatable()
  @ApiProblems(BOARDING_PROBLEMS)
  start(@Body() boarding: StartTrip, @Repeatable() request: RepeatableRequest): Promise<BoardingAnswer> {
    return this.trips.start(boarding, request);
  }

  /** Alights: ends the trip. */
  @Post('end')
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

  /** Boards and alights at once. */
  @Post('complete')
  @HttpCode(200)
  @Evicts(evictions.boarded)
  @ApiRepeatable()
  @ApiProblems(BOARDING_PROBLEMS)
  complete(@Body() ride: CompleteTrip, @Repeatable() request: RepeatableRequest): Promise<BoardingAnswer> {
    return this.trips.complete(ride, request);
  }

  /** Takes real rides on cards with money, to see revenue grow; only where SIMULATION=on. */
  @Post('simulate/revenue-test')
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

  /** How many trips there are, and what they earned. */
  @Get('total')
  @Cached(cacheKeys.tripsTotal)
  totals(): Promise<TripTotals> {
    return this.trips.totals();
  }

  /** The same by the locality of the boarding station; the sums agree. */
  @Get('total/localities')
  @Cached(cacheKeys.tripsTotalLocalities)
  totalsByLocality(): Promise<TripTotalsByLocality> {
    return this.trips.totalsByLocality();
  }

  /** The last 10 trips of a card, newest first. */
  @Get('card/:card_id')
  @Cached(cacheKeys.tripsCard)
  @ApiId('card_id')
  @ApiProblems({ 404: 'card_not_found' })
  listOfCard(@Param('card_id', idOf('card')) cardId: number): Promise<TripsOfCard> {
    return this.trips.listOfCard(cardId);
  }

  /** A trip, and what it was charged. */
  @Get(':trip_id')
  @Cached(cacheKeys.trip)
  @ApiId('trip_id')
  @ApiProblems({ 404: 'trip_not_found' })
  get(@Param('trip_id', idOf('trip')) tripId: number): Promise<TripAnswer> {
    return this.trips.get(tripId);
  }
}
