import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { evictions } from '../../platform/cache/evictions';
import { Card } from '../cards/card.entity';
import { CardsRepository } from '../cards/cards.repository';
import { Clock } from '../../common/time/clock';
import { decodeCursor, paginate } from '../../common/http/pagination';
import { NO_LOCALITY } from '../../common/no-locality';
import { CardNotActiveError, InsufficientBalanceError } from '../../common/http/problem/card-errors';
import { TripAlreadyEndedError, TripAlreadyOpenError } from '../../common/http/problem/trip-errors';
import { AppConfig } from '../../platform/config/app-config';
import type { WriteRequest } from '../../platform/writes/write-request';
import { pipelined } from '../../platform/postgres/pipelined';
import type { Statement } from '../../platform/postgres/statement';
import { Writes } from '../../platform/writes/writes';
import type { CardMovement } from '../ledger/card-movement';
import { LedgerRepository } from '../ledger/ledger.repository';
import { BoardingFare, BoardingFares } from './boarding-fares.service';
import { BoardedRoute, BoardingsRepository } from './boardings.repository';
import {
  AlightingResponse,
  BoardingResponse,
  TripPage,
  TripResponse,
  TripsOfCard,
  TripTotals,
  TripTotalsByLocality,
} from './dto/trip-responses.dto';
import { TripsQuery } from './dto/trip-queries.dto';
import { CompleteTrip, EndTrip, StartTrip } from './dto/trip-requests.dto';
import { Trip } from './trip.entity';
import { latestTap } from './tapping-order';
import { EndOfTrip, OpenTrip, TripsRepository } from './trips.repository';
import { DecidedFare, explain, fareOf, toTripResponse } from './trip-fare';

const LATEST_TRIPS = 10;
const IN_PROGRESS: EndOfTrip = {
  status: 'in_progress',
  disembarking_station_id: null,
  disembarking_time: null,
};
const FORGOTTEN: EndOfTrip = {
  status: 'closed_without_exit',
  disembarking_station_id: null,
  disembarking_time: null,
};

/** Trips. The fare is taken at boarding, so a rider who never taps out has paid. */
@Injectable()
export class TripsService {
  constructor(
    private readonly trips: TripsRepository,
    private readonly boardings: BoardingsRepository,
    private readonly cards: CardsRepository,
    private readonly fares: BoardingFares,
    private readonly ledger: LedgerRepository,
    private readonly writes: Writes,
    private readonly clock: Clock,
    private readonly config: AppConfig,
  ) {}

  async start(boarding: StartTrip, request: WriteRequest): Promise<BoardingResponse> {
    return this.board(boarding, request, () => IN_PROGRESS);
  }

  /** Boards and alights in one transaction. */
  async complete(ride: CompleteTrip, request: WriteRequest): Promise<BoardingResponse> {
    return this.board(ride, request, (at) => ({
      status: 'completed',
      disembarking_station_id: ride.disembarking_station_id,
      disembarking_time: at,
    }));
  }

  async end(
    { trip_id, disembarking_station_id }: EndTrip,
    request: WriteRequest,
  ): Promise<AlightingResponse> {
    const prefetch = (manager: EntityManager): Promise<Trip> => this.trips.findOrFail(trip_id, manager);
    const options = { evicts: evictions.alighted, request, prefetch };
    return this.writes.run(options, async (manager, found) => {
      const { card, trip, adjustments } = await pipelined({
        card: this.cards.lockOrFail(manager, found.card_id),
        // Read again under the lock: another request may just have ended it.
        trip: this.findInProgress(manager, found),
        adjustments: this.trips.findAdjustments(found, manager),
        stop: this.boardings.assertStop(manager, disembarking_station_id, found.route_id),
      });
      const end: EndOfTrip = {
        status: 'completed',
        disembarking_station_id,
        disembarking_time: this.clock.nowAfter(trip.boarding_time),
      };
      return {
        response: {
          ...toTripResponse({ ...trip, ...end }, adjustments),
          new_balance: card.balance,
          message: 'Alighted: the trip is completed.',
        },
        touches: { ...card, trip_ids: [trip_id] },
        audit: { object: { kind: 'trip', id: trip_id }, changes: end },
        statements: [this.trips.ending(trip, end)],
      };
    });
  }

  async list({ limit, cursor, ...filter }: TripsQuery): Promise<TripPage> {
    const found = await this.trips.find(filter, decodeCursor(cursor), limit + 1);
    const { rows, next_cursor } = paginate(found.rows, limit, (trip) => trip.trip_id, found.examinedTo);
    return { trips: rows, next_cursor };
  }

  async get(tripId: number): Promise<TripResponse> {
    const trip = await this.trips.findOrFail(tripId);
    return toTripResponse(trip, await this.trips.findAdjustments(trip));
  }

