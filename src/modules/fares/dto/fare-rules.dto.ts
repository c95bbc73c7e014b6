import { Concession } from '../rules/concession.entity';
import { FareLimit } from '../rules/fare-limit.entity';
import { Tariff } from '../rules/tariff.entity';
import { TransferPrice } from '../rules/transfer-price.entity';
import { TransferRule } from '../rules/transfer-rule.entity';

export class Tariffs {
  /** The tariffs, sorted by component, the latest first. */
  tariffs!: Tariff[];
}

export class TransferRules {
  /** The transfer rules, the latest first. */
  transfer_rules!: TransferRule[];
}

export class TransferPrices {
  /** The transfer prices, sorted by components and number of the transfer, the latest first. */
  transfer_prices!: TransferPrice[];
}

export class Concessions {
  /** The concessions, sorted by category and component, the latest first. */
  concessions!: Concession[];
}

export class FareLimits {
  /** The limits, sorted by name, the latest first. */
  limits!: FareLimit[];
}
