import { Id, Moment } from '../../../common/http/validation';
import { FareReasons } from '../../fares/dto/fare-explanation.dto';

export class QuoteRequest {
  @Id({ example: 1 })
  card_id!: number;

  @Id({ example: 1 })
  route_id!: number;

  @Id({ example: 1, description: 'One of the stops of the route.' })
  boarding_station_id!: number;

  @Moment({
    optional: true,
    example: '2026-01-14T12:00:00Z',
    description:
      "Left out: now. The card's balance is the present one; of its boardings those until then count.",
  })
  at?: string | null;
}

/** What a boarding would cost, and why. */
export class FareQuote extends FareReasons {
  /** @example 1 */
  card_id!: number;

  /** @example 1 */
  route_id!: number;

  /** @example 1 */
  boarding_station_id!: number;

  /** @example "2026-01-14T12:00:00.000Z" */
  at!: Date;

  /**
   * In whole units of the currency.
   * @example 3550
   */
  amount!: number;

  /** @example false */
  is_transfer!: boolean;

  /**
   * The trip that the transfers would count from; null: this boarding itself.
   * @example 1
   */
  anchor_trip_id!: number | null;

  /**
   * What the card has now, in whole units of the currency.
   * @example 23500
   */
  balance!: number;

  /**
   * What it would have then; unchanged when the boarding would be refused.
   * @example 19950
   */
  balance_after!: number;

  /**
   * Only where the card could not pay it.
   * @example "insufficient_balance"
   */
  refused?: 'insufficient_balance';

  /**
   * Only where it would be refused: the recharge that would suffice.
   * @example 2350
   */
  shortfall?: number;
}
