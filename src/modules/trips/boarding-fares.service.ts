import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Card } from '../cards/card.entity';
import { ServiceCalendar } from '../../common/time/service-calendar';
import { creditLeftAt } from '../fares/card-credit';
import { type CardHistory, firstOfMonth, NO_HISTORY, remember } from '../fares/engine/card-history';
import { creditAfter, pay, type Payment } from '../fares/engine/credit';
import type { FareDecision } from '../fares/engine/decide-fare';
import { chargedComponentOf, fareComponentOf } from '../fares/route-type';
import { FaresService } from '../fares/fares.service';
import { LedgerRepository } from '../ledger/ledger.repository';
import type { RechargeMovement } from '../ledger/recharge-movements';
import type { BoardedRoute } from './boardings.repository';
import { type Journeys, JourneysRepository, type PastBoarding } from './journeys.repository';

/** A card at a validator. */
export interface CardBoarding {
  readonly route: BoardedRoute;
  readonly stationId: number;
  readonly at: Date;
}

/** What the boarding costs the card, and what becomes of its credit. */
export interface BoardingFare {
  readonly fare: FareDecision;
  readonly payment: Payment;
  /** The card's new state of credit where the boarding ends below zero. */
  readonly credit: Pick<Card, 'credit_used' | 'credit_used_at' | 'credit_limit'> | null;
}

/** Decides what a boarding costs, from what the database knows of the card. */
@Injectable()
export class BoardingFares {
  constructor(
    private readonly fares: FaresService,
    private readonly journeys: JourneysRepository,
    private readonly ledger: LedgerRepository,
    private readonly calendar: ServiceCalendar,
  ) {}

  /**
   * Reads what a fare depends on.
   *
   * @param at no later than the boarding.
   * @param until see {@link JourneysRepository.recall}.
   */
  async recall(manager: EntityManager, cardId: number, at: Date, until: Date | null): Promise<Journeys> {
    const day = this.calendar.dayOf(at);
    const countsFrom = {
      standard: this.calendar.startOf(day),
      concession: this.calendar.startOf(firstOfMonth(day)),
    };
    // Boardings are compared in whole seconds.
    const second = new Date(Math.floor(at.getTime() / 1_000) * 1_000);
    return this.journeys.recall(manager, cardId, second, countsFrom, until);
  }

  /**
   * @param journeys for a boarding that is charged, they were read while the card is locked: nobody else boards with it
   *   until this boarding has committed.
   * @throws NoTariffError before the first tariff.
   */
  async decide(
    manager: EntityManager,
    card: Card,
    journeys: Journeys,
    { route, stationId, at }: CardBoarding,
  ): Promise<BoardingFare> {
    const rules = await this.fares.rulesOf(journeys.edition, manager);
    const profile = { personalised: card.user_id !== null, category: journeys.category ?? 'standard' };
    const boarding = this.fares.toBoarding({
      at,
      component: fareComponentOf(route.route_type),
      route: route.route_id,
      station: stationId,
    });
    // The rules may be of a later edition than the journeys, with a longer window.
    const { boardings } =
      rules.longestWindow > journeys.longestWindow
        ? await this.recall(manager, card.card_id, at, journeys.until)
        : journeys;
    const fare = this.fares.decide(rules, profile, this.toHistory(boardings), boarding);
    const findRecharges = (from: Date, until: Date): Promise<RechargeMovement[]> =>
      this.ledger.rechargeMovements(manager, card.card_id, from, until);
    const credit =
      card.balance < fare.amount ? await creditLeftAt(at, card, rules, this.calendar, findRecharges) : 0;
    const payment = pay(fare.amount, card.balance, credit);
    if (payment.refused || !payment.onCredit) return { fare, payment, credit: null };
    const { used, limit } = creditAfter(rules, boarding.day, payment.balanceAfter, credit);
    return { fare, payment, credit: { credit_used: used, credit_used_at: at, credit_limit: limit } };
  }

  private toHistory(past: readonly PastBoarding[]): CardHistory {
    return past.reduce<CardHistory>(
      (history, trip) =>
        remember(
          history,
          this.fares.toBoarding({
            at: trip.boarding_time,
            component: chargedComponentOf(trip),
            route: trip.route_id,
            station: trip.boarding_station_id,
          }),
          {
            id: trip.trip_id,
            isTransfer: trip.is_transfer,
            amount: trip.fare_amount,
            concession: trip.concession,
          },
        ),
      NO_HISTORY,
    );
  }
}
