import { Day } from '../../../common/http/validation';
import { Concession } from '../rules/concession.entity';
import { FareLimit } from '../rules/fare-limit.entity';
import { Tariff } from '../rules/tariff.entity';
import { TransferPrice } from '../rules/transfer-price.entity';
import { TransferRule } from '../rules/transfer-rule.entity';

export class FaresQuery {
  @Day({ optional: true, example: '2023-06-01', description: 'A service day; today when it is left out.' })
  on?: string;
}

/** The rows that hold on a service day. */
export class FaresInForce {
  /** @example "2026-01-14" */
  on!: string;

  tariffs!: Tariff[];

  transfer_rule!: TransferRule | null;

  transfer_prices!: TransferPrice[];

  concessions!: Concession[];

  limits!: FareLimit[];
}
