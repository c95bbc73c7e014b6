import { OmitType } from '@nestjs/swagger';
import { ApiNextCursor } from '../../../common/http/pagination';

export class RechargeResponse {
  /**
   * The id of the recharge.
   * @example 1
   */
  recharge_id!: number;

  /**
   * The id of the card.
   * @example 1
   */
  card_id!: number;

  /**
   * The amount, in whole units of the currency.
   * @example 20000
   */
  amount!: number;

  /**
   * The card's balance right after the recharge, in whole units of the currency. If an imported recharge is sent
   * again, it is the balance now.
   * @example 43500
   */
  new_balance!: number;

  /** When the recharge was posted, in UTC (ISO 8601). */
  recharge_timestamp!: Date;
}

export class RechargeDetails extends OmitType(RechargeResponse, ['new_balance']) {
  /**
   * The card's balance right after the recharge, in whole units of the currency; null if it was imported.
   * @example 43500
   */
  new_balance!: number | null;

  /**
   * Where it was paid; null when no recharge point was named.
   * @example 1
   */
  recharge_point_id!: number | null;

  /**
   * The recharge channel through which it was paid.
   * @example "default"
   */
  channel!: string;

  /**
   * The caller's own number of the recharge; null when it has none.
   * @example "5f0c7a52-5d34-4a0b-9c3e-2b6f1a7d9e10"
   */
  transaction_id!: string | null;

  /** When it was reversed, in UTC (ISO 8601); null if it was not. */
  reversed_at!: Date | null;
}

export class RechargePage {
  /** The rows of this page, newest first. */
  recharges!: RechargeDetails[];

  @ApiNextCursor()
  next_cursor!: string | null;
}

export class ReversalResponse {
  /**
   * The id of the recharge.
   * @example 1
   */
  recharge_id!: number;

  /**
   * The id of the card.
   * @example 1
   */
  card_id!: number;

  /**
   * The amount that was taken off the card, in whole units of the currency.
   * @example 20000
   */
  amount!: number;

  /**
   * The card's balance right after the reversal, in whole units of the currency.
   * @example 23500
   */
  new_balance!: number;

  /**
   * The reason that was given.
   * @example "Paid twice at the counter"
   */
  reason!: string;

  /** When it was reversed, in UTC (ISO 8601). */
  reversed_at!: Date;
}

export class HistoryEntry {
  /**
   * The id of the recharge.
   * @example 1
   */
  recharge_id!: number;

  /**
   * The id of the card.
   * @example 1
   */
  card_id!: number;

  /**
   * The amount, in whole units of the currency.
   * @example 20000
   */
  amount!: number;

  /** When the recharge was posted, in UTC (ISO 8601). */
  recharge_timestamp!: Date;

  /** When it was reversed, in UTC (ISO 8601); null if it was not. */
  reversed_at!: Date | null;
}

export class CardHistory {
  /** At most 10 recharges, newest first. */
  history!: HistoryEntry[];
}

export class UserRecharges {
  /** The recharges of all cards of the rider, newest first. */
  recharges!: HistoryEntry[];

  @ApiNextCursor()
  next_cursor!: string | null;
}
