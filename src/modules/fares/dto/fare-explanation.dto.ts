import type { ConcessionUse, FareReason } from '../engine/boarding';
import type { FareComponent } from '../route-type';

/** The reasons for the fare of a boarding. */
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
   * Whether the rider's concession was applied, or its monthly quota was used up; null if there is no concession.
   * @example "applied"
   */
  concession!: ConcessionUse | null;

  /**
   * Whether the boarding left the card's balance below zero.
   * @example false
   */
  on_credit!: boolean;

  /**
   * Whether the daily cap made it cheaper.
   * @example false
   */
  capped!: boolean;

  /**
   * Whether the card was used at this station shortly before, within the limit `passback_seconds`. It may mean
   * that two riders share the card. It does not change the fare.
   * @example false
   */
  passback!: boolean;

  /**
   * How many transfers the card has made since the last boarding that was not a transfer (the anchor), with this
   * one.
   * @example 0
   */
  transfers_used!: number;

  /**
   * How many more transfers are possible; null means any number.
   * @example 2
   */
  transfers_left!: number | null;

  /**
   * The last second in which a transfer is possible, in UTC (ISO 8601); null if no transfer is possible.
   * @example "2026-01-14T14:05:00.000Z"
   */
  window_ends_at!: Date | null;
}

/** The reasons for the fare of a trip. */
export class FareExplanation extends FareReasons {
  /**
   * The trip from which transfers are counted (the anchor); this trip itself if it is not a transfer.
   * @example 1
   */
  anchor_trip_id!: number;
}
