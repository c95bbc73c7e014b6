import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { evictions } from '../../platform/cache/evictions';
import { Card } from '../cards/card.entity';
import { CardsRepository } from '../cards/cards.repository';
import { Clock } from '../../common/time/clock';
import { NO_LOCALITY } from '../../common/no-locality';
import { CardNotActiveError, InsufficientBalanceError } from '../../common/http/problem/card-errors';
import { TripAlreadyEndedError, TripAlreadyOpenError } from '../../common/http/problem/trip-errors';
import { AppConfig } from '../../platform/config/app-config';
import type { RepeatableRequest } from '../../common/http/repeatable-request';
import { together } from '../../platform/postgres/together';
import { Writes } from '../../platform/writes/writes';
import { LedgerRepository } from '../ledger/ledger.repository';
import { BoardingFare, BoardingFares } from './boarding-fares.service';
import { BoardedRoute, BoardingsRepository } from './boardings.repository';
import {
  AlightingAnswer,
  BoardingAnswer,
  TripAnswer,
  TripsOfCard,
  TripTotals,
  TripTotalsByLocality,
} from './dto/trip-answers.dto';
import { CompleteTrip, EndTrip, StartTrip } from './dto/trip-requests.dto';
import { Trip } from './trip.entity';
import { EndOfTrip, NextTrip, TripsRepository } from './trips.repository';
import { explain, fareOf, toTripAnswer } from './trip-fare';

const LATEST = 10;
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

/** Rides: the fare is taken at boarding, so a rider who never taps out has paid like everybody else. */
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

  async start(boarding: StartTrip, request: RepeatableRequest | null): Promise<BoardingAnswer> {
    return this.board(boarding, request, () => IN_PROGRESS);
  }

  /** Boards and alights in one transaction. */
  async complete(ride: CompleteTrip, request: RepeatableRequest | null): Promise<BoardingAnswer> {
    return this.board(ride, request, (at) => ({
      status: 'completed',
      disembarking_station_id: ride.disembarking_station_id,
      disembarking_time: at,
    }));
  }

  async end(
    { trip_id, disembarking_station_id }: EndTrip,
    request: RepeatableRequest | null,
  ): Promise<AlightingAnswer> {
    const look = (manager: EntityManager): Promise<Trip> => this.trips.findOrFail(trip_id, manager);
    return this.writes.run({ evicts: evictions.alighted, request, look }, async (manager, found) => {
      // Read again under the lock: a twin may just have ended it.
      const [card, trip] = await together([
        this.cards.lockOrFail(manager, found.card_id),
        this.findInProgress(manager, trip_id),
        this.boardings.requireStop(manager, disembarking_station_id, found.route_id),
      ]);
      const end: EndOfTrip = {
        status: 'completed',
        disembarking_station_id,
        disembarking_time: this.clock.nowAfter(trip.boarding_time),
      };
      return {
        answer: {
          ...toTripAnswer({ ...trip, ...end }),
          new_balance: card.balance,
          message: 'Alighted: the trip is completed.',
        },
        touches: { ...card, trip_ids: [trip_id] },
        change: () => this.trips.end(manager, trip_id, end),
      };
    });
  }

  async get(tripId: number): Promise<TripAnswer> {
    return toTripAnswer(await this.trips.findOrFail(tripId));
  }

  async listOfCard(cardId: number): Promise<TripsOfCard> {
    await this.cards.requireExisting(cardId);
    return { trips: await this.trips.findLatestOfCard(cardId, LATEST) };
  }

  async totals(): Promise<TripTotals> {
    return this.trips.totals();
  }

  async totalsByLocality(): Promise<TripTotalsByLocality> {
    return { localities: await this.trips.totalsByLocality(NO_LOCALITY) };
  }

  private async board(
    planned: StartTrip | CompleteTrip,
    request: RepeatableRequest | null,
    endAt: (boardingTime: Date) => EndOfTrip,
  ): Promise<BoardingAnswer> {
    const look = (manager: EntityManager) =>
      together([
        this.lockActive(manager, planned.card_id),
        this.boardings.findOpen(manager, planned),
        this.trips.next(manager, planned.card_id),
        this.fares.recall(manager, planned.card_id, this.clock.now(), null),
      ]);
    return this.writes.run({ evicts: evictions.boarded, request, look }, async (manager, found) => {
      const [card, { route, crew }, next, journeys] = found;
      const at = this.clock.now();
      const forgotten = this.forgottenBefore(next, card, at);
      const stationId = planned.boarding_station_id;
      const charge = await this.fares.decide(manager, card, journeys, { route, stationId, at });
      const { payment } = charge;
      if (payment.refused) throw new InsufficientBalanceError(payment.required, payment.available);
      const { trip_id } = next;
      const end = endAt(at);
      const trip = {
        trip_id,
        card_id: card.card_id,
        route_id: route.route_id,
        boarding_station_id: stationId,
        boarding_time: at,
        ...crew,
        ...end,
        ...fareOf(trip_id, charge.fare, payment.onCredit),
        new_balance: payment.balanceAfter,
      } satisfies Trip;
      const change = async (): Promise<void> => {
        for (const trip_id of forgotten) await this.trips.end(manager, trip_id, FORGOTTEN);
        await together([this.charge(manager, trip, charge.credit, route), this.trips.create(manager, trip)]);
      };
      const message = end.status === 'completed' ? 'Ride completed' : 'Boarded';
      return {
        answer: {
          ...toTripAnswer(trip),
          new_balance: trip.new_balance,
          fare_explanation: explain(trip),
          message: `${message}: ${trip.fare_amount} charged.`,
        },
        touches: { ...card, trip_ids: [trip_id, ...forgotten] },
        change,
      };
    });
  }

  private async findInProgress(manager: EntityManager, tripId: number): Promise<Trip> {
    const trip = await this.trips.findOrFail(tripId, manager);
    if (trip.status !== 'in_progress') throw new TripAlreadyEndedError(tripId);
    return trip;
  }

  private async lockActive(manager: EntityManager, cardId: number): Promise<Card> {
    const card = await this.cards.lockOrFail(manager, cardId);
    if (card.status !== 'active') throw new CardNotActiveError(cardId, card.status);
    return card;
  }

  /** The trip that its rider forgot to end, if any; one that may still be going on forbids another. */
  private forgottenBefore(
    { open_trip_id, open_since }: NextTrip,
    { card_id }: Card,
    at: Date,
  ): readonly number[] {
    if (open_trip_id === null || open_since === null) return [];
    if (at.getTime() - open_since.getTime() <= this.config.tripMaxMilliseconds)
      throw new TripAlreadyOpenError(card_id, open_trip_id);
    return [open_trip_id];
  }

  /** Nothing is posted for a fare of 0, but the card was used. */
  private async charge(
    manager: EntityManager,
    { trip_id, card_id, fare_amount, boarding_time }: Trip,
    credit: BoardingFare['credit'],
    { concessionaire_id }: BoardedRoute,
  ): Promise<void> {
    if (credit || fare_amount === 0) await this.cards.markUsed(manager, card_id, boarding_time, credit);
    if (fare_amount === 0) return;
    await this.ledger.post(manager, {
      kind: 'fare',
      card_id,
      change: -fare_amount,
      counter: { kind: 'fare_revenue', concessionaire_id },
      trip_id,
      at: boarding_time,
    });
  }
}
