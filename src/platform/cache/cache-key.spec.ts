import { CacheKey } from './cache-key';
import { cacheKeys } from './cache-keys';

describe(CacheKey.name, () => {
  it('fills in its parameters', () => {
    expect(cacheKeys.cardBalance.build({ card_id: 789 })).toBe('card:789:balance');
    expect(cacheKeys.stationsList.build({ locality: '', status: 'active' })).toBe('stations:list::active');
    expect(cacheKeys.routesCodes.build({})).toBe('routes:codes');
  });

  it('names its parameters', () => {
    expect(cacheKeys.stationsList.parameters).toEqual(['locality', 'status']);
    expect(cacheKeys.routesCodes.parameters).toEqual([]);
  });

  it('escapes the characters that have a meaning in keys', () => {
    expect(cacheKeys.stationsList.build({ locality: 'a:active', status: '' })).toBe(
      'stations:list:a%3Aactive:',
    );
    expect(cacheKeys.stationDetails.build({ code: '{x}' })).toBe('station:%7Bx%7D:details');
    expect(cacheKeys.stationDetails.build({ code: '%3A' })).toBe('station:%253A:details');
  });

  it('does not compile without its parameter, and throws', () => {
    const { cardBalance } = cacheKeys;
    const anyKey: CacheKey = cardBalance;

    // @ts-expect-error The key needs card_id.
    expect(() => cardBalance.build({})).toThrow('a key card:{card_id}:balance needs the parameter card_id');
    // @ts-expect-error The key has no user_id.
    expect(cardBalance.build({ card_id: 7, user_id: 3 })).toBe('card:7:balance');
    expect(() => anyKey.build({ user_id: 3 })).toThrow('needs the parameter card_id');
  });

  it('is different for every kind of response, whatever the values', () => {
    const values = ['1', 'code', 'system', 'list', 'total', ':', '%3A', ''];
    const templates: CacheKey[] = Object.values(cacheKeys).map(
      ({ template, timeToLive }) => new CacheKey(template, timeToLive),
    );
    const made = templates.flatMap((key) =>
      combinations(values, key.parameters.length).map((combination) =>
        key.build(Object.fromEntries(key.parameters.map((name, index) => [name, combination[index] ?? '']))),
      ),
    );

    expect(made.filter((name, index) => made.indexOf(name) !== index)).toEqual([]);
  });
});

function combinations(values: readonly string[], length: number): string[][] {
  if (length === 0) return [[]];
  return combinations(values, length - 1).flatMap((rest) => values.map((value) => [...rest, value]));
}
