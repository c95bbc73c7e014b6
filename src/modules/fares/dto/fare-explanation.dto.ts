import type { ConcessionUse, FareReason } from '../engine/boarding';
import type { FareComponent } from '../route-type';

/** Why a boarding costs what it does. */
export class FareReasons {
  /**
   * What was bought.
   * @example "trunk"
   */
  product!: FareComponent;

  /**
   * The standard price of the product at that time, in whole units of the currency.
   * @example 3550
   */
  base_price!: number;

  /**
   * That it is a transfer, or the first reason why it is none.
   * @example "full_fare"
   */
  reason!: FareReason;

  /**
   * Whether the rider's concession made it cheaper, or its quota of the month had been used up; null without one.
   * @example "applied"
   */
  concession!: ConcessionUse | null;

  /**
   * Whether it left the card below zero.
   * @example false
   */
  on_credit!: boolean;

  /**
   * Whether the day's cap made it cheaper.
   * @example false
   */
  capped!: boolean;

  /**
   * Whether the card was at this station a moment before.
   * @example false
   */
  passback!: boolean;

  /**
   * Transfers since the anchor, the last boarding that was not a transfer; this one included.
   * @example 0
   */
  transfers_used!: number;

  /**
   * Transfers that are still possible; null is any number.
   * @example 2
   */
  transfers_left!: number | null;

  /**
   * The last second in which a transfer is possible; null when none is.
   * @example "2026-01-14T14:05:00.000Z"
   */
  window_ends_at!: Date | null;
}

/** Why a trip cost what it did. */
export class FareExplanation extends FareReasons {
  /**
   * The trip that the transfers count from; the trip itself when it is no transfer.
   * @example 1
   */
  anchor_trip_id!: number;
}
