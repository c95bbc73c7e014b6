import { FareExplanation } from '../../fares/dto/fare-explanation.dto';

/** What became of a fare since the service heard of an earlier tap of the card, and why. */
export class FareAdjustment extends FareExplanation {
  /**
   * By how much the fare changed, in whole units of the currency: above zero it was charged, below zero given back.
   * @example -3550
   */
  amount!: number;

  /**
   * What the trip costs since, in whole units of the currency.
   * @example 0
   */
  fare_amount!: number;

  /**
   * The trip that was heard of late, and changed the fare.
   * @example 7
   */
  caused_by_trip_id!: number;

  /**
   * The service day of the boarding. The adjustment itself is posted on the day of `adjusted_at`.
   * @example "2026-01-14"
   */
  service_day!: string;

  /** When it was posted, in UTC (ISO 8601). */
  adjusted_at!: Date;
}
