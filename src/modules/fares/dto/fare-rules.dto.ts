import { Concession } from '../rules/concession.entity';
import { FareLimit } from '../rules/fare-limit.entity';
import { Tariff } from '../rules/tariff.entity';
import { TransferPrice } from '../rules/transfer-price.entity';
import { TransferRule } from '../rules/transfer-rule.entity';

export class Tariffs {
  /** By component, the latest first. */
  tariffs!: Tariff[];
}

export class TransferRules {
  /** The latest first. */
  transfer_rules!: TransferRule[];
}

export class TransferPrices {
  /** By components and transfer, the latest first. */
  transfer_prices!: TransferPrice[];
}

export class Concessions {
  /** By category and component, the latest first. */
  concessions!: Concession[];
}

export class FareLimits {
  /** By name, the latest first. */
  limits!: FareLimit[];
}
