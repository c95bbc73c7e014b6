import type { FareRuleRows } from '../../src/modules/fares/engine/fare-rules';

/** Bogotá's rules of 2026, without what held before: the benchmark needs no database to know them. */
export const BOGOTA: FareRuleRows = {
  tariffs: [
    { component: 'trunk', valid_from: '2026-01-14', price: 3_550 },
    { component: 'zonal', valid_from: '2026-01-14', price: 3_550 },
  ],
  transferRules: [
    {
      valid_from: '2025-01-18',
      window_seconds: 7_500,
      most_transfers: 2,
      personalised_only: true,
      exclusions: ['same_station', 'same_route', 'trunk_to_trunk', 'trunk_zonal_trunk'],
    },
  ],
  transferPrices: [],
  concessions: (['senior', 'sisben', 'disability'] as const).flatMap((rider_category) =>
    (['trunk', 'zonal'] as const).map((component) => ({
      rider_category,
      component,
      valid_from: '2024-02-12',
      price: rider_category === 'disability' ? null : 2_500,
      percent_off: rider_category === 'disability' ? 40 : null,
      monthly_quota: rider_category === 'disability' ? 25 : 30,
    })),
  ),
  limits: [
    { limit_name: 'credit_boardings', valid_from: '2019-02-02', value: 2 },
    { limit_name: 'passback_seconds', valid_from: '2019-02-02', value: 600 },
  ],
};