  async listOfCard(cardId: number): Promise<TripsOfCard> {
    await this.cards.assertExists(cardId);
    return { trips: await this.trips.findLatestOfCard(cardId, LATEST_TRIPS) };
  }

  async totals(): Promise<TripTotals> {
    return this.trips.totals();
  }

  async totalsByLocality(): Promise<TripTotalsByLocality> {
    return { localities: await this.trips.totalsByLocality(NO_LOCALITY) };
  }

  private async board(
    planned: StartTrip | CompleteTrip,
    request: WriteRequest,
    endAt: (boardingTime: Date) => EndOfTrip,
  ): Promise<BoardingResponse> {
    const prefetch = (manager: EntityManager) =>
      pipelined({
        card: this.lockActive(manager, planned.card_id),
        network: this.boardings.findOpen(manager, planned),
        trip_id: this.trips.drawId(manager),
        open: this.trips.findOpen(manager, planned.card_id),
        journeys: this.fares.recall(manager, planned.card_id, this.clock.now(), null),
      });
    const options = { evicts: evictions.boarded, request, prefetch };
    return this.writes.run(options, async (manager, { card, network, trip_id, open, journeys }) => {
      const { route, crew } = network;
      const at = this.clock.nowAfter(latestTap(journeys.boardings));
      if (open) this.assertForgotten(open, at);
      const stationId = planned.boarding_station_id;
      const decided = await this.fares.decide(manager, card, journeys, { route, stationId, at });
      const { fare, payment, credit } = decided;
      if (payment.refused) throw new InsufficientBalanceError(payment.required, payment.available);
      const trip = {
        trip_id,
        card_id: card.card_id,
        route_id: route.route_id,
        boarding_station_id: stationId,
        boarding_time: at,
        ...crew,
        ...endAt(at),
        ...fareOf(trip_id, fare, payment.onCredit),
        new_balance: payment.balanceAfter,
        validator_id: null,
        tap_sequence: null,
      } satisfies Trip;
      return {
        response: toBoardingResponse(trip),
        touches: { ...card, trip_ids: open ? [trip_id, open.trip_id] : [trip_id] },
        audit: { object: { kind: 'trip', id: trip_id }, changes: whatWasBoarded(trip) },
        statements: [
          ...(open ? [this.trips.ending(open, FORGOTTEN)] : []),
          ...(await this.charge(manager, trip, card, credit, route)),
          this.trips.creation(trip),
        ],
      };
    });
  }

  private async findInProgress(manager: EntityManager, found: Trip): Promise<Trip> {
    const trip = await this.trips.findOfCardOrFail(manager, found);
    if (trip.status !== 'in_progress') throw new TripAlreadyEndedError(trip.trip_id);
    return trip;
  }

  private async lockActive(manager: EntityManager, cardId: number): Promise<Card> {
    const card = await this.cards.lockOrFail(manager, cardId);
    if (card.status !== 'active') throw new CardNotActiveError(cardId, card.status);
    return card;
  }

  /**
   * @throws TripAlreadyOpenError unless the trip is so old that its rider must have forgotten to end it, or was tapped at a
   *   device, since the tap of its end may still be to come.
   */
  private assertForgotten({ trip_id, card_id, boarding_time, is_of_tap }: OpenTrip, at: Date): void {
    if (!is_of_tap && at.getTime() - boarding_time.getTime() <= this.config.tripMaxMilliseconds)
      throw new TripAlreadyOpenError(card_id, trip_id);
  }

  /** A fare of 0 has no posting, but the card was used. */
  private async charge(
    manager: EntityManager,
    { trip_id, card_id, fare_amount, boarding_time }: Trip,
    card: Card,
    credit: BoardingFare['credit'],
    { concessionaire_id }: BoardedRoute,
  ): Promise<Statement[]> {
    const use = credit || fare_amount === 0 ? [this.cards.use(card_id, boarding_time, credit)] : [];
    if (fare_amount === 0) return use;
    const fare: CardMovement = {
      kind: 'fare',
      card_id,
      change: -fare_amount,
      counter: { kind: 'fare_revenue', concessionaire_id },
      trip_id,
      at: boarding_time,
    };
    return [...use, await this.ledger.posting(manager, [card], [fare])];
  }
}

/** Of a trip, what the trail remembers of its boarding. */
function whatWasBoarded(trip: Trip): object {
  const { card_id, route_id, boarding_station_id, disembarking_station_id, status, fare_amount } = trip;
  return { card_id, route_id, boarding_station_id, disembarking_station_id, status, fare_amount };
}

function toBoardingResponse(trip: Trip & DecidedFare & { new_balance: number }): BoardingResponse {
  const what = trip.status === 'completed' ? 'Ride completed' : 'Boarded';
  return {
    ...toTripResponse(trip),
    new_balance: trip.new_balance,
    fare_explanation: explain(trip),
    message: `${what}: ${trip.fare_amount} charged.`,
  };
}
