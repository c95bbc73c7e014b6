import { boarding, decideAll, PERSONALISED, BASIC } from '../../../../test/builders/fares';
import type { TransferPrice } from '../rules/transfer-price.entity';
import type { Boarding, CardProfile } from './boarding';
import { FareRules, type FareRuleRows } from './fare-rules';

const SINCE = '2020-01-01';

/** Rules with one price for everything, and no transfers but those that are added. */
function flatFare(price: number, added: Partial<FareRuleRows> = {}): FareRules {
  return new FareRules({
    tariffs: [
      { component: 'trunk', valid_from: SINCE, price },
      { component: 'zonal', valid_from: SINCE, price },
    ],
    transferRules: [],
    transferPrices: [],
    concessions: [],
    limits: [],
    ...added,
  });
}

/** For each pair of components the same. */
function forAllPairs(from_transfer: number, percent_off: number): TransferPrice[] {
  const components = ['trunk', 'zonal'] as const;
  return components.flatMap((from_component) =>
    components.map((to_component) => ({
      from_component,
      to_component,
      from_transfer,
      valid_from: SINCE,
      price: null,
      percent_off,
    })),
  );
}

const amountsOf = (rules: FareRules, card: CardProfile, times: readonly string[]): number[] =>
  decideAll(rules, card, boardingsAt(times)).map(({ amount }) => amount);

/** All on one line and at one stop: these systems do not mind. */
const boardingsAt = (times: readonly string[]): Boarding[] =>
  times.map((time) => boarding('trunk', `2026-03-02 ${time}`, { route: 'line', station: 'stop' }));

describe('a ticket of two hours from the first boarding, as in Melbourne or Vancouver', () => {
  const rules = flatFare(550, {
    transferRules: [
      {
        valid_from: SINCE,
        window_seconds: 7_200,
        most_transfers: null,
        personalised_only: false,
        exclusions: [],
      },
    ],
  });

  it('covers every boarding until its last second, with any card', () => {
    const times = ['08:00:00', '08:01:00', '09:00:00', '09:59:59', '10:00:00', '10:00:01'];

    expect(amountsOf(rules, BASIC, times)).toEqual([550, 0, 0, 0, 0, 550]);
  });

  it('says that any number of transfers is left', () => {
    const [, second] = decideAll(rules, BASIC, boardingsAt(['08:00:00', '08:30:00']));

    expect(second).toMatchObject({ reason: 'transfer', transfersUsed: 1, transfersLeft: null });
  });
});

describe('a discount by the number of legs, 50 % and then 75 %, as in Buenos Aires', () => {
  const rules = flatFare(495, {
    transferRules: [
      {
        valid_from: SINCE,
        window_seconds: 7_200,
        most_transfers: 5,
        personalised_only: true,
        exclusions: [],
      },
    ],
    transferPrices: [...forAllPairs(1, 50), ...forAllPairs(2, 75)],
  });

  it('halves the second leg, quarters the next four, and begins anew with the seventh', () => {
    const times = ['08:00', '08:20', '08:40', '09:00', '09:20', '09:40', '09:50', '10:10'];

    // 247.5 and 123.75, rounded half up.
    expect(amountsOf(rules, PERSONALISED, times)).toEqual([495, 248, 124, 124, 124, 124, 495, 248]);
  });

  it('ends with the window', () => {
    expect(amountsOf(rules, PERSONALISED, ['08:00', '10:00', '10:01'])).toEqual([495, 248, 495]);
  });
});

describe('a flat fare with a daily cap, as in London', () => {
  const rules = flatFare(175, { limits: [{ limit_name: 'daily_cap', valid_from: SINCE, value: 525 }] });

  it('charges no more on a service day, and says that it is capped', () => {
    const decisions = decideAll(rules, BASIC, boardingsAt(['06:00', '07:00', '08:00', '09:00', '23:59:59']));

    expect(decisions.map(({ amount }) => amount)).toEqual([175, 175, 175, 0, 0]);
    expect(decisions.map(({ capped }) => capped)).toEqual([false, false, false, true, true]);
    expect(decisions.map(({ reason }) => reason)).toEqual(Array(5).fill('full_fare'));
  });

  it('begins anew at midnight', () => {
    const boardings = [
      ...boardingsAt(['06:00', '07:00', '08:00', '09:00']),
      boarding('trunk', '2026-03-03 00:00'),
    ];

    expect(decideAll(rules, BASIC, boardings).map(({ amount }) => amount)).toEqual([175, 175, 175, 0, 175]);
  });

  it('charges the rest where less than a fare is missing', () => {
    const uneven = flatFare(200, { limits: [{ limit_name: 'daily_cap', valid_from: SINCE, value: 500 }] });

    expect(amountsOf(uneven, BASIC, ['06:00', '07:00', '08:00', '09:00'])).toEqual([200, 200, 100, 0]);
  });

  it('uses nothing of a concession for a boarding that the cap has made free', () => {
    const concession = { valid_from: SINCE, price: 100, percent_off: null, monthly_quota: 3 };
    const both = flatFare(175, {
      limits: [{ limit_name: 'daily_cap', valid_from: SINCE, value: 200 }],
      concessions: [{ rider_category: 'senior', component: 'trunk', ...concession }],
    });
    const senior: CardProfile = { personalised: true, category: 'senior' };
    const days = [
      ...boardingsAt(['06:00', '07:00', '08:00', '09:00']),
      boarding('trunk', '2026-03-03 00:00'),
    ];

    expect(decideAll(both, senior, days).map(({ amount, concession: use }) => [amount, use])).toEqual([
      [100, 'applied'],
      [100, 'applied'],
      [0, null],
      [0, null],
      [100, 'applied'],
    ]);
  });
});

