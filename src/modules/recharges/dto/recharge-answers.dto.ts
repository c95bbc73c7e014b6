import { OmitType } from '@nestjs/swagger';
import { ApiNextCursor } from '../../../common/http/pagination';

export class RechargeAnswer {
  /** @example 1 */
  recharge_id!: number;

  /** @example 1 */
  card_id!: number;

  /**
   * Whole units of the currency.
   * @example 20000
   */
  amount!: number;

  /**
   * The card's balance right after the recharge; its balance now when an imported recharge is sent again.
   * @example 43500
   */
  new_balance!: number;

  recharge_timestamp!: Date;
}

export class RechargeDetails extends OmitType(RechargeAnswer, ['new_balance']) {
  /**
   * The card's balance right after the recharge; null when the recharge was imported.
   * @example 43500
   */
  new_balance!: number | null;

  /** @example 1 */
  recharge_point_id!: number | null;

  /** @example "default" */
  channel!: string;

  /** @example "5f0c7a52-5d34-4a0b-9c3e-2b6f1a7d9e10" */
  transaction_id!: string | null;

  /** When it was reversed; null when it was not. */
  reversed_at!: Date | null;
}

export class ReversalAnswer {
  /** @example 1 */
  recharge_id!: number;

  /** @example 1 */
  card_id!: number;

  /**
   * What was taken back, in whole units of the currency.
   * @example 20000
   */
  amount!: number;

  /** @example 23500 */
  new_balance!: number;

  /** @example "Paid twice at the counter" */
  reason!: string;

  reversed_at!: Date;
}

export class HistoryEntry {
  /** @example 1 */
  recharge_id!: number;

  /** @example 1 */
  card_id!: number;

  /** @example 20000 */
  amount!: number;

  recharge_timestamp!: Date;

  /** When it was reversed; null when it was not. */
  reversed_at!: Date | null;
}

export class CardHistory {
  /** The last 10 recharges, newest first. */
  history!: HistoryEntry[];
}

export class UserRecharges {
  /** Of all cards of the user, newest first. */
  recharges!: HistoryEntry[];

  @ApiNextCursor()
  next_cursor!: string | null;
}
