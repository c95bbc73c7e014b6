import type { FareComponent } from '../../../modules/fares/route-type';
import { deriveBasePrices } from './derive-base-prices';
import { deriveTransfers } from './derive-transfers';
import type { FareFeed, LegRule, TransferRuleRow } from './fare-feed';

const PRICES: [string, number[]][] = [
  ['T', [3_550]],
  ['Z', [2_450]],
  ['X', [200]],
];

function leg(change: Partial<LegRule>): LegRule {
  const plain = { line: 2, product: 'T', isConditional: false, priority: null, isRefused: false };
  return { ...plain, network: '', legGroup: change.network ?? '', ...change };
}

function rule(change: Partial<TransferRuleRow>): TransferRuleRow {
  const plain = { line: 2, count: null, windowSeconds: 7_500, addsLeg: false, product: '', isRefused: false };
  return { ...plain, from: '', to: '', ...change };
}

const between =
  (from: string, to: string) =>
  (change: Partial<TransferRuleRow>): TransferRuleRow =>
    rule({ from, to, ...change });
const tt = between('trunk', 'trunk');
const tz = between('trunk', 'zonal');
const zt = between('zonal', 'trunk');
const zz = between('zonal', 'zonal');

function aFareFeed(change: Partial<FareFeed>): FareFeed {
  return {
    networks: new Map([
      ['trunk', new Set<FareComponent>(['trunk'])],
      ['zonal', new Set<FareComponent>(['zonal'])],
    ]),
    legRules: [leg({ network: 'trunk', product: 'T' }), leg({ network: 'zonal', product: 'Z' })],
    transferRules: [],
    prices: new Map(PRICES),
    ...change,
  };
}

function pricesOf(change: Partial<FareFeed>): Record<string, number> {
  const { prices, problems } = deriveBasePrices(aFareFeed(change));
  expect(problems).toEqual([]);
  return Object.fromEntries([...prices].map(([component, { price }]) => [component, price]));
}

function transfersOf(transferRules: TransferRuleRow[], change: Partial<FareFeed> = {}): unknown {
  const feed = aFareFeed({ ...change, transferRules });
  return deriveTransfers(feed, deriveBasePrices(feed).prices);
}

describe(deriveBasePrices.name, () => {
  it('gives each component the price of its networks', () => {
    expect(pricesOf({})).toEqual({ trunk: 3_550, zonal: 2_450 });
  });

  it('takes an empty network for those that no rule names', () => {
    expect(
      pricesOf({ legRules: [leg({ network: 'trunk', product: 'T' }), leg({ network: '', product: 'Z' })] }),
    ).toEqual({ trunk: 3_550, zonal: 2_450 });
  });

  it('goes by priority where there is one: an empty network is any, and the highest wins', () => {
    const legRules = [
      leg({ network: '', product: 'Z', priority: null }),
      leg({ network: 'trunk', product: 'T', priority: 2 }),
    ];
    expect(pricesOf({ legRules })).toEqual({ trunk: 3_550, zonal: 2_450 });
    expect(pricesOf({ legRules: [...legRules, leg({ network: '', product: 'Z', priority: 3 })] })).toEqual({
      trunk: 2_450,
      zonal: 2_450,
    });
  });

  it('says nothing about a component that the feed does not have', () => {
    const feed = aFareFeed({ networks: new Map([['zonal', new Set<FareComponent>(['zonal'])]]) });
    expect(deriveBasePrices(feed)).toMatchObject({
      prices: new Map([['zonal', { price: 2_450 }]]),
      problems: [],
    });
  });

  it.each<[string, Partial<FareFeed>, string]>([
    [
      'two prices',
      {
        prices: new Map([
          ['T', [3_550, 5_000]],
          ['Z', [2_450]],
        ]),
      },
      'there are several (3550, 5000)',
    ],
    [
      'no price',
      { prices: new Map([['Z', [2_450]]]) },
      'its product has no price for a rider without a concession',
    ],
    [
      'a negative price',
      {
        prices: new Map([
          ['T', [-1]],
          ['Z', [2_450]],
        ]),
      },
      '-1 is negative',
    ],
    [
      'areas',
      {
        legRules: [
          leg({ network: 'trunk', isConditional: true, line: 7 }),
          leg({ network: 'zonal', product: 'Z' }),
        ],
      },
      'it depends on areas or timeframes (line 7)',
    ],
    [
      'a refused row',
      {
        legRules: [
          leg({ network: 'trunk', isRefused: true, line: 8 }),
          leg({ network: 'zonal', product: 'Z' }),
        ],
      },
      'line 8 was refused',
    ],
    [
      'a network without',
      { legRules: [leg({ network: 'zonal', product: 'Z' })] },
      'the network trunk has none',
    ],
  ])('takes no price where there is %s, and the other', (_, change, reason) => {
    const { prices, problems } = deriveBasePrices(aFareFeed(change));
    expect([...prices.keys()]).toEqual(['zonal']);
    expect(problems).toEqual([
      { file: 'fare_leg_rules.txt', reason: `no trunk price is imported: ${reason}` },
    ]);
  });
});

