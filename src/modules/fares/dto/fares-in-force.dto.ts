import { Day } from '../../../common/http/validation';
import { Concession } from '../rules/concession.entity';
import { FareLimit } from '../rules/fare-limit.entity';
import { Tariff } from '../rules/tariff.entity';
import { TransferPrice } from '../rules/transfer-price.entity';
import { TransferRule } from '../rules/transfer-rule.entity';

export class FaresQuery {
  @Day({
    optional: true,
    example: '2023-06-01',
    description: 'A service day, YYYY-MM-DD; today if it is left out.',
  })
  on?: string;
}

/** The fare rules that hold on a service day. */
export class FaresInForce {
  /**
   * The service day, YYYY-MM-DD.
   * @example "2026-01-14"
   */
  on!: string;

  /** The standard price of each component. */
  tariffs!: Tariff[];

  transfer_rule!: TransferRule | null;

  /** What transfers cost. A transfer without a row is free. */
  transfer_prices!: TransferPrice[];

  /** What each category of riders pays. A category without a row pays the standard price. */
  concessions!: Concession[];

  /** The limits of credit, passback and daily charges. */
  limits!: FareLimit[];
}
