export class RevenueAnswer {
  /**
   * What fares earned, the same as `fare_revenue`.
   * @example 213061600
   */
  total_revenue!: number;

  /** @example 213061600 */
  fare_revenue!: number;

  /**
   * What was paid in by recharges, less what was reversed.
   * @example 2044312600
   */
  recharge_revenue!: number;

  /**
   * ISO 4217
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

  /** @example 18500000 */
  total_revenue!: number;
}

export class RevenueByLocality {
  /** Sorted by revenue, the most first; their sum is the total revenue. */
  data!: LocalityRevenue[];

  /**
   * ISO 4217
   * @example "COP"
   */
  currency!: string;
}
