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
      "When the boarding would be; now by default. Only the card's boardings before it count; the balance is that of now.",
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
   * The trip from which transfers would be counted; null when it would be this boarding itself.
   * @example 1
   */
  anchor_trip_id!: number | null;

  /**
   * The card's balance now, in whole units of the currency.
   * @example 23500
   */
  balance!: number;

  /**
   * The card's balance after the boarding; unchanged when the boarding would be refused.
   * @example 19950
   */
  balance_after!: number;

  /**
   * Present only when the card could not pay the boarding.
   * @example "insufficient_balance"
   */
  refused?: 'insufficient_balance';

  /**
   * Present only when it would be refused: how much money is missing.
   * @example 2350
   */
  shortfall?: number;
}
