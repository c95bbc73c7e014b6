import { ApiNextCursor } from '../../../common/http/pagination';

export const CARD_STATUSES = ['active', 'inactive', 'blocked', 'lost'] as const;
export type CardStatus = 'active' | 'inactive' | 'blocked' | 'lost';

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
   * YYYY-MM-DD, in the service's time zone
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

  /** The last boarding. */
  last_used_date!: Date | null;

  /** @example "active" */
  status!: CardStatus;
}

export class CounterAccountAnswer {
  /** @example "cash" */
  kind!: 'cash' | 'fare_revenue' | 'opening' | 'adjustment';

  /**
   * The recharge channel, or the concessionaire.
   * @example "default"
   */
  name!: string | null;
}

export class StatementEntry {
  /** @example 1 */
  posting_id!: number;

  /** @example "recharge" */
  kind!: 'opening' | 'recharge' | 'fare' | 'reversal' | 'adjustment';

  /**
   * What it changed: above zero came onto the card, below zero left it.
   * @example 20000
   */
  amount!: number;

  /**
   * The card's balance right after it.
   * @example 23500
   */
  balance!: number;

  /**
   * The how manieth posting of the card it is, without a gap.
   * @example 4
   */
  version!: number;

  counter_account!: CounterAccountAnswer;

  /**
   * The recharge that it posts or undoes.
   * @example 1
   */
  recharge_id!: number | null;

  /**
   * The trip that it charges.
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
