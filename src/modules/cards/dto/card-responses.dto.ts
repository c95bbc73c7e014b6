import { ApiNextCursor } from '../../../common/http/pagination';
import type { CounterAccountKind } from '../../ledger/account.entity';
import type { PostingKind } from '../../ledger/posting.entity';
import type { CardStatus } from '../card-status';

export class CardResponse {
  /**
   * The id of the card.
   * @example 1
   */
  card_id!: number;

  /**
   * The number that is printed on the card.
   * @example "1010000000000018"
   */
  card_number!: string;

  /**
   * The rider who owns the card; null for a basic card.
   * @example 1
   */
  user_id!: number | null;

  /**
   * The status of the card. Only an active card can be recharged or used for boarding.
   * @example "active"
   */
  status!: CardStatus;

  /**
   * The balance, in whole units of the currency; below zero while the card owes money.
   * @example 23500
   */
  balance!: number;

  /**
   * What the card owes beside its balance, in whole units of the currency: fares that were ridden when it could not pay them. The next
   * recharge pays it first.
   * @example 0
   */
  debt!: number;

  /**
   * The day on which the card was issued, YYYY-MM-DD in the service's time zone.
   * @example "2026-01-20"
   */
  acquisition_date!: string;
}

export class CardDetails extends CardResponse {
  /**
   * How many boardings of the card may still end below zero, by the rules of today; 0 for a basic card.
   * @example 2
   */
  credit_boardings_left!: number;
}

export class CardPage {
  /** The rows of this page, newest first. */
  cards!: CardResponse[];

  @ApiNextCursor()
  next_cursor!: string | null;
}

export class CardBalance {
  /**
   * The id of the card.
   * @example 1
   */
  card_id!: number;

  /**
   * The balance, in whole units of the currency; below zero while the card owes money.
   * @example 23500
   */
  balance!: number;

  /**
   * What the card owes beside its balance, in whole units of the currency: fares that were ridden when it could not pay them. The next
   * recharge pays it first.
   * @example 0
   */
  debt!: number;

  /** When the card was last used for boarding, in UTC (ISO 8601); null if it never was. */
  last_used_date!: Date | null;

  /**
   * The status of the card. Only an active card can be recharged or used for boarding.
   * @example "active"
   */
  status!: CardStatus;
}

export class CounterAccountResponse {
  /**
   * What the account on the other side of the posting is for: money paid in (`cash`), fares earned (`fare_revenue`),
   * balances that were imported (`opening`), corrections (`adjustment`), what the card owes beside its balance (`debt`), or
   * recharges that waited for a validator (`pending_load`).
   * @example "cash"
   */
  kind!: CounterAccountKind;

  /**
   * The name of the recharge channel or of the concessionaire; null for an account without one.
   * @example "default"
   */
  name!: string | null;
}

export class StatementEntry {
  /**
   * The id of the posting.
   * @example 1
   */
  posting_id!: number;

  /**
   * Why the balance changed.
   * @example "recharge"
   */
  kind!: PostingKind;

  /**
   * The change of the balance, in whole units of the currency: above zero was added to the card, below zero was
   * taken from it.
   * @example 20000
   */
  amount!: number;

  /**
   * The card's balance right after this posting, in whole units of the currency.
   * @example 23500
   */
  balance!: number;

  /**
   * Sequence number of the posting on its card: 1, 2, 3, … without gaps.
   * @example 4
   */
  version!: number;

  counter_account!: CounterAccountResponse;

  /**
   * The recharge that this posting records or reverses; null if it concerns no recharge.
   * @example 1
   */
  recharge_id!: number | null;

  /**
   * The trip whose fare this posting charges; null if it concerns no trip.
   * @example 1
   */
  trip_id!: number | null;

  /** When the money was posted, in UTC (ISO 8601). */
  posted_at!: Date;
}

export class CardStatement {
  /** The postings of the card, newest first. */
  statement!: StatementEntry[];

  @ApiNextCursor()
  next_cursor!: string | null;
}

export class UserCards {
  /** The cards of the rider, by their ids. */
  cards!: CardResponse[];
}

export class BalanceOfCard {
  /**
   * The id of the card.
   * @example 1
   */
  card_id!: number;

  /**
   * The balance, in whole units of the currency; below zero while the card owes money.
   * @example 23500
   */
  balance!: number;

  /**
   * What the card owes beside its balance, in whole units of the currency: fares that were ridden when it could not pay them. The next
   * recharge pays it first.
   * @example 0
   */
  debt!: number;

  /**
   * The status of the card. Only an active card can be recharged or used for boarding.
   * @example "active"
   */
  status!: CardStatus;
}

export class UserCardBalance {
  /**
   * The id of the rider.
   * @example 1
   */
  user_id!: number;

  /** The cards of the rider, by their ids. */
  cards!: BalanceOfCard[];

  /**
   * The sum of the balances, in whole units of the currency.
   * @example 23500
   */
  total_balance!: number;
}
