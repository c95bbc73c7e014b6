import { BASIC, boarding, decideAll, PERSONALISED } from '../../../../test/builders/fares';
import { MIGRATED_RULES } from '../../../../test/builders/migrated-rules';
import type { RiderCategory } from '../../users/user.entity';
import type { Boarding, CardProfile } from './boarding';
import { NO_HISTORY } from './card-history';
import { decideFare, type FareDecision } from './decide-fare';
import { FareRules } from './fare-rules';

const rules = new FareRules(MIGRATED_RULES);

const trunk = (time: string, labels = {}): Boarding => boarding('trunk', time, labels);
const zonal = (time: string, labels = {}): Boarding => boarding('zonal', time, labels);

const chargesOf = (card: CardProfile, ...boardings: Boarding[]): number[] =>
  decideAll(rules, card, boardings).map(({ amount }) => amount);

const lastOf = (card: CardProfile, ...boardings: Boarding[]): FareDecision => {
  const decision = decideAll(rules, card, boardings).at(-1);
  if (!decision) throw new Error('no boarding');
  return decision;
};

/** So many boardings, three hours apart from each other, from 05:00 of a day on, six a day. */
const ridesFrom = (day: string, count: number): Boarding[] =>
  Array.from({ length: count }, (_, n) => {
    const date = new Date(
      Date.parse(`${day}T05:00:00Z`) + Math.floor(n / 6) * 86_400_000 + (n % 6) * 10_800_000,
    );
    return trunk(date.toISOString().slice(0, 19).replace('T', ' '));
  });

const rider = (category: RiderCategory): CardProfile => ({ personalised: true, category });

describe('the standard price', () => {
  it.each([
    ['2019-02-02', 2_400, 2_200],
    ['2020-03-01', 2_400, 2_200],
    ['2020-03-02', 2_500, 2_300],
    ['2022-01-11', 2_650, 2_450],
    ['2023-01-10', 2_950, 2_750],
    ['2024-02-12', 2_950, 2_950],
    ['2025-01-18', 3_200, 3_200],
    ['2026-01-13', 3_200, 3_200],
    ['2026-01-14', 3_550, 3_550],
  ])('on %s is %d on the trunk and %d elsewhere', (day, onTrunk, elsewhere) => {
    expect(chargesOf(PERSONALISED, trunk(`${day} 12:00`))).toEqual([onTrunk]);
    expect(chargesOf(PERSONALISED, zonal(`${day} 12:00`))).toEqual([elsewhere]);
  });

  it('changes at midnight in Bogotá', () => {
    expect(chargesOf(BASIC, trunk('2025-01-17 23:59:59.999'), trunk('2025-01-18 00:00'))).toEqual([
      2_950, 3_200,
    ]);
  });

  it('is unknown before the first tariff', () => {
    expect(decideFare(rules, BASIC, NO_HISTORY, trunk('2019-02-01 23:59:59'))).toBeNull();
    expect(decideFare(rules, BASIC, NO_HISTORY, trunk('2019-02-02 00:00'))).toMatchObject({ amount: 2_400 });
  });
});

describe('the worked examples', () => {
  it('2025: T 07:00, Z 07:50, Z 08:40, Z 09:04', () => {
    const day = ['07:00', '07:50', '08:40', '09:04'].map((time) => `2025-06-02 ${time}`);
    const [first = '', ...rest] = day;

    expect(chargesOf(PERSONALISED, trunk(first), ...rest.map((time) => zonal(time)))).toEqual([
      3_200, 0, 0, 3_200,
    ]);
  });

  it('2025, the anchor counts: Z 07:00, Z 08:30, T 09:10', () => {
    expect(
      chargesOf(
        PERSONALISED,
        zonal('2025-06-02 07:00'),
        zonal('2025-06-02 08:30'),
        trunk('2025-06-02 09:10'),
      ),
    ).toEqual([3_200, 0, 3_200]);
  });

  it('2023: Z 06:00, T 06:40, with a personalised and with a basic card', () => {
    const boardings = [zonal('2023-06-01 06:00'), trunk('2023-06-01 06:40')];

    expect(chargesOf(PERSONALISED, ...boardings)).toEqual([2_750, 200]);
    expect(chargesOf(BASIC, ...boardings)).toEqual([2_750, 2_950]);
  });
});

