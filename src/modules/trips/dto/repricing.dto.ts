import { ApiPropertyOptional, ApiProperty } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { MostItems } from '../../../common/http/request/most-items.decorator';
import { Day } from '../../../common/http/validation';
import { FareReasons } from '../../fares/dto/fare-explanation.dto';
import { Concession } from '../../fares/rules/concession.entity';
import { FareLimit } from '../../fares/rules/fare-limit.entity';
import { Tariff } from '../../fares/rules/tariff.entity';
import { TransferPrice } from '../../fares/rules/transfer-price.entity';
import { TransferRule } from '../../fares/rules/transfer-rule.entity';

const MOST_RULES = 20;
const HOLD = 'They hold on the day, whatever their `valid_from` is';

/** A day that is over, and rules that were not in force on it. */
export class RepricingRequest {
  @Day({ example: '2026-01-14', description: 'The service day, YYYY-MM-DD. It must be over.' })
  day!: string;

  @ApiPropertyOptional({
    type: [Tariff],
    maxItems: MOST_RULES,
    description: `Standard prices, as \`POST /fares/tariffs\` takes them. ${HOLD}.`,
  })
  @IsOptional()
  @MostItems(MOST_RULES, Tariff)
  tariffs?: Tariff[] | null;

  @ApiPropertyOptional({
    type: [TransferRule],
    maxItems: 1,
    description: `Which boardings are transfers, as \`POST /fares/transfer-rules\` takes it. ${HOLD}.`,
  })
  @IsOptional()
  @MostItems(1, TransferRule)
  transfer_rules?: TransferRule[] | null;

  @ApiPropertyOptional({
    type: [TransferPrice],
    maxItems: MOST_RULES,
    description: `Prices of transfers, as \`POST /fares/transfer-prices\` takes them. ${HOLD}.`,
  })
  @IsOptional()
  @MostItems(MOST_RULES, TransferPrice)
  transfer_prices?: TransferPrice[] | null;

  @ApiPropertyOptional({
    type: [Concession],
    maxItems: MOST_RULES,
    description: `Concessions, as \`POST /fares/concessions\` takes them. ${HOLD}.`,
  })
  @IsOptional()
  @MostItems(MOST_RULES, Concession)
  concessions?: Concession[] | null;

  @ApiPropertyOptional({
    type: [FareLimit],
    maxItems: MOST_RULES,
    description: `Limits, as \`POST /fares/limits\` takes them. Credit counts for nothing here. ${HOLD}.`,
  })
  @IsOptional()
  @MostItems(MOST_RULES, FareLimit)
  limits?: FareLimit[] | null;
}

export class RepricedPart {
  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 3,
    description: 'The id of the locality or of the route; null for a profile, and for what has none.',
  })
  key!: number | null;

  /**
   * The name of the locality, the code of the route, or the profile: `basic` for a card without a user, otherwise the
   * category of its user.
   * @example "Chapinero"
   */
  name!: string;

  /** @example 100 */
  boardings!: number;

  /**
   * What they were charged, in whole units of the currency.
   * @example 330000
   */
  before!: number;

  /**
   * What they would have been charged, in whole units of the currency.
   * @example 350000
   */
  after!: number;
}

export class RepricedTrip {
  /** @example 1 */
  trip_id!: number;

  /** When the card boarded, in UTC (ISO 8601). */
  boarding_time!: Date;

  /**
   * What it was charged, in whole units of the currency.
   * @example 3550
   */
  before!: number;

  /**
   * What it would have been charged, in whole units of the currency.
   * @example 3900
   */
  after!: number;

  /** The reasons for the fare that it would have been charged. */
  reasons!: FareReasons;
}

export class RepricingSample {
  /**
   * Which share of the cards was priced. All sums and counts of the response are estimates for the whole day.
   * @example 0.25
   */
  share!: number;

  /**
   * The standard error of `after` minus `before`, in whole units of the currency: in two of three samples the
   * estimate is closer to the truth.
   * @example 12000
   */
  standard_error!: number;
}

export class Repricing {
  /**
   * The service day, YYYY-MM-DD.
   * @example "2026-01-14"
   */
  day!: string;

  /**
   * The currency of all amounts, as its ISO 4217 code.
   * @example "COP"
   */
  currency!: string;

  /**
   * How many boardings the day had.
   * @example 1000
   */
  boardings!: number;

  /**
   * How many of them were priced again.
   * @example 1000
   */
  repriced!: number;

  @ApiProperty({
    type: RepricingSample,
    nullable: true,
    description: 'Null if all boardings of the day were priced again.',
  })
  sampled!: RepricingSample | null;

  /**
   * What the day's boardings were charged, in whole units of the currency.
   * @example 3300000
   */
  before!: number;

  /**
   * What they would have been charged, in whole units of the currency.
   * @example 3500000
   */
  after!: number;

  /**
   * How many cards would have paid more on that day.
   * @example 300
   */
  riders_paying_more!: number;

  /** @example 20 */
  riders_paying_less!: number;

  /** @example 130 */
  riders_paying_the_same!: number;

  /** By the locality of the boarding station, most boardings first. */
  by_locality!: RepricedPart[];

  /** The 100 routes with most boardings, and one part named `other` for all others. */
  by_route!: RepricedPart[];

  /** By what decides about concessions. */
  by_profile!: RepricedPart[];

  /** Some boardings whose fare would have been another one, with the reasons for that fare; 20 at most. */
  samples!: RepricedTrip[];
}
