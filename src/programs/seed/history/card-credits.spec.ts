import { FareRules } from '../../../modules/fares/engine/fare-rules';
import { CardCredits } from './card-credits';

const RULES = new FareRules({
  tariffs: [{ component: 'trunk', valid_from: '2025-01-18', price: 3_200 }],
  transferRules: [],
  transferPrices: [],
  concessions: [],
  limits: [{ limit_name: 'credit_boardings', valid_from: '2025-01-18', value: 2 }],
});

describe(CardCredits.name, () => {
  it('knows no credit that was never used', () => {
    const credits = new CardCredits(RULES);
    expect(credits.of(7)).toBeNull();
    expect(credits.left(7, '2025-06-02')).toBe(2);
  });

  it('counts what is used, and what the card may owe', () => {
    const credits = new CardCredits(RULES);
    credits.use(7, '2025-06-02', 60, -2_200);
    expect(credits.of(7)).toMatchObject({ used: 1, usedAt: 60, limit: 5_400 });
    expect(credits.left(7, '2025-06-03')).toBe(1);
    expect(credits.left(8, '2025-06-03')).toBe(2);
  });

  it('is full again after any recharge to a fare since the day of the last boarding on credit began', () => {
    const credits = new CardCredits(RULES);
    credits.recharged(7, '2025-06-02', 10_000);
    credits.use(7, '2025-06-02', 60, -2_200);
    credits.recharged(7, '2025-06-02', 1_000);
    expect(credits.left(7, '2025-06-02')).toBe(1);
    expect(credits.left(7, '2025-06-03')).toBe(2);
  });

  it('is not filled up by a recharge of an earlier day', () => {
    const credits = new CardCredits(RULES);
    credits.recharged(7, '2025-06-01', 10_000);
    credits.use(7, '2025-06-02', 60, -2_200);
    expect(credits.left(7, '2025-06-03')).toBe(1);
  });
});
