export class RevenueResponse {
  /**
   * What fares earned, in whole units of the currency; the same as `fare_revenue`.
   * @example 213061600
   */
  total_revenue!: number;

  /**
   * The sum of all fares, in whole units of the currency.
   * @example 213061600
   */
  fare_revenue!: number;

  /**
   * What was paid in by recharges, minus what was reversed or paid out, in whole units of the currency.
   * @example 2044312600
   */
  recharge_revenue!: number;

  /**
   * The currency of all amounts, as its ISO 4217 code.
   * @example "COP"
   */
  currency!: string;
}

export class LocalityRevenue {
  /**
   * The locality of the boarding station.
   * @example "Chapinero"
   */
  locality!: string;

  /**
   * What fares earned there, in whole units of the currency.
   * @example 18500000
   */
  total_revenue!: number;
}

export class RevenueByLocality {
  /** The localities, highest revenue first. Their sum is the total revenue. */
  data!: LocalityRevenue[];

  /**
   * The currency of all amounts, as its ISO 4217 code.
   * @example "COP"
   */
  currency!: string;
}
