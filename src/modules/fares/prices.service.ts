import { Injectable } from '@nestjs/common';
import { InvalidValueError } from '../../common/http/problem/request-errors';
import type { ImaginedBoarding, PriceResponse, PricedBoarding, PriceRequest } from './dto/price.dto';
import type { CardProfile } from './engine/boarding';
import { type CardHistory, NO_HISTORY, remember } from './engine/card-history';
import { creditLeft, pay, type Payment } from './engine/credit';
import type { FareRules } from './engine/fare-rules';
import { toFareReasons } from './fare-reasons';
import { fareComponentOf } from './route-type';
import { FaresService } from './fares.service';

/** A card that exists only in this request. */
interface ImaginedCard {
  readonly profile: CardProfile;
  balance: number | null;
  creditUsed: number;
  history: CardHistory;
}

/** Prices sequences of boardings that need not have happened, for planners, support staff and tests. */
@Injectable()
export class PricesService {
  constructor(private readonly fares: FaresService) {}

  /**
   * @throws InvalidValueError if a boarding is earlier than the one before it.
   * @throws NoTariffError if a boarding is before the first tariff.
   */
  async price({ personalised, rider_category, balance, boardings }: PriceRequest): Promise<PriceResponse> {
    requireOrder(boardings);
    const rules = await this.fares.rules();
    const card: ImaginedCard = {
      profile: { personalised, category: rider_category ?? 'standard' },
      balance: balance ?? null,
      creditUsed: 0,
      history: NO_HISTORY,
    };
    const priced = boardings.map((boarding, index) => this.board(rules, card, boarding, index));
    return { boardings: priced, total: priced.reduce((sum, { amount }) => sum + amount, 0) };
  }

  private board(
    rules: FareRules,
    card: ImaginedCard,
    { at, route_type, route, station }: ImaginedBoarding,
    index: number,
  ): PricedBoarding {
    const boarding = this.fares.toBoarding({
      at: new Date(at),
      component: fareComponentOf(route_type),
      route: String(route),
      station: String(station),
    });
    const fare = this.fares.decide(rules, card.profile, card.history, boarding);
    const payment = payFrom(card, fare.amount, rules, boarding.day);
    const onCredit = payment !== null && !payment.refused && payment.onCredit;
    const priced = {
      at: new Date(at),
      amount: fare.amount,
      ...toFareReasons(fare, onCredit),
      anchor: fare.anchor?.id ?? index,
      balance_after: card.balance,
    };
    if (payment?.refused) {
      const { required, shortfall } = payment;
      return { ...priced, amount: 0, refused: 'insufficient_balance', required, shortfall };
    }
    const { amount, concession } = fare;
    const isTransfer = fare.anchor !== null;
    card.history = remember(card.history, boarding, { id: index, isTransfer, amount, concession });
    card.creditUsed += onCredit ? 1 : 0;
    if (payment) card.balance = payment.balanceAfter;
    return { ...priced, balance_after: card.balance };
  }
}

/** Returns null if the balance is not known; then no boarding is refused. */
function payFrom(card: ImaginedCard, amount: number, rules: FareRules, day: string): Payment | null {
  if (card.balance === null) return null;
  const credit = card.profile.personalised
    ? creditLeft(rules, { used: card.creditUsed, lastDay: null }, [], day)
    : 0;
  return pay(amount, card.balance, credit);
}

function requireOrder(boardings: readonly ImaginedBoarding[]): void {
  const index = boardings.findIndex(
    ({ at }, n) => n > 0 && Date.parse(at) < Date.parse(boardings[n - 1]?.at ?? at),
  );
  if (index < 0) return;
  throw new InvalidValueError('The boardings are not in the order of their times.', [
    { pointer: `/boardings/${index}/at`, detail: 'must not be earlier than the previous boarding' },
  ]);
}
