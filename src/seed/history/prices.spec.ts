import { StartupError } from '../../common/startup-error';
import { pricesOf } from './prices';

const TARIFFS = [
  { component: 'trunk', valid_from: '2026-01-14', price: 3_550 },
  { component: 'trunk', valid_from: '2025-01-18', price: 3_200 },
  { component: 'zonal', valid_from: '2019-02-02', price: 2_200 },
] as const;

describe(pricesOf, () => {
  it('takes the tariff in force on each day', () => {
    expect(pricesOf(TARIFFS, ['2026-01-13', '2026-01-14', '2026-01-15'])).toEqual({
      trunk: [3_200, 3_550, 3_550],
      zonal: [2_200, 2_200, 2_200],
    });
  });

  it('refuses a day before the first tariff', () => {
    expect(() => pricesOf(TARIFFS, ['2024-01-01'])).toThrow(
      new StartupError('there is no trunk tariff for 2024-01-01'),
    );
  });
});
