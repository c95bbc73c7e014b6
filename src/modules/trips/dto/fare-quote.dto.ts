import { Id, Moment } from '../../../common/http/validation';
import { FareReasons } from '../../fares/dto/fare-explanation.dto';

export class QuoteRequest {
  @Id({ example: 1, description: 'The card that would board.' })
  card_id!: number;

  @Id({ example: 1, description: 'The route that it would board.' })
  route_id!: number;

  @Id({ example: 1, description: 'The station where the card would board. It must be a stop of the route.' })
  boarding_station_id!: number;

  @Moment({
    optional: true,
    example: '2026-01-14T12:00:00Z',
    description:
      "The time of the boarding; now if it is left out. Only the card's boardings before that time count, but the balance is the balance now. It needs the scope `trips:read`.",
  })
  at?: string | null;
}

/** What a boarding would cost, and why. */
export class FareQuote extends FareReasons {
  /**
   * The id of the card.
   * @example 1
   */
  card_id!: number;

  /**
   * The id of the route.
   * @example 1
   */
  route_id!: number;

  /**
   * The id of the station where the rider would board.
   * @example 1
   */
  boarding_station_id!: number;

  /**
   * The time for which the fare was decided, in UTC (ISO 8601).
   * @example "2026-01-14T12:00:00.000Z"
   */
  at!: Date;

  /**
   * What the boarding would cost, in whole units of the currency.
   * @example 3550
   */
  amount!: number;

  /**
   * Whether the boarding would be a transfer.
   * @example false
   */
  is_transfer!: boolean;

  /**
   * The trip from which transfers would be counted (the anchor); null if it would be this boarding itself.
   * @example 1
   */
  anchor_trip_id!: number | null;

  /**
   * The card's balance now, in whole units of the currency.
   * @example 23500
   */
  balance!: number;

  /**
   * The card's balance after the boarding, in whole units of the currency; unchanged if it would be refused.
   * @example 19950
   */
  balance_after!: number;

  /**
   * Why the boarding would be refused. It is present only if the card could not pay it.
   * @example "insufficient_balance"
   */
  refused?: 'insufficient_balance';

  /**
   * How much money would be missing, in whole units of the currency. It is present only with `refused`.
   * @example 2350
   */
  shortfall?: number;
}
