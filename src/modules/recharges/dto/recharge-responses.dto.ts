import { ApiProperty, OmitType } from '@nestjs/swagger';
import { ACTIVATIONS, type Activation } from './recharge-requests.dto';
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

  @ApiProperty({
    enum: ACTIVATIONS,
    description:
      'Whether the money went onto the card at once (`card`), or waits for a validator (`validator`): then `GET /actions/{action_id}` with the id of the recharge says what became of it.',
    example: 'card',
  })
  activation!: Activation;

  /**
   * How much of the amount paid what the card owed beside its balance, in whole units of the currency.
   * @example 0
   */
  debt_paid!: number;

  /**
   * The card's balance right after the recharge, in whole units of the currency; one that waits for a validator does not change it. If
   * an imported recharge is sent again, it is the balance now.
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
   * What the card owes beside its balance after the reversal, in whole units of the currency: what the recharge had paid of it is owed
   * again, as far as the balance did not cover it.
   * @example 0
   */
  debt!: number;

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
