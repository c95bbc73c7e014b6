import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator';
import { MostItems } from '../../../common/http/request/most-items.decorator';
import { faultIn } from '../../../common/text/fault';
import { LONGEST } from '../../../common/text/lengths';
import { tidy } from '../../../common/text/tidy';
import { Tidied } from '../../../common/http/request/tidied.decorator';
import { Moment, OneOf, Truth, WholeNumber } from '../../../common/http/validation';
import { RIDER_CATEGORIES, type RiderCategory } from '../../users/user.entity';
import { ROUTE_TYPES, type RouteType } from '../route-type';
import { MOST_MONEY } from '../rules/most-money';
import { FareReasons } from './fare-explanation.dto';

export const MOST_BOARDINGS = 500;

const LABEL_FAULT = `must be text of 1 to ${LONGEST.code} characters that shows something, or a whole number`;

/** Text or a whole number that names a route or a station. The number 7 and the text "7" are the same label. */
function Label(example: string, description: string): PropertyDecorator {
  const isLabel = (value: unknown): boolean =>
    typeof value === 'string' ? faultIn(tidy(value), LONGEST.code) === null : Number.isSafeInteger(value);
  return applyDecorators(
    ApiProperty({
      oneOf: [{ type: 'string', minLength: 1, maxLength: LONGEST.code }, { type: 'integer' }],
      example,
      description,
    }),
    Tidied(tidy),
    ValidateBy({ name: 'isLabel', validator: { validate: isLabel } }, { message: LABEL_FAULT }),
  );
}

/** A boarding to price. It need not have happened. */
export class ImaginedBoarding {
  @OneOf(ROUTE_TYPES, {
    example: 'TRONCAL',
    description: 'The type of the route. It decides the fare component.',
  })
  route_type!: RouteType;

  @Label('J74', 'Any name of the route. Boardings with the same name are on the same route.')
  route!: string | number;

  @Label('TM0101', 'Any name of the station. Boardings with the same name are at the same station.')
  station!: string | number;

  @Moment({
    example: '2026-01-14T12:00:00Z',
    description: 'When the card boards. It cannot be before the previous boarding.',
  })
  at!: string;
}

/** The boardings of one card. */
export class PriceRequest {
  @Truth({
    example: true,
    description:
      'Whether the card has a user. A basic card, which has none, gets no concession and no credit.',
  })
  personalised!: boolean;

  @OneOf(RIDER_CATEGORIES, {
    optional: true,
    example: 'standard',
    description:
      "The category of the card's user, `standard` if it is left out. It counts only for a personalised card.",
  })
  rider_category?: RiderCategory | null;

  @WholeNumber(-MOST_MONEY, MOST_MONEY, {
    optional: true,
    example: 20000,
    description:
      'The balance before the first boarding, in whole units of the currency. If it is left out, no boarding is refused.',
  })
  balance?: number | null;

  @ApiProperty({
    description: 'The boardings, in the order of their times.',
    type: [ImaginedBoarding],
    maxItems: MOST_BOARDINGS,
    example: [
      { route_type: 'ZONAL_UCE', route: 'E17', station: 'Calle 0', at: '2023-06-01T11:00:00Z' },
      { route_type: 'TRONCAL', route: 'J74', station: 'TM0101', at: '2023-06-01T11:40:00Z' },
    ],
  })
  @MostItems(MOST_BOARDINGS, ImaginedBoarding)
  boardings!: ImaginedBoarding[];
}

export class PricedBoarding extends FareReasons {
  /**
   * When the card boards, in UTC (ISO 8601).
   * @example "2026-01-14T12:00:00.000Z"
   */
  at!: Date;

  /**
   * What the boarding costs, in whole units of the currency; 0 if it is refused.
   * @example 3550
   */
  amount!: number;

  /**
   * The index (from 0) of the boarding from which transfers are counted; its own index if it is not a transfer.
   * @example 0
   */
  anchor!: number;

  /**
   * The balance after the boarding, in whole units of the currency; null if no balance was given.
   * @example 16450
   */
  balance_after!: number | null;

  /**
   * Why the boarding is refused. It is present only if the card cannot pay it. Later boardings are priced as if it
   * had not happened.
   * @example "insufficient_balance"
   */
  refused?: 'insufficient_balance';

  /**
   * The price of the boarding, in whole units of the currency. It is present only with `refused`.
   * @example 3550
   */
  required?: number;

  /**
   * How much money was missing, in whole units of the currency. It is present only with `refused`.
   * @example 2350
   */
  shortfall?: number;
}

export class PriceResponse {
  /** The price of each boarding, in the order of the request. */
  boardings!: PricedBoarding[];

  /**
   * The sum of the amounts, in whole units of the currency.
   * @example 7100
   */
  total!: number;
}
