import { StartupError } from '../../../common/program/startup-error';
import { FareRules } from '../../../modules/fares/engine/fare-rules';
import { requireTariffs } from './tariffs';

const RULES = new FareRules({
  tariffs: [
    { component: 'trunk', valid_from: '2025-01-18', price: 3_200 },
    { component: 'zonal', valid_from: '2019-02-02', price: 2_200 },
  ],
  transferRules: [],
  transferPrices: [],
  concessions: [],
  limits: [],
});

describe(requireTariffs, () => {
  it('takes days on which every component has a price', () => {
    expect(() => requireTariffs(RULES, ['2025-01-18', '2025-01-19'])).not.toThrow();
  });

  it('refuses a day before the first tariff', () => {
    expect(() => requireTariffs(RULES, ['2025-01-18', '2025-01-17'])).toThrow(
      new StartupError('there is no trunk tariff for 2025-01-17'),
    );
  });
});