describe(deriveTransfers.name, () => {
  it('reads window, number and prices; what no rule names is no transfer', () => {
    expect(transfersOf([zz({ count: 2 }), tz({}), zt({ product: 'X' })])).toEqual({
      windowSeconds: 7_500,
      mostTransfers: 2,
      trunkToTrunk: false,
      tiers: [
        { from: 'trunk', to: 'zonal', fromTransfer: 1, price: 0 },
        { from: 'zonal', to: 'trunk', fromTransfer: 1, price: 200 },
        { from: 'zonal', to: 'zonal', fromTransfer: 1, price: 0 },
      ],
    });
  });

  it('reads any number, and trunk to trunk', () => {
    expect(transfersOf([zz({ count: Infinity }), tt({ count: Infinity }), tz({}), zt({})])).toMatchObject({
      mostTransfers: null,
      trunkToTrunk: true,
    });
  });

  it('reads rules of one pair for different transfers by their numbers', () => {
    expect(transfersOf([zz({ count: 3, product: 'X' }), zz({ count: 1 }), tz({}), zt({})])).toMatchObject({
      mostTransfers: 3,
      tiers: [
        { from: 'trunk', to: 'zonal', fromTransfer: 1, price: 0 },
        { from: 'zonal', to: 'trunk', fromTransfer: 1, price: 0 },
        { from: 'zonal', to: 'zonal', fromTransfer: 1, price: 0 },
        { from: 'zonal', to: 'zonal', fromTransfer: 2, price: 200 },
      ],
    });
  });

  it('adds the price of the leg where the rule says so, also for a discount', () => {
    const prices = new Map([...PRICES, ['D', [-2_000]]]);
    expect(
      transfersOf([zz({ count: 2 }), tz({}), zt({ addsLeg: true, product: 'D' })], { prices }),
    ).toMatchObject({
      tiers: expect.arrayContaining([
        { from: 'zonal', to: 'trunk', fromTransfer: 1, price: 1_550 },
      ]) as unknown,
    });
  });

  it('takes an empty leg group for those that no rule names on that side', () => {
    const rules = [rule({ from: '', to: '', count: 2 }), zt({ product: 'X' })];
    // Named are zonal before and trunk after: what is left for the empty row is from trunk, to zonal.
    expect(transfersOf(rules)).toEqual({
      file: 'fare_transfer_rules.txt',
      reason:
        'no transfers are imported: there is none from zonal to zonal, which only trunk to trunk can be',
    });
  });

  it('reads one leg group for all of the network', () => {
    const legRules = [leg({ network: '', product: 'Z', legGroup: 'all' })];
    expect(transfersOf([rule({ from: 'all', to: 'all', count: 2 })], { legRules })).toMatchObject({
      mostTransfers: 2,
      trunkToTrunk: true,
      tiers: { length: 4 },
    });
  });

  it('reads a file without rows as no transfers, and no file as nothing', () => {
    expect(transfersOf([])).toEqual({ windowSeconds: null, mostTransfers: 0, trunkToTrunk: null, tiers: [] });
    const feed = aFareFeed({ transferRules: null });
    expect(deriveTransfers(feed, deriveBasePrices(feed).prices)).toBeNull();
  });

  it.each<[string, TransferRuleRow[], string]>([
    ['a refused row', [zz({ count: 2, isRefused: true, line: 4 })], 'line 4 was refused'],
    [
      'two windows',
      [zz({ count: 2, windowSeconds: 60 }), tz({}), zt({})],
      'there is more than one duration_limit (7500, 60)',
    ],
    [
      'two numbers',
      [zz({ count: 2 }), tt({ count: 3 }), tz({}), zt({})],
      'there is more than one transfer_count (3, 2)',
    ],
    [
      'a pair without',
      [zz({ count: 2 }), tz({})],
      'there is none from zonal to trunk, which only trunk to trunk can be',
    ],
    [
      'two rules',
      [zz({ count: 2 }), tz({ line: 5 }), tz({ line: 6, product: 'X' }), zt({})],
      'lines 5 and 6 are for the same transfer',
    ],
    [
      'a product without price',
      [zz({ count: 2 }), tz({ line: 3, product: 'no' }), zt({})],
      'there is no price on line 3',
    ],
    [
      'a negative price',
      [zz({ count: 2 }), tz({ line: 3, product: 'N' }), zt({})],
      'line 3 makes a price of -5',
    ],
  ])('takes none where there is %s', (_, rules, reason) => {
    const prices = new Map([...PRICES, ['N', [-5]]]);
    expect(transfersOf(rules, { prices })).toEqual({
      file: 'fare_transfer_rules.txt',
      reason: `no transfers are imported: ${reason}`,
    });
  });
});
