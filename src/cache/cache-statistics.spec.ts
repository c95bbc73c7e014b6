import { CacheStatistics } from './cache-statistics';

describe(CacheStatistics.name, () => {
  it('counts by template and in all', () => {
    const statistics = new CacheStatistics();
    statistics.count('card:{card_id}:balance', true);
    statistics.count('card:{card_id}:balance', true);
    statistics.count('card:{card_id}:balance', false);
    statistics.count('routes:codes', false);

    expect(statistics.byTemplate()).toEqual({
      'card:{card_id}:balance': { hits: 2, misses: 1 },
      'routes:codes': { hits: 0, misses: 1 },
    });
    expect(statistics.total()).toEqual({ hits: 2, misses: 2 });
  });

  it('starts with nothing', () => {
    expect(new CacheStatistics().total()).toEqual({ hits: 0, misses: 0 });
  });
});
