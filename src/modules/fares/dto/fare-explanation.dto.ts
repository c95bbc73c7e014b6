import type { ConcessionUse, FareReason } from '../engine/boarding';
import type { FareComponent } from '../route-type';

/** Why a boarding costs what it does. */
export class FareReasons {
  /**
   * The component whose price was charged.
   * @example "trunk"
   */
  product!: FareComponent;

  /**
   * The standard price of that component at that time, in whole units of the currency.
   * @example 3550
   */
  base_price!: number;

  /**
   * `transfer`, or the first reason why the boarding is not a transfer.
   * @example "full_fare"
   */
  reason!: FareReason;

  /**
   * Whether the rider's concession was applied, or its quota of the month was used up; null without a concession.
   * @example "applied"
   */
  concession!: ConcessionUse | null;

  /**
   * Whether the boarding left the card's balance below zero.
   * @example false
   */
  on_credit!: boolean;

  /**
   * Whether the day's cap made it cheaper.
   * @example false
   */
  capped!: boolean;

  /**
   * Whether the card was used at this station shortly before (within the limit `passback_seconds`).
   * @example false
   */
  passback!: boolean;

  /**
   * How many transfers were made since the last boarding that was not a transfer (the anchor), this one included.
   * @example 0
   */
  transfers_used!: number;

  /**
   * How many more transfers are possible; null means any number.
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
   * The trip from which transfers are counted; this trip itself when it is not a transfer.
   * @example 1
   */
  anchor_trip_id!: number;
}