describe('the reason', () => {
  it('is basic_card for a card without a user, even where nothing came before', () => {
    expect(lastOf(BASIC, trunk('2025-06-02 07:00'))).toMatchObject({
      reason: 'basic_card',
      amount: 3_200,
      anchor: null,
      transfersUsed: 0,
      transfersLeft: 0,
      windowEndsAt: null,
    });
    expect(lastOf(BASIC, trunk('2025-06-02 07:00'), zonal('2025-06-02 07:10')).reason).toBe('basic_card');
  });

  it('is full_fare for the first boarding, which begins a journey', () => {
    const first = trunk('2025-06-02 07:00');

    expect(lastOf(PERSONALISED, first)).toMatchObject({
      reason: 'full_fare',
      anchor: null,
      transfersUsed: 0,
      transfersLeft: 2,
      windowEndsAt: first.at + 125 * 60,
    });
  });

  it('is transfer within the window, and says what is left of the journey', () => {
    const first = trunk('2025-06-02 07:00');
    const decisions = decideAll(rules, PERSONALISED, [
      first,
      zonal('2025-06-02 07:30'),
      zonal('2025-06-02 08:00'),
    ]);

    expect(decisions.slice(1)).toMatchObject([
      { reason: 'transfer', amount: 0, anchor: { id: 0 }, transfersUsed: 1, transfersLeft: 1 },
      { reason: 'transfer', amount: 0, anchor: { id: 0 }, transfersUsed: 2, transfersLeft: 0 },
    ]);
    expect(decisions[2]?.windowEndsAt).toBe(first.at + 7_500);
  });

  it.each([
    ['2019-06-03', 95],
    ['2020-03-02', 110],
    ['2024-06-03', 110],
    ['2025-01-18', 125],
    ['2026-01-14', 125],
  ])('is transfer until the last second of the window: on %s, %d minutes', (day, minutes) => {
    const start = new Date(`${day}T07:00:00Z`).getTime();
    const after = (seconds: number): Boarding =>
      zonal(new Date(start + (minutes * 60 + seconds) * 1_000).toISOString().slice(0, -1));

    expect(lastOf(PERSONALISED, trunk(`${day} 07:00`), after(0)).reason).toBe('transfer');
    expect(lastOf(PERSONALISED, trunk(`${day} 07:00`), after(0.999)).reason).toBe('transfer');
    expect(lastOf(PERSONALISED, trunk(`${day} 07:00`), after(1)).reason).toBe('transfer_window_over');
  });

  it('is transfer_window_over on the anchor’s service day only', () => {
    expect(lastOf(PERSONALISED, trunk('2025-06-02 07:00'), zonal('2025-06-02 23:59:59')).reason).toBe(
      'transfer_window_over',
    );
    expect(lastOf(PERSONALISED, trunk('2025-06-02 07:00'), zonal('2025-06-03 00:00')).reason).toBe(
      'full_fare',
    );
  });

  it('is transfer across midnight, at the price of the second day', () => {
    expect(lastOf(PERSONALISED, trunk('2025-06-02 23:30'), zonal('2025-06-03 00:30'))).toMatchObject({
      reason: 'transfer',
      amount: 0,
    });
    // Window and number are those of the anchor's day; the price is that of the boarding's own: 200, then 0.
    expect(chargesOf(PERSONALISED, zonal('2024-02-11 22:00'), trunk('2024-02-11 23:45'))).toEqual([
      2_750, 200,
    ]);
    expect(chargesOf(PERSONALISED, zonal('2024-02-11 22:30'), trunk('2024-02-12 00:10'))).toEqual([2_750, 0]);
    // 110 minutes from an anchor of the 17th, though 125 hold on the 18th.
    expect(chargesOf(PERSONALISED, zonal('2025-01-17 23:00'), trunk('2025-01-18 00:50'))).toEqual([2_950, 0]);
    expect(chargesOf(PERSONALISED, zonal('2025-01-17 23:00'), trunk('2025-01-18 00:51'))).toEqual([
      2_950, 3_200,
    ]);
  });

  it('is transfers_used_up for the third within the window, which begins a new journey', () => {
    const boardings = ['07:00', '07:20', '07:40', '08:00', '08:20'].map((time) =>
      zonal(`2025-06-02 ${time}`),
    );

    expect(decideAll(rules, PERSONALISED, boardings).map(({ reason }) => reason)).toEqual([
      'full_fare',
      'transfer',
      'transfer',
      'transfers_used_up',
      'transfer',
    ]);
  });

  it('is same_station where the journey was before, the anchor included', () => {
    const [first, second] = [
      zonal('2025-06-02 07:00', { station: 'A' }),
      zonal('2025-06-02 07:20', { station: 'B' }),
    ];

    expect(lastOf(PERSONALISED, first, zonal('2025-06-02 07:20', { station: 'A' })).reason).toBe(
      'same_station',
    );
    expect(lastOf(PERSONALISED, first, second, zonal('2025-06-02 07:40', { station: 'B' })).reason).toBe(
      'same_station',
    );
    expect(lastOf(PERSONALISED, first, second, zonal('2025-06-02 07:40', { station: 'A' })).reason).toBe(
      'same_station',
    );
  });

  it('is same_route on a route that the journey used, and no longer once a new one has begun', () => {
    const [first, second] = [
      zonal('2025-06-02 07:00', { route: 'R' }),
      zonal('2025-06-02 07:20', { route: 'S' }),
    ];
    const back = zonal('2025-06-02 07:40', { route: 'R' });

    expect(lastOf(PERSONALISED, first, second, back)).toMatchObject({ reason: 'same_route', amount: 3_200 });
    expect(lastOf(PERSONALISED, first, second, back, zonal('2025-06-02 08:00', { route: 'S' })).reason).toBe(
      'transfer',
    );
  });

  it('is trunk_to_trunk right after the trunk', () => {
    expect(lastOf(PERSONALISED, trunk('2025-06-02 07:00'), trunk('2025-06-02 07:30')).reason).toBe(
      'trunk_to_trunk',
    );
    expect(
      lastOf(PERSONALISED, zonal('2025-06-02 07:00'), trunk('2025-06-02 07:30'), trunk('2025-06-02 07:40'))
        .reason,
    ).toBe('trunk_to_trunk');
  });

  it('is trunk_zonal_trunk after both, but not from zonal over zonal to trunk', () => {
    expect(
      lastOf(PERSONALISED, trunk('2025-06-02 07:00'), zonal('2025-06-02 07:30'), trunk('2025-06-02 08:00'))
        .reason,
    ).toBe('trunk_zonal_trunk');
    expect(
      lastOf(PERSONALISED, zonal('2025-06-02 07:00'), zonal('2025-06-02 07:30'), trunk('2025-06-02 08:00'))
        .reason,
    ).toBe('transfer');
  });

  it('is the first that holds of several', () => {
    const labels = { station: 'A', route: 'R' };

    expect(
      lastOf(PERSONALISED, trunk('2025-06-02 07:00', labels), trunk('2025-06-02 07:30', labels)).reason,
    ).toBe('same_station');
    expect(
      lastOf(PERSONALISED, trunk('2025-06-02 07:00', labels), trunk('2025-06-02 07:30', { route: 'R' }))
        .reason,
    ).toBe('same_route');
    expect(
      lastOf(PERSONALISED, trunk('2025-06-02 07:00', labels), trunk('2025-06-02 19:30', labels)).reason,
    ).toBe('transfer_window_over');
  });
});

