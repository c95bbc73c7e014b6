import { ApiNextCursor } from '../../../common/http/pagination';
import type { CounterAccountKind } from '../../ledger/account.entity';
import type { PostingKind } from '../../ledger/posting.entity';
import type { CardStatus } from '../card-status';

export class CardAnswer {
  /** @example 1 */
  card_id!: number;

  /** @example "1010000000000018" */
  card_number!: string;

  /**
   * Null for a basic card.
   * @example 1
   */
  user_id!: number | null;

  /** @example "active" */
  status!: CardStatus;

  /**
   * Whole units of the currency.
   * @example 23500
   */
  balance!: number;

  /**
   * The day on which the card was issued, YYYY-MM-DD in the service's time zone.
   * @example "2026-01-20"
   */
  acquisition_date!: string;
}

export class CardBalance {
  /** @example 1 */
  card_id!: number;

  /**
   * Whole units of the currency.
   * @example 23500
   */
  balance!: number;

  /** When the card was last used for boarding; null when it never was. */
  last_used_date!: Date | null;

  /** @example "active" */
  status!: CardStatus;
}

export class CounterAccountAnswer {
  /** @example "cash" */
  kind!: CounterAccountKind;

  /**
   * The name of the recharge channel or of the concessionaire; null for an account without one.
   * @example "default"
   */
  name!: string | null;
}

export class StatementEntry {
  /** @example 1 */
  posting_id!: number;

  /** @example "recharge" */
  kind!: PostingKind;

  /**
   * How much it changed the balance: above zero was added to the card, below zero was taken from it.
   * @example 20000
   */
  amount!: number;

  /**
   * The card's balance right after this posting.
   * @example 23500
   */
  balance!: number;

  /**
   * Sequence number of the posting on its card: 1, 2, 3, … without gaps.
   * @example 4
   */
  version!: number;

  counter_account!: CounterAccountAnswer;

  /**
   * The recharge that this posting records or reverses; null when it is about none.
   * @example 1
   */
  recharge_id!: number | null;

  /**
   * The trip whose fare this posting takes; null when it is about none.
   * @example 1
   */
  trip_id!: number | null;

  posted_at!: Date;
}

export class CardStatement {
  /** Newest first. */
  statement!: StatementEntry[];

  @ApiNextCursor()
  next_cursor!: string | null;
}

export class UserCards {
  cards!: CardAnswer[];
}

export class BalanceOfCard {
  /** @example 1 */
  card_id!: number;

  /**
   * Whole units of the currency.
   * @example 23500
   */
  balance!: number;

  /** @example "active" */
  status!: CardStatus;
}

export class UserCardBalance {
  /** @example 1 */
  user_id!: number;

  cards!: BalanceOfCard[];

  /** @example 23500 */
  total_balance!: number;
}
