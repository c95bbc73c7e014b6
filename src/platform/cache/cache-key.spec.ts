import { CacheKey } from './cache-key';
import { cacheKeys } from './cache-keys';

describe(CacheKey.name, () => {
  it('fills its parameters in', () => {
    expect(cacheKeys.cardBalance.of({ card_id: 789 })).toBe('card:789:balance');
    expect(cacheKeys.stationsList.of({ locality: '', status: 'active' })).toBe('stations:list::active');
    expect(cacheKeys.routesCodes.of({})).toBe('routes:codes');
  });

  it('names its parameters', () => {
    expect(cacheKeys.stationsList.parameters).toEqual(['locality', 'status']);
    expect(cacheKeys.routesCodes.parameters).toEqual([]);
  });

  it('keeps a value from pretending to be structure', () => {
    expect(cacheKeys.stationsList.of({ locality: 'a:active', status: '' })).toBe('stations:list:a%3Aactive:');
    expect(cacheKeys.stationDetails.of({ code: '{x}' })).toBe('station:%7Bx%7D:details');
    expect(cacheKeys.stationDetails.of({ code: '%3A' })).toBe('station:%253A:details');
  });

  it('is another for every kind of answer, whatever the values', () => {
    const values = ['1', 'code', 'system', 'list', 'total', ':', '%3A', ''];
    const templates: CacheKey[] = Object.values(cacheKeys).map(
      ({ template, timeToLive }) => new CacheKey(template, timeToLive),
    );
    const made = templates.flatMap((key) =>
      combinations(values, key.parameters.length).map((combination) =>
        key.of(Object.fromEntries(key.parameters.map((name, index) => [name, combination[index] ?? '']))),
      ),
    );

    expect(made.filter((name, index) => made.indexOf(name) !== index)).toEqual([]);
  });
});

function combinations(values: readonly string[], length: number): string[][] {
  if (length === 0) return [[]];
  return combinations(values, length - 1).flatMap((rest) => values.map((value) => [...rest, value]));
}