describe('passback', () => {
  it.each([
    [0, true],
    [600, true],
    [601, false],
  ])('after %d s at the same station is %s, for a basic card too', (seconds, expected) => {
    const at = new Date(Date.UTC(2025, 5, 2, 7) + seconds * 1_000).toISOString().slice(0, 19);
    const again = [trunk('2025-06-02 07:00', { station: 'A' }), trunk(at, { station: 'A' })] as const;

    expect(lastOf(BASIC, ...again).passback).toBe(expected);
    expect(lastOf(PERSONALISED, ...again).passback).toBe(expected);
  });

  it('is seen past another boarding in between, and nowhere else', () => {
    const there = trunk('2025-06-02 07:00', { station: 'A' });
    const between = trunk('2025-06-02 07:04', { station: 'B' });

    expect(lastOf(BASIC, there, between, trunk('2025-06-02 07:08', { station: 'A' })).passback).toBe(true);
    expect(lastOf(BASIC, there, between).passback).toBe(false);
  });
});

describe('a concession', () => {
  it.each([
    ['senior', '2023-01-09', 2_650, 2_450],
    ['senior', '2023-01-10', 2_500, 2_250],
    ['sisben', '2024-02-11', 2_500, 2_250],
    ['sisben', '2024-02-12', 2_500, 2_500],
    ['disability', '2024-02-11', 2_950, 2_750],
    ['disability', '2024-02-12', 1_770, 1_770],
    ['disability', '2025-06-02', 1_920, 1_920],
    ['disability', '2026-06-02', 2_130, 2_130],
    ['standard', '2026-06-02', 3_550, 3_550],
  ] as const)('of %s on %s is %d on the trunk and %d elsewhere', (category, day, onTrunk, elsewhere) => {
    expect(chargesOf(rider(category), trunk(`${day} 12:00`))).toEqual([onTrunk]);
    expect(chargesOf(rider(category), zonal(`${day} 12:00`))).toEqual([elsewhere]);
  });

  it('is not for a basic card', () => {
    expect(chargesOf({ personalised: false, category: 'senior' }, trunk('2025-06-02 07:00'))).toEqual([
      3_200,
    ]);
  });

  it.each([
    ['senior', 30, 2_500],
    ['disability', 25, 1_920],
  ] as const)('of %s holds for %d boardings of a calendar month', (category, quota, price) => {
    const decisions = decideAll(rules, rider(category), ridesFrom('2025-06-02', quota + 2));

    expect(
      decisions.slice(0, quota).every((one) => one.amount === price && one.concession === 'applied'),
    ).toBe(true);
    expect(decisions.slice(quota)).toMatchObject([
      { amount: 3_200, concession: 'quota_used' },
      { amount: 3_200, concession: 'quota_used' },
    ]);
  });

  it('is there again at the month’s first midnight in Bogotá', () => {
    const used = ridesFrom('2025-06-02', 30);

    expect(lastOf(rider('senior'), ...used, trunk('2025-06-30 23:59:59')).concession).toBe('quota_used');
    expect(lastOf(rider('senior'), ...used, trunk('2025-07-01 00:00'))).toMatchObject({
      concession: 'applied',
      amount: 2_500,
    });
  });

  it('neither discounts nor counts a transfer', () => {
    const journeys = ridesFrom('2023-06-01', 30).flatMap((ride) => [
      { ...ride, component: 'zonal' as const },
      { ...trunk('2023-06-01 00:00'), at: ride.at + 600, day: ride.day },
    ]);
    const decisions = decideAll(rules, rider('senior'), journeys);

    expect(decisions.filter(({ concession }) => concession === 'applied')).toHaveLength(30);
    expect(decisions.slice(0, 2)).toMatchObject([
      { amount: 2_250, concession: 'applied', reason: 'full_fare' },
      { amount: 200, concession: null, reason: 'transfer' },
    ]);
  });
});