describe('rules by date', () => {
  it('hold from their first day until the next of the same key', () => {
    const rules = flatFare(100, {
      concessions: [
        {
          rider_category: 'senior',
          component: 'trunk',
          valid_from: '2026-01-01',
          price: 50,
          percent_off: null,
          monthly_quota: null,
        },
        {
          rider_category: 'senior',
          component: 'trunk',
          valid_from: '2026-02-01',
          price: null,
          percent_off: null,
          monthly_quota: null,
        },
        {
          rider_category: 'senior',
          component: 'trunk',
          valid_from: '2026-03-01',
          price: null,
          percent_off: 33,
          monthly_quota: null,
        },
      ],
    });
    const senior: CardProfile = { personalised: true, category: 'senior' };
    const amountOn = (day: string): number | undefined =>
      decideAll(rules, senior, [boarding('trunk', `${day} 12:00`)])[0]?.amount;

    expect(['2025-12-31', '2026-01-01', '2026-01-31', '2026-02-01', '2026-03-01'].map(amountOn)).toEqual([
      100, 50, 50, 100, 67,
    ]);
  });
});

describe('exclusions', () => {
  it('hold one by one: a system may forbid the way back to the trunk, but not another trunk line', () => {
    const exclusions = ['trunk_zonal_trunk' as const];
    const rule = {
      valid_from: SINCE,
      window_seconds: 7_200,
      most_transfers: 2,
      personalised_only: true,
      exclusions,
    };
    const rules = flatFare(100, { transferRules: [rule] });
    const reasonsOf = (components: readonly ('trunk' | 'zonal')[]): string[] =>
      decideAll(
        rules,
        PERSONALISED,
        components.map((component, n) => boarding(component, `2026-03-02 08:${10 + n}`)),
      ).map(({ reason }) => reason);

    expect(reasonsOf(['zonal', 'trunk', 'trunk'])).toEqual(['full_fare', 'transfer', 'transfer']);
    expect(reasonsOf(['trunk', 'zonal', 'trunk'])).toEqual(['full_fare', 'transfer', 'trunk_zonal_trunk']);
  });
});

describe('a transfer price', () => {
  it('is that of the two boardings, whatever the journey began with', () => {
    const row = { from_transfer: 1, valid_from: SINCE, percent_off: null };
    const rules = flatFare(100, {
      transferRules: [
        {
          valid_from: SINCE,
          window_seconds: 7_200,
          most_transfers: 3,
          personalised_only: true,
          exclusions: [],
        },
      ],
      transferPrices: [
        { ...row, from_component: 'zonal', to_component: 'trunk', price: 20 },
        { ...row, from_component: 'trunk', to_component: 'trunk', price: 5 },
      ],
    });
    const journey = (['zonal', 'trunk', 'trunk', 'zonal'] as const).map((component, n) =>
      boarding(component, `2026-03-02 08:${10 + n}`),
    );

    expect(decideAll(rules, PERSONALISED, journey).map(({ amount }) => amount)).toEqual([100, 20, 5, 0]);
  });
});

describe('a concession', () => {
  it('never costs more than the standard price', () => {
    const row = {
      component: 'trunk' as const,
      valid_from: SINCE,
      price: 120,
      percent_off: null,
      monthly_quota: null,
    };
    const rules = flatFare(100, { concessions: [{ ...row, rider_category: 'senior' }] });

    expect(amountsOf(rules, { personalised: true, category: 'senior' }, ['08:00'])).toEqual([100]);
  });
});
